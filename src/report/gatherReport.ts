import { InspectorError } from '../base/errors';
import { type Result } from '../base/result';
import { type RecordedAnswer, type ReportData } from '../protocol/reportData';
import { type ReadingStarted, type TraceSummary } from '../protocol/summaries';
import { type ViewRequestKind, type ViewState } from '../protocol/viewMessages';
import { editsInForce } from '../protocol/inForce';
import { type WorkerRequests } from '../protocol/workerRequests';
import { fieldsOf } from '../trace/reading/cellKind';
import { columnsTogether } from '../protocol/inputColumns';
import { nothingStale } from '../trace/reading/staleMarks';
import { type LayerShape } from '../trace/reading/trace';

/** Asks the worker about an open inspection; the inspection is filled in. */
export type AskWorker = <K extends ViewRequestKind>(
  kind: K,
  params: Omit<WorkerRequests[K]['params'], 'inspection' | (K extends 'editEffect' ? 'before' : never)>,
) => Promise<Result<WorkerRequests[K]['value']>>;

/** The reading a report is made of. */
export interface ReportSubject {
  readonly started: ReadingStarted;
  readonly summary: TraceSummary;
  /** The text's name, as a title. */
  readonly source: string;
  readonly text: string;
  /** What the person chose: pins, unit, layer and the edits in force are shown again. */
  readonly state?: ViewState | null;
  /** Translations for the page by their English text. */
  readonly strings?: Readonly<Record<string, string>>;
}

/** The most that a page may hold: browsers become slow beyond, and mail servers refuse it long before. */
export const reportLimitBytes = 48 * 1024 * 1024;

/** With more tokens than this a page holds no shares: it waits for nothing that long. */
const longestExplained = 300;
/** The longest text whose connectivity a page holds: it grows with the square of the steps. */
const longestSquare = 400;
/**
 * Layers and directions whose loss matrix a page holds where the text is longer; a matrix is of at most 512 last steps.
 */
const mostMatrices = 4;
const columnsPerFrame = 512;
/** Input columns that are kept singly. */
const mostColumns = 16;

/**
 * Gathers what a page needs from an open inspection. Throws `input-too-long` before asking for anything if the page
 * would grow over {@link reportLimitBytes}. What a model has no answer for (predictions of a bare encoder) is left out.
 */
export async function gatherReport(ask: AskWorker, subject: ReportSubject): Promise<ReportData> {
  const { started, summary, state } = subject;
  const isEdited = editsInForce(state ?? null).length > 0;
  refuseTooLong(started);
  const frames: ArrayBuffer[] = [];
  for (const shape of started.model.layers) frames.push(...(await gatherFrames(ask, shape, started.steps)));
  return {
    hydrate: {
      type: 'hydrate',
      inspection: started.inspection,
      source: subject.source,
      text: subject.text,
      borders: [],
      tokens: [...started.tokens],
      model: started.model,
      ...(started.columns && { columns: started.columns }),
      status: { kind: 'complete', summary },
      stale: null,
      staleMarks: nothingStale,
      state: subject.state ?? null,
      ...(isEdited && { isEdited }),
      strings: subject.strings ?? {},
      stored: { ranges: [], hash: '', model: { kind: 'bundled', name: started.model.name } },
    },
    frames,
    answers: await gatherAnswers(ask, started, state ?? null),
  };
}

/** The formula that the view asks for at once: of the chosen unit at the last pin, else at the cursor. */
function formulaOf(state: ViewState | null): Omit<WorkerRequests['formula']['params'], 'inspection'> | null {
  if (state === null) return null;
  const { layer, direction, unit, pins, cursor } = state;
  const step = pins.at(-1) ?? cursor;
  return unit === null || step === null ? null : { layer, direction, unit, step };
}

/** Bytes of base64 that the values of a reading take in a page. */
export function estimateReportBytes({ model, steps }: Pick<ReadingStarted, 'model' | 'steps'>): number {
  const perStep = model.layers.reduce(
    (sum, { cell, units, outputWidth }) => sum + (fieldsOf(cell).length - 1) * units + outputWidth,
    0,
  );
  return Math.ceil((perStep * steps * 4 * 4) / 3);
}

function refuseTooLong(started: ReadingStarted): void {
  const bytes = estimateReportBytes(started);
  if (bytes <= reportLimitBytes) return;
  const megabytes = (size: number): string => `${Math.round(size / 1024 / 1024)} MB`;
  const steps = Math.floor((started.steps * reportLimitBytes) / bytes);
  throw new InspectorError(
    'input-too-long',
    `A report of ${started.steps} tokens with this model would take ${megabytes(bytes)}; the limit is ${megabytes(reportLimitBytes)}. Take at most ${steps} tokens.`,
  );
}

/** Every request by which the view may ask for a column, as far as a page has room. */
function columnRequests(columns: number, steps: number): readonly (readonly number[])[] {
  const requests = Array.from({ length: Math.min(columns, mostColumns) }, (_, column) =>
    columnsTogether(column, { columns, steps }),
  );
  return requests[0]?.length === columns ? requests.slice(0, 1) : requests;
}

async function gatherFrames(ask: AskWorker, shape: LayerShape, steps: number): Promise<readonly ArrayBuffer[]> {
  const frames: ArrayBuffer[] = [];
  const { layer, direction } = shape;
  for (let from = 0; from < steps; from += columnsPerFrame) {
    const answer = await ask('range', {
      layer,
      direction,
      fields: fieldsOf(shape.cell),
      from,
      to: Math.min(steps, from + columnsPerFrame),
      stride: 1,
    });
    if (!answer.ok) throw new InspectorError(answer.error.code, answer.error.message);
    frames.push(answer.value);
  }
  return frames;
}

async function gatherAnswers(
  ask: AskWorker,
  { model, steps, columns: names = [] }: ReadingStarted,
  state: ViewState | null,
): Promise<readonly RecordedAnswer[]> {
  const answers: RecordedAnswer[] = [];
  const keep = async <K extends ViewRequestKind>(
    kind: K,
    params: Omit<WorkerRequests[K]['params'], 'inspection' | (K extends 'editEffect' ? 'before' : never)>,
  ): Promise<void> => {
    const answer = await ask(kind, params);
    if (answer.ok) answers.push({ kind, params, value: answer.value });
    else if (answer.error.code === 'cancelled' || answer.error.code === 'worker-died')
      throw new InspectorError(answer.error.code, answer.error.message);
  };
  if (steps === 0) return answers;
  const formula = formulaOf(state);
  if (formula !== null) await keep('formula', formula);
  if (editsInForce(state).length > 0) await keep('editEffect', {});
  await keep('predictions', {});
  for (const columns of columnRequests(names.length, steps)) await keep('inputColumns', { columns });
  await keep('gradients', { loss: { at: 'last' } });
  await keep('gradients', { loss: { at: 'all' } });
  await keep('findings', {});
  if (steps <= longestExplained) await keep('explain', {});
  for (const { layer, direction } of model.layers) {
    await keep('unitOrder', { layer, direction, by: 'activity' });
    await keep('unitOrder', { layer, direction, by: 'cluster' });
    if (steps <= longestSquare || model.layers.length <= mostMatrices)
      await keep('lossMatrix', { layer, direction, state: 'h' });
  }
  if (steps <= longestSquare) await keep('connectivity', { from: 0, to: steps });
  return answers;
}
