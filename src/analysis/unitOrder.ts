import { agnes, type Cluster } from 'ml-hclust';

/**
 * An order of units, and for an order by cluster the cluster of each unit (by unit, not by place), numbered from 0 in
 * that order.
 */
export interface UnitOrder {
  readonly order: readonly number[];
  readonly clusterOf?: readonly number[];
}

/** Leaves beyond this many would take the clustering over 50 ms; the rest joins its nearest neighbour. */
const mostLeaves = 128;

/** Most active first: by the mean magnitude of h over the given steps, [steps, H]. A unit with a NaN comes last. */
export function orderByActivity(h: Float32Array, units: number): UnitOrder {
  const activity = meanMagnitudes(h, units);
  return { order: indicesOf(units).sort((a, b) => sortable(activity[b]) - sortable(activity[a]) || a - b) };
}

/**
 * Units that move alike stand together: average linkage over 1 - r, r the correlation of two units' h over the given
 * steps, [steps, H].
 */
export function orderByCluster(h: Float32Array, units: number): UnitOrder {
  if (units < 3) return { order: indicesOf(units), clusterOf: indicesOf(units).map(() => 0) };
  const series = standardize(h, units);
  const leaves = orderByActivity(h, units).order.slice(0, mostLeaves);
  const distances = leaves.map((a) =>
    leaves.map((b) => (a === b ? 0 : distanceOf(series[a] as Float64Array, series[b] as Float64Array))),
  );
  const tree = agnes(distances, { method: 'average', isDistanceMatrix: true });
  const followers = attachRest(series, leaves);
  const place = new Map(tree.indices().map((leaf, at) => [leaf, at] as const));
  const groups = tree.group(Math.min(leaves.length, Math.max(2, Math.round(Math.sqrt(units / 2))))).children;
  groups.sort((a, b) => (place.get(a.indices()[0] ?? 0) ?? 0) - (place.get(b.indices()[0] ?? 0) ?? 0));
  const clusterOf = new Array<number>(units).fill(0);
  const order = groups.flatMap((group, cluster) =>
    unitsOf(group, leaves, followers).map((unit) => ((clusterOf[unit] = cluster), unit)),
  );
  return { order, clusterOf };
}

/** At most `most` step numbers of [0, steps), evenly spread. */
export function sampleSteps(steps: number, most: number): readonly number[] {
  if (steps <= most) return indicesOf(steps);
  return Array.from({ length: most }, (_, k) => Math.floor((k * steps) / most));
}

function unitsOf(
  group: Cluster,
  leaves: readonly number[],
  followers: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  return group.indices().flatMap((leaf) => {
    const unit = leaves[leaf] as number;
    return [unit, ...(followers.get(unit) ?? [])];
  });
}

/** Each unit that is no leaf, behind the leaf that it is most alike. */
function attachRest(
  series: readonly Float64Array[],
  leaves: readonly number[],
): ReadonlyMap<number, readonly number[]> {
  const isLeaf = new Set(leaves);
  const followers = new Map<number, number[]>();
  series.forEach((own, unit) => {
    if (isLeaf.has(unit)) return;
    let nearest = leaves[0] as number;
    let least = Infinity;
    for (const leaf of leaves) {
      const distance = distanceOf(own, series[leaf] as Float64Array);
      if (distance < least) [nearest, least] = [leaf, distance];
    }
    followers.set(nearest, [...(followers.get(nearest) ?? []), unit]);
  });
  return followers;
}

/** Every unit's series with mean 0 and length 1; a constant one is all zeros, so that it is alike to nothing. */
function standardize(h: Float32Array, units: number): readonly Float64Array[] {
  const steps = h.length / units;
  return indicesOf(units).map((unit) => {
    const values = Float64Array.from({ length: steps }, (_, t) => h[t * units + unit] as number);
    const mean = values.reduce((sum, value) => sum + value, 0) / steps;
    const length = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0));
    return values.map((value) => (length > 1e-12 ? (value - mean) / length : 0));
  });
}

/** 1 - r, in [0, 2]; 1 where one of them is not a number. */
function distanceOf(a: Float64Array, b: Float64Array): number {
  let product = 0;
  for (let t = 0; t < a.length; t++) product += (a[t] as number) * (b[t] as number);
  return Number.isFinite(product) ? 1 - product : 1;
}

function meanMagnitudes(h: Float32Array, units: number): Float64Array {
  const sums = new Float64Array(units);
  h.forEach((value, at) => (sums[at % units] = (sums[at % units] as number) + Math.abs(value)));
  return sums;
}

function sortable(activity: number | undefined): number {
  return activity === undefined || Number.isNaN(activity) ? -1 : activity;
}

function indicesOf(count: number): number[] {
  return Array.from({ length: count }, (_, k) => k);
}
