import { createHash } from 'node:crypto';
import path from 'node:path';
import { InspectorError } from '../base/errors';
import { isFolderWithin, listFolder, readWithin } from '../files/foreignFiles';
import { type DataPlace } from './dataPlace';
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
export async function readRunningTexts(settings: DataSettings, place: DataPlace): Promise<readonly RunningText[]> {
  const texts: RunningText[] = [];
  const seen = new Set<string>();
  for (const file of settings.files) {
    for (const name of listFiles(place, file.path)) {
      const bytes = await readBytes(place, name, file);
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
export async function readExamples(settings: DataSettings, place: DataPlace): Promise<ExampleFile> {
  const parts: ExampleFile[] = [];
  for (const file of settings.files) {
    if (settings.format === 'folders') parts.push(await readClassFolders(place, file));
    else
      parts.push(
        parseExamples(decodeText(await readBytes(place, file.path, file), file.path, file.encoding), file, settings),
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

/**
 * A folder per class, a file an example; the line is the file's place in its folder, so that splits by line work here
 * too.
 */
async function readClassFolders(place: DataPlace, file: DataFile): Promise<ExampleFile> {
  const examples: Example[] = [];
  const empty: string[] = [];
  const classes = listFolder(path.resolve(place.folder, file.path), place.reach).filter((entry) => entry.isDirectory());
  for (const { name: label } of classes.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const names = listFiles(place, path.join(file.path, label));
    for (const [line, name] of names.entries()) {
      const text = decodeText(await readBytes(place, name, file), name, file.encoding);
      if (text.trim() === '') empty.push(name);
      else examples.push({ text, label, source: name, line });
    }
  }
  return { examples, remarks: remarkOnEmpty(empty) };
}

/** The file itself, or all plain files under a folder, relative to the data's folder, in order of their paths. */
function listFiles({ folder, reach }: DataPlace, name: string): readonly string[] {
  const full = path.resolve(folder, name);
  if (!isFolderWithin(full, reach)) return [name];
  const files = listFolder(full, reach, { recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  return files.map((file) => path.join(name, path.relative(full, file)).split(path.sep).join('/')).sort();
}

async function readBytes({ folder, reach }: DataPlace, name: string, { from }: DataFile): Promise<Uint8Array> {
  try {
    return await readWithin(path.resolve(folder, name), reach, mostBytes);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const hint = from === undefined ? '' : ` It is to be had from ${from}.`;
    throw new InspectorError('file', `${why} Check "folder" and "path" in the settings.${hint}`, { cause });
  }
}
