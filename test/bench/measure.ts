import { performance } from 'node:perf_hooks';
import { type BenchContext, type Measurement, type Row, type Side, type Sides } from './row';

const leastRuns = 7;
const mostRuns = 41;
const budgetMs = 4000;
const usualWarmUps = 3;

/** Runs one row: check first, then both sides in turns; a row that fails says why and does not stop the others. */
export async function measureRow(row: Row, context: BenchContext): Promise<Measurement> {
  const bars = row.bars?.[context.node] ?? {};
  const empty = { row: row.name, node: context.node, threads: row.threads ?? 1, peer: row.peer, ...bars };
  const nothing = { oursMs: null, peerMs: null, ratio: null, n: 0 };
  try {
    const sides = await row.prepare(context);
    if (typeof sides === 'string') return { ...empty, ...nothing, skipped: sides };
    try {
      return { ...empty, ...(await timeSides(row, sides)) };
    } finally {
      await sides.dispose?.();
    }
  } catch (error) {
    return { ...empty, ...nothing, failed: error instanceof Error ? error.message : String(error) };
  }
}

async function timeSides(row: Row, sides: Sides) {
  await sides.ours();
  await sides.peer?.();
  await sides.check();
  for (let run = 0; run < (row.warmUps ?? usualWarmUps); run += 1) {
    await sides.ours();
    await sides.peer?.();
  }
  const ours: Timed[] = [];
  const peer: Timed[] = [];
  const begin = performance.now();
  const least = row.minimumRuns ?? leastRuns;
  const most = row.mostRuns ?? mostRuns;
  while (ours.length < least || (ours.length < most && performance.now() - begin < budgetMs)) {
    const oursFirst = ours.length % 2 === 0;
    if (oursFirst) ours.push(await time(sides.ours));
    if (sides.peer) peer.push(await time(sides.peer));
    if (!oursFirst) ours.push(await time(sides.ours));
  }
  return summarize(row, ours, peer);
}

interface Timed {
  readonly ms: number;
  /** Processor time of this process; absent where the side took its own time. */
  readonly cpuMs?: number;
}

async function time(side: Side): Promise<Timed> {
  const cpuBegin = process.cpuUsage();
  const begin = performance.now();
  const own = await side();
  if (own !== undefined) return { ms: own };
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpuBegin);
  return { ms, cpuMs: (user + system) / 1000 };
}

function summarize(row: Row, oursTimed: readonly Timed[], peerTimed: readonly Timed[]) {
  const [ours, peer] = [oursTimed, peerTimed].map((timed) => timed.map(({ ms }) => ms)) as [number[], number[]];
  const middle = median(ours);
  if (row.unit !== undefined && row.unit !== 'ms') {
    return { oursMs: null, peerMs: null, ratio: null, n: ours.length, value: middle, unit: row.unit };
  }
  const least = Math.min(...ours);
  if (peer.length === 0) return { oursMs: middle, peerMs: null, ratio: null, n: ours.length, oursMinimumMs: least };
  const peerLeast = Math.min(...peer);
  return {
    oursMs: middle,
    peerMs: median(peer),
    ratio: middle / median(peer),
    n: ours.length,
    oursMinimumMs: least,
    peerMinimumMs: peerLeast,
    ratioOfMinima: least / peerLeast,
    ...ratioOfCpu(oursTimed, peerTimed),
  };
}

function ratioOfCpu(ours: readonly Timed[], peer: readonly Timed[]): { ratioOfCpu?: number } {
  const [a, b] = [ours, peer].map((timed) => timed.flatMap(({ cpuMs }) => cpuMs ?? [])) as [number[], number[]];
  return a.length > 0 && b.length > 0 ? { ratioOfCpu: median(a) / median(b) } : {};
}

/** Median of at least one number; the mean of the middle two for an even count. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const upper = Math.floor(sorted.length / 2);
  const high = sorted[upper];
  if (high === undefined) throw new Error('Expected at least one value for a median, got none.');
  return sorted.length % 2 === 1 ? high : (high + (sorted[upper - 1] ?? high)) / 2;
}
