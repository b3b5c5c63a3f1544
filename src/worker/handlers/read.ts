import { InspectorError } from '../../base/errors';
import { type Edit } from '../../trace/edits/edit';
import { parseEdit } from '../../trace/edits/parseEdit';
import { FrameStream } from '../../engine/questions/frameStream';
import { runPaced } from '../../engine/forward/pace';
import { editNotes } from '../../engine/edits/editNotes';
import { openEdited } from '../../engine/edits/openEdited';
import { type Reading } from '../../engine/forward/reading';
import { outputKindOf } from '../../network/outputKind';
import { sourceOf } from '../../trace/reading/inputSpec';
import { type Frame, packFrame } from '../../trace/reading/frame';
import { type PackedTokens, packTokens } from '../../trace/reading/tokenList';
import { limitThreads } from '../secondThread';
import { summarizeModel } from '../summarizeModel';
import { type Handler, type RequestContext, type WorkerContext } from '../workerContext';
import { type WorkerRequests } from '../../protocol/workerRequests';
import { type ModelLease } from '../modelShelf';

/** Reads an input; cancelled, what has been read stays open for questions. */
export const read: Handler<'read'> = async (context, params, request) => {
  if (params.memoryMb !== undefined) context.cache.limit(params.memoryMb * 1024 * 1024);
  limitThreads(params.threads ?? 0);
  const lease = await context.models.lease(params.model, request.signal);
  const { reading, stream, tokens } = await openInspection(context, params, { lease, request });
  request.started({
    inspection: params.inspection,
    model: summarizeModel(reading.model),
    tokens,
    steps: reading.steps,
    ...columnsOf(reading),
  });
  const computeMs = await compute(reading, stream, request);
  const node = reading.chain.output;
  const output = node && node.steps * node.width <= largestOutput ? reading.output() : undefined;
  return {
    steps: reading.steps,
    path: reading.path,
    computeMs,
    ...(output && { output }),
    ...(node && { outputKind: outputKindOf(reading.model) }),
    notes: [...reading.notes, ...editNotes(reading)],
    editNotes: editNotes(reading),
  };
};

/** What the columns of numeric input are called. */
function columnsOf({ input: { values } }: Reading): { readonly columns?: readonly string[] } {
  return values === undefined
    ? {}
    : { columns: values.columnNames ?? Array.from({ length: values.width }, (_, column) => String(column)) };
}

/** An output of more numbers than this (a next-token model's, over a long text) stays in the worker. */
const largestOutput = 65536;

type Params = WorkerRequests['read']['params'];

interface Opening {
  readonly lease: ModelLease;
  readonly request: RequestContext;
}

/**
 * Splits the input into tokens, packs them, and puts the reading on the shelf; cancelled before that, nothing stays.
 */
async function openInspection(
  context: WorkerContext,
  params: Params,
  { lease, request }: Opening,
): Promise<{ readonly reading: Reading; readonly stream: FrameStream | undefined; readonly tokens: PackedTokens }> {
  const { inspection, model, limitTokens, previous: earlier, input } = params;
  try {
    const previous = earlier === undefined ? undefined : context.inspections.find(earlier)?.reading;
    const reading = await openEdited(lease.prepared, input, context.cache, {
      edits: (params.edits ?? []).map(readEdit),
      ...(params.other && { other: params.other }),
      pace: request.pace,
      asTrained: model.kind !== 'bundled' && model.window === true,
      ...(limitTokens !== undefined && { limitTokens }),
      ...(previous && { previous }),
    });
    const tokens = await runPaced(packTokens(reading.tokens, sourceOf(input)), request.pace);
    const stream = params.stream ? createStream(context, params, reading) : undefined;
    context.inspections.add(inspection, {
      reading,
      ...(stream && { stream }),
      kept: new Map(),
      release: () => lease.dispose(),
    });
    return { reading, stream, tokens };
  } catch (thrown) {
    lease.dispose();
    throw thrown;
  }
}

/** An edit as it is written; throws `edit-invalid` with the place where it is wrong. */
function readEdit(text: string): Edit {
  const edit = parseEdit(text);
  if (!edit.ok) throw new InspectorError(edit.error.code, edit.error.message);
  return edit.value;
}

function createStream(context: WorkerContext, { inspection, sight }: Params, reading: Reading): FrameStream {
  const send = (sequence: number, values: Frame): void => {
    const frame = packFrame(values);
    context.post({ type: 'frame', inspection, sequence, frame }, [frame]);
  };
  return new FrameStream(reading, send, sight && { ...sight, visible: true });
}

async function compute(reading: Reading, stream: FrameStream | undefined, { pace }: RequestContext): Promise<number> {
  const start = performance.now();
  try {
    await reading.compute(pace, () => stream?.pump());
  } finally {
    stream?.settle();
  }
  return performance.now() - start;
}
