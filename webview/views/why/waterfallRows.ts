import { type MethodShares, type ExplainedQuantity } from '../../../src/trace/reading/shares';

/** One line of a waterfall: a bar from `from` to `to` in units of the quantity. */
export interface WaterfallRow {
  readonly kind: 'start' | 'token' | 'others' | 'together' | 'answer';
  /** Of a token or the first of others: its place in what was read. */
  readonly place: number | null;
  /** Tokens that the line stands for. */
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly value: number;
}

/** Lines for at most so many tokens; of a longer text those with the largest shares, the others added up between. */
export const mostRows = 120;

/**
 * The lines from the state before the first token over the tokens to the answer. Shares that are no parts of a sum
 * start at zero each, without a beginning and an end.
 */
export function waterfallRows(
  { shares, sum }: Pick<MethodShares, 'shares' | 'sum'>,
  { value }: Pick<ExplainedQuantity, 'value'>,
  listed: ReadonlySet<number>,
): readonly WaterfallRow[] {
  const rows: WaterfallRow[] = [];
  let level = sum?.start ?? 0;
  if (sum !== null) rows.push({ kind: 'start', place: null, count: 0, from: 0, to: level, value: level });
  for (let place = 0; place < shares.length;) {
    const count = listed.has(place) ? 1 : runOf(listed, place, shares.length);
    const share = shares.subarray(place, place + count).reduce((total, one) => total + one, 0);
    const from = sum === null ? 0 : level;
    rows.push({ kind: listed.has(place) ? 'token' : 'others', place, count, from, to: from + share, value: share });
    level += share;
    place += count;
  }
  if (sum === null) return rows;
  const rest = value - level;
  // What shares that need not add up leave over; under a thousandth of the whole it is rounding.
  const whole = Math.max(Math.abs(value), ...shares.map(Math.abs));
  if (Math.abs(rest) > 1e-3 * whole)
    rows.push({ kind: 'together', place: null, count: 0, from: level, to: value, value: rest });
  rows.push({ kind: 'answer', place: null, count: 0, from: 0, to: value, value });
  return rows;
}

function runOf(listed: ReadonlySet<number>, place: number, end: number): number {
  let to = place;
  while (to < end && !listed.has(to)) to++;
  return to - place;
}

/** The places with a line of their own: all, or those with the largest shares by any of the methods. */
export function listedPlaces(methods: readonly Pick<MethodShares, 'shares'>[]): ReadonlySet<number> {
  const steps = methods[0]?.shares.length ?? 0;
  const places = Array.from({ length: steps }, (_, place) => place);
  if (steps <= mostRows) return new Set(places);
  const sizes = methods.map(({ shares }) => {
    const largest = shares.reduce((most, share) => Math.max(most, Math.abs(share)), 0) || 1;
    return shares.map((share) => Math.abs(share) / largest);
  });
  const sizeOf = (place: number): number => Math.max(...sizes.map((size) => size[place] ?? 0));
  return new Set(places.sort((a, b) => sizeOf(b) - sizeOf(a)).slice(0, mostRows));
}

/** The range that all bars of a waterfall lie in, zero included. */
export function rangeOfRows(rows: readonly WaterfallRow[]): { readonly low: number; readonly high: number } {
  const ends = rows.flatMap(({ from, to }) => [from, to]);
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  return low === high ? { low: 0, high: 1 } : { low, high };
}
