import { FrameStream } from '../../engine/frameStream';
import { Reading } from '../../engine/reading';
import { packFrame } from '../../trace/frame';
import { summarizeModel } from '../summarizeModel';
import { type Handler, type RequestContext, type WorkerContext } from '../workerContext';
import { type WorkerRequests } from '../../protocol/workerRequests';
import { type ModelLease } from '../modelShelf';

/** Reads an input; cancelled, what has been read stays open for questions. */
export const read: Handler<'read'> = async (context, params, request) => {
  if (params.memoryMb !== undefined) context.cache.limit(params.memoryMb * 1024 * 1024);
  const lease = await context.models.lease(params.model, request.signal);
  const { reading, stream } = openInspection(context, params, lease);
  request.started({ inspection: params.inspection, model: summarizeModel(reading.model), tokens: reading.tokens, steps: reading.steps });
  const computeMs = await compute(reading, stream, request);
  const node = reading.chain.output;
  const output = node && node.steps * node.width <= largestOutput ? reading.output() : undefined;
  return {
    steps: reading.steps,
    path: reading.path,
    computeMs,
    ...(output && { output }),
    notes: reading.notes,
  };
};

/** An output of more numbers than this (a next-token model's, over a long text) stays in the worker. */
const largestOutput = 65536;

type Params = WorkerRequests['read']['params'];

function openInspection(context: WorkerContext, params: Params, lease: ModelLease): { readonly reading: Reading; readonly stream: FrameStream | undefined } {
  const { inspection, model, limitTokens, previous: earlier, input } = params;
  try {
    const previous = earlier === undefined ? undefined : context.inspections.find(earlier)?.reading;
    const reading = new Reading(lease.prepared, input, context.cache, {
      asTrained: model.kind !== 'bundled' && model.window === true,
      ...(limitTokens !== undefined && { limitTokens }),
      ...(previous && { previous }),
    });
    const stream = params.stream ? createStream(context, inspection, reading) : undefined;
    context.inspections.add(inspection, { reading, ...(stream && { stream }), kept: new Map(), release: () => lease.dispose() });
    return { reading, stream };
  } catch (thrown) {
    lease.dispose();
    throw thrown;
  }
}

function createStream(context: WorkerContext, inspection: number, reading: Reading): FrameStream {
  return new FrameStream(reading, (sequence, values) => {
    const frame = packFrame(values);
    context.post({ type: 'frame', inspection, sequence, frame }, [frame]);
  });
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
