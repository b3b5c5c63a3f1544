import { type TransferResult, type TransferRow } from './transferEvents';

/**
 * Mean and sample standard deviation of the test accuracy over seeds, a row for each size and way, smaller sizes first.
 */
export function tabulate(results: readonly TransferResult[], task: 'next-token' | 'classify'): readonly TransferRow[] {
  const groups = new Map<string, TransferResult[]>();
  for (const result of results) {
    const key = `${result.labels}/${result.way}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [result]);
    else group.push(result);
  }
  const rows = [...groups.values()].map((group) => {
    const [{ way, labels }] = group as [TransferResult];
    const scratch = groups.get(`${labels}/scratch`);
    return describeGroup(group, way === 'scratch' || scratch === undefined ? null : countWins(group, scratch, task));
  });
  return rows.sort((a, b) => a.labels - b.labels);
}

function describeGroup(group: readonly TransferResult[], wins: number | null): TransferRow {
  const each = group.map(({ test }) => test.accuracy);
  const mean = meanOf(each);
  const squares = each.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const [{ way, labels }] = group as readonly [TransferResult];
  const deviation = group.length > 1 ? Math.sqrt(squares / (group.length - 1)) : 0;
  return {
    way,
    labels,
    seeds: group.length,
    mean,
    deviation,
    each,
    loss: meanOf(group.map(({ test }) => test.loss)),
    ...(wins === null ? {} : { wins }),
  };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function countWins(
  group: readonly TransferResult[],
  scratch: readonly TransferResult[],
  task: 'next-token' | 'classify',
): number {
  return group.filter(({ seed, test }) => {
    const other = scratch.find((each) => each.seed === seed)?.test;
    if (other === undefined) return false;
    return task === 'classify' ? test.accuracy > other.accuracy : test.loss < other.loss;
  }).length;
}
