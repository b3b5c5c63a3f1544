import {
  createSequenceReader,
  type ReaderFields,
  type ReaderInput,
  type SequenceReader,
} from '../../../src/kernels/sequenceReader';
import { useKernels } from '../../support/kernels';
import { lstmModel } from '../onnxModel';
import { drawLstm, drawNumbers } from '../randomCell';
import { type BenchContext, type Row, type Sides } from '../row';

interface OnnxSession {
  run(feeds: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, { readonly data: Float32Array }>>>;
}

interface OnnxRuntime {
  readonly InferenceSession: { create(model: Uint8Array, options: object): Promise<OnnxSession> };
  readonly Tensor: new (type: string, data: Float32Array | BigInt64Array, dims: readonly number[]) => unknown;
}

const sizes = [
  [1000, 64, 128],
  [500, 128, 512],
  [300, 256, 1024],
] as const;
const V = 98;

interface Case {
  readonly reader: SequenceReader;
  readonly input: ReaderInput;
  readonly T: number;
  readonly session: OnnxSession;
  readonly feeds: Readonly<Record<string, unknown>>;
}

/** h of both sides must agree: 1,000 steps let rounding grow to about 1e-6. */
function compare({ reader, input, T, session, feeds }: Case): Sides {
  const H = reader.weights.units;
  const state = { h: new Float32Array(H), c: new Float32Array(H) };
  let ours: ReaderFields | undefined;
  let theirs: Float32Array | undefined;
  return {
    ours: () => {
      const arrays = Object.values(ours ?? {});
      ours = reader.run(input, T, state, (length) => arrays.pop() ?? new Float32Array(length));
    },
    peer: async () => {
      theirs = (await session.run(feeds))['Y']?.data;
    },
    check: () => {
      if (!ours || !theirs) throw new Error('Neither side has run.');
      ours.h.forEach((h, k) => {
        if (!(Math.abs(h - (theirs?.[k] as number)) < 1e-5))
          throw new Error(`h[${k}] is ${h}, of onnxruntime ${theirs?.[k]}.`);
      });
    },
  };
}

async function openSession(ort: OnnxRuntime, model: Uint8Array): Promise<OnnxSession> {
  return ort.InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 3 });
}

async function prepareRows(context: BenchContext, [T, D, H]: (typeof sizes)[number]): Promise<Sides> {
  const ort = context.peers.load<OnnxRuntime>('onnxruntime-node');
  const weights = drawLstm(D, H);
  const rows = drawNumbers(T * D, 1, 4);
  const session = await openSession(ort, lstmModel(weights, T));
  const reader = createSequenceReader(await useKernels(), weights);
  return compare({
    reader,
    input: { kind: 'rows', rows },
    T,
    session,
    feeds: { x: new ort.Tensor('float32', rows, [T, 1, D]) },
  });
}

async function prepareIds(context: BenchContext, [T, D, H]: (typeof sizes)[number]): Promise<Sides> {
  const ort = context.peers.load<OnnxRuntime>('onnxruntime-node');
  const weights = drawLstm(D, H);
  const table = drawNumbers(V * D, 1, 4);
  const ids = Int32Array.from({ length: T }, (_, t) => (t * 37) % V);
  const session = await openSession(ort, lstmModel(weights, T, table));
  const reader = createSequenceReader(await useKernels(), weights, { vocabularySize: V, rows: table });
  const feeds = { ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [T, 1]) };
  return compare({ reader, input: { kind: 'ids', ids }, T, session, feeds });
}

/**
 * The LSTM's forward pass, all six fields kept, against onnxruntime, which keeps only h; one thread each. Every run
 * fills the arrays of the run before, as the engine's cache of blocks does; onnxruntime's own arena does the same.
 */
export const rows: readonly Row[] = [
  ...sizes.map((size): Row => ({
    name: `forward, six fields, ${size.join('x')}`,
    peer: 'onnxruntime-node, h only',
    bars: { 24: { reach: 1.0, must: 1.2 }, 20: { reach: 1.4, must: 1.6 } },
    prepare: (context) => prepareRows(context, size),
  })),
  ...sizes.map((size): Row => ({
    name: `ids in, six fields, ${size.join('x')}`,
    peer: 'onnxruntime-node, Gather + LSTM, h only',
    bars: { 24: { reach: 0.8, must: 1.0 } },
    prepare: (context) => prepareIds(context, size),
  })),
];
