import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { InspectorError } from '../base/errors';
import { type DataFile, type DataSettings } from './dataSettings';
import { decodeText } from './decodeText';
import { type Example, type ExampleFile } from './example';
import { parseJsonLines } from './parseJsonLines';
import { parseLines } from './parseLines';
import { parseTable } from './parseTable';
import { remarkOnEmpty } from './remarkOnEmpty';
import { stripGutenberg } from './runningText';

/** A running text and its SHA-256 (of the bytes of the file), by which whole files are split. */
export interface RunningText {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
}

/** A larger file is refused before it is read: its text, examples and ids would take many times its size of memory. */
const mostBytes = 256e6;

/** Reads running texts; where a path is a folder, all files under it in order of their paths, equal files once. */
export async function readRunningTexts(settings: DataSettings, folder: string): Promise<readonly RunningText[]> {
  const texts: RunningText[] = [];
  const seen = new Set<string>();
  for (const file of settings.files) {
    for (const name of await listFiles(folder, file.path)) {
      const bytes = await readBytes(folder, name, file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      if (seen.has(sha256)) continue;
      seen.add(sha256);
      const text = decodeText(bytes, name, file.encoding);
      texts.push({ name, sha256, text: file.gutenberg ? stripGutenberg(text) : text });
    }
  }
  return texts;
}

/** Reads labelled texts of every form, in order of the files. */
export async function readExamples(settings: DataSettings, folder: string): Promise<ExampleFile> {
  const parts: ExampleFile[] = [];
  for (const file of settings.files) {
    if (settings.format === 'folders') parts.push(await readClassFolders(folder, file));
    else
      parts.push(
        parseExamples(decodeText(await readBytes(folder, file.path, file), file.path, file.encoding), file, settings),
      );
  }
  const examples = parts.flatMap((part) => part.examples);
  if (examples.length === 0)
    throw new InspectorError('data-invalid', 'There is no example in the data; check "files" and the columns.');
  return { examples, remarks: parts.flatMap((part) => part.remarks) };
}

function parseExamples(text: string, file: DataFile, settings: DataSettings): ExampleFile {
  const { textColumn, labelColumn, header, delimiter, quotes } = settings;
  if (settings.format === 'lines') {
    return parseLines(text, {
      fileName: file.path,
      label: file.label ?? '',
      ...(file.pattern === undefined ? {} : { pattern: file.pattern }),
    });
  }
  if (settings.format === 'jsonl') {
    return parseJsonLines(text, {
      fileName: file.path,
      ...(textColumn === undefined ? {} : { textColumn: String(textColumn) }),
      ...(labelColumn === undefined ? {} : { labelColumn: String(labelColumn) }),
    });
  }
  return parseTable(text, {
    fileName: file.path,
    header,
    ...(textColumn === undefined ? {} : { textColumn }),
    ...(labelColumn === undefined ? {} : { labelColumn }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quotes === undefined ? {} : { quotes }),
  });
}

/** A folder per class, a file an example; the line is the file's place in its folder, so that splits by line work here too. */
async function readClassFolders(folder: string, file: DataFile): Promise<ExampleFile> {
  const examples: Example[] = [];
  const empty: string[] = [];
  const root = path.resolve(folder, file.path);
  const entries = await readdir(root, { withFileTypes: true }).catch((cause: unknown) => refuse(file.path, cause));
  for (const { name: label } of entries
    .filter((entry) => entry.isDirectory())
    .sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const names = await listFiles(folder, path.join(file.path, label));
    for (const [line, name] of names.entries()) {
      const text = decodeText(await readBytes(folder, name, file), name, file.encoding);
      if (text.trim() === '') empty.push(name);
      else examples.push({ text, label, source: name, line });
    }
  }
  return { examples, remarks: remarkOnEmpty(empty) };
}

/** The file itself, or all files under a folder, relative to `folder`, in order of their paths. */
async function listFiles(folder: string, name: string): Promise<readonly string[]> {
  const full = path.resolve(folder, name);
  const found = await stat(full).catch((cause: unknown) => refuse(full, cause));
  if (!found.isDirectory()) return [name];
  const inside = await readdir(full, { recursive: true, withFileTypes: true });
  const files = inside
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(full, path.join(entry.parentPath, entry.name)));
  return files.map((entry) => path.join(name, entry).split(path.sep).join('/')).sort();
}

async function readBytes(folder: string, name: string, { from }: DataFile): Promise<Uint8Array> {
  const file = path.resolve(folder, name);
  const { size } = await stat(file).catch(() => ({ size: 0 }));
  if (size > mostBytes) {
    const megabytes = (bytes: number): number => Math.round(bytes / 1e6);
    throw new InspectorError(
      'data-invalid',
      `${name} has ${megabytes(size)} MB; the lab reads files of up to ${megabytes(mostBytes)} MB. Give it a part of the file.`,
    );
  }
  try {
    return await readFile(file);
  } catch (cause) {
    const hint = from === undefined ? '' : ` It is to be had from ${from}.`;
    throw new InspectorError(
      'file',
      `Cannot read ${path.resolve(folder, name)}; check "folder" and "path" in the settings.${hint}`,
      { cause },
    );
  }
}

function refuse(name: string, cause: unknown): never {
  throw new InspectorError('file', `Cannot read ${name}; check "folder" and "path" in the settings.`, { cause });
}
