import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type ReadingStarted } from '../../protocol/summaries';
import { composeReport } from '../../report/composeReport';
import { type ViewState } from '../../protocol/viewMessages';
import { type AskWorker, gatherReport } from '../../report/gatherReport';
import { parseArguments } from '../arguments';
import { type Command, type CommandContext } from '../command';
import { editOptions, parseEdits } from '../editOptions';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { writeWhole } from '../../files/writeWhole';
import { formatOf } from '../outputFormat';

const inspection = 1;

/** Writes one self-contained page with everything a panel shows. */
export const reportCommand: Command = {
  name: 'report',
  usage: 'report MODEL INPUT [--edit E ...] --out FILE.html',
  summary: 'one self-contained page that works offline: the view with its data inside',
  async run(args, context) {
    const parsed = parseArguments(args, { ...modelOptions, ...inputOptions, ...editOptions, out: 'string' });
    const model = parseOneModel(parsed);
    const out = parsed.text('out');
    formatOf(out, ['html']);
    const input = parseInput(parsed);
    const { link, signal, progress } = context;
    let started: ReadingStarted | undefined;
    const read = await link.request(
      'read',
      { inspection, model, input, ...parseEdits(parsed), stream: false },
      { signal, onProgress: progress, onStarted: (event) => (started = event) },
    );
    if (!read.ok) throw new InspectorError(read.error.code, read.error.message);
    if (started === undefined) throw new Error('The worker read the input without a `started` event.');
    const source = sourceName(input, parsed.text('file') ?? parsed.text('ids') ?? parsed.text('values'));
    const data = await gatherReport(askAbout(context), {
      started,
      summary: read.value,
      source,
      text: input.kind === 'text' ? input.text : '',
      state: stateWith(parsed.texts('edit')),
    });
    const page = composeReport({
      data,
      script: readBuilt('view.js'),
      style: readBuilt('view.css'),
      nonce: randomBytes(16).toString('hex'),
    });
    writeWhole(out as string, page);
    context.print(`${out}: ${started.steps} steps, ${(Buffer.byteLength(page) / 1e6).toFixed(1)} MB.`);
    for (const note of read.value.notes) context.print(`Note: ${note}`);
  },
};

/** What the page shows of the edits; the rest as a view begins. */
function stateWith(edits: readonly string[]): ViewState | null {
  if (edits.length === 0) return null;
  const begin = { layer: 0, direction: 'forward', cursor: null, pins: [], unit: null, zoom: null } as const;
  return { ...begin, order: 'cluster', ribbon: 'auto', edits: edits.map((text) => ({ text })) };
}

function askAbout({ link, signal, progress }: CommandContext): AskWorker {
  return ((kind, params) =>
    link.request(kind, { ...params, inspection } as never, { signal, onProgress: progress })) as AskWorker;
}

function sourceName(input: InputSpec, file: string | undefined): string {
  if (file !== undefined) return path.basename(file);
  const text = input.kind === 'text' ? input.text.trim().replace(/\s+/g, ' ') : input.kind;
  return text.length > 60 ? `${text.slice(0, 59)}\u2026` : text;
}

/** A file that the build has put beside the command line. */
function readBuilt(name: string): string {
  try {
    // A map would be looked for beside the page, where it is not.
    return readFileSync(path.join(__dirname, name), 'utf8').replace(/\n(\/\/|\/\*)# sourceMappingURL=[^\n]*/g, '');
  } catch (cause) {
    throw new InspectorError('file', `${name} is missing beside the command line; build the project first.`, { cause });
  }
}
