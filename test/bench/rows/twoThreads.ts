import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createSequenceReader, type ReaderFields } from '../../../src/kernels/sequenceReader';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { useKernels, useKernelsOnTwoThreads } from '../../support/kernels';
import { drawCell, drawNumbers } from '../randomCell';
import { type Row, type Sides } from '../row';

/** T, D, H; the bars are those of wide LSTMs. */
const works = [
  { cell: 'lstm', size: [500, 128, 512], bars: { 24: { reach: 0.55, must: 0.7 } } },
  { cell: 'lstm', size: [300, 256, 1024], bars: { 24: { reach: 0.55, must: 0.7 } } },
  { cell: 'lstm', size: [500, 128, 256] },
  { cell: 'gru', size: [500, 128, 512] },
  { cell: 'rnn', size: [500, 128, 1024] },
] as const;
type Work = (typeof works)[number];

async function prepare({ cell, size: [T, D, H] }: Work): Promise<Sides | string> {
  if (availableParallelism() < 2) return 'This machine has one core.';
  const weights = drawCell(cell, D, H);
  const rows = drawNumbers(T * D, 1, 4);
  const state = { h: new Float32Array(H), c: new Float32Array(H) };
  const [one, two] = [
    createSequenceReader(await useKernels(), weights),
    createSequenceReader(await useKernelsOnTwoThreads(), weights),
  ];
  // The second thread takes a moment to come up.
  await delay(500);
  let ours: ReaderFields | undefined;
  let peer: ReaderFields | undefined;
  return {
    ours: () => {
      ours = two.run({ kind: 'rows', rows }, T, state);
    },
    peer: () => {
      peer = one.run({ kind: 'rows', rows }, T, state);
    },
    check: () => {
      for (const field of fieldsOf(cell)) {
        const at = ours?.[field]?.findIndex((value, k) => !Object.is(value, peer?.[field]?.[k])) ?? 0;
        if (at >= 0) throw new Error(`${field}[${at}] has not the bits of one thread.`);
      }
    },
    dispose: () => two.dispose(),
  };
}

/**
 * Columns of one sequence on two threads. On a machine whose cores others use it comes apart, and the ratio goes to 1.
 */
export const rows: readonly Row[] = works.map((work) => ({
  name: `two threads, ${work.cell.toUpperCase()} forward ${work.size.join('x')}`,
  threads: 2,
  peer: 'our one thread',
  ...('bars' in work && { bars: work.bars }),
  minimumRuns: 15,
  prepare: () => prepare(work),
}));
