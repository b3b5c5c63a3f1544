import { statSync } from 'node:fs';
import { type Row } from '../row';

let megabytes = NaN;

/** Packs what the benchmark has built and weighs it. */
async function weigh(): Promise<number> {
  const { packageVsix, vsixFile } = await import('../../testbed/packageVsix.mjs');
  await packageVsix({ build: false, logFile: `${vsixFile}.log` });
  return (megabytes = statSync(vsixFile).size / 1024 / 1024);
}

export const rows: readonly Row[] = [
  {
    name: 'size of the .vsix, everything bundled',
    peer: null,
    nodes: [20],
    unit: 'MB',
    bars: { 20: { must: 6 } },
    minimumRuns: 1,
    mostRuns: 1,
    warmUps: 0,
    prepare: () => ({
      ours: weigh,
      check: () => {
        if (!(megabytes > 0)) throw new Error(`Expected a size, got ${megabytes}.`);
      },
    }),
  },
];
