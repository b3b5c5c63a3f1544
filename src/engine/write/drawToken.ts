import { type Random } from '../../base/random';
import { type DrawSettings } from '../../trace/reading/writing';

/** What tokens are drawn from. */
export interface Expected {
  /** log p of every token, up to a constant, [V]; NaN counts as never. */
  readonly logits: Float32Array;
  /** Tokens that are never drawn. */
  readonly excluded: ReadonlySet<number>;
}

/** An id and its weight among those that may be drawn. */
interface Weighted {
  readonly id: number;
  readonly weight: number;
}

/** Draws a token; the likeliest (the first of equals) at temperature 0. Null where none may be drawn. */
export function drawToken(expected: Expected, settings: Omit<DrawSettings, 'seed'>, random: Random): number | null {
  const { temperature, topK, topP } = settings;
  const ranked = rank(expected);
  const [first] = ranked;
  if (first === undefined) return null;
  if (temperature === 0) return first;
  const kept = topK === undefined ? ranked : ranked.slice(0, topK);
  const highest = expected.logits[first] ?? 0;
  const weighted = kept.map((id) => ({ id, weight: Math.exp(((expected.logits[id] ?? 0) - highest) / temperature) }));
  return pick(topP === undefined ? weighted : nucleus(weighted, topP), random);
}

/** Ids that may be drawn, the likeliest first, equals by their number. */
export function rank({ logits, excluded }: Expected): number[] {
  const ids: number[] = [];
  logits.forEach((logit, id) => {
    if (logit > -Infinity && !excluded.has(id)) ids.push(id);
  });
  return ids.sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0) || a - b);
}

/** The likeliest tokens whose probabilities first reach `topP` together. */
function nucleus(weighted: readonly Weighted[], topP: number): readonly Weighted[] {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let reached = 0;
  const end = weighted.findIndex(({ weight }) => (reached += weight) >= topP * total);
  return end < 0 ? weighted : weighted.slice(0, end + 1);
}

function pick(weighted: readonly Weighted[], random: Random): number | null {
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let left = random() * total;
  for (const { id, weight } of weighted) {
    left -= weight;
    if (left < 0) return id;
  }
  return weighted.at(-1)?.id ?? null;
}

/** log(sum of exp) of the values that are numbers, without overflow. */
export function logSumExp(values: Float32Array): number {
  let highest = -Infinity;
  for (const value of values) if (value > highest) highest = value;
  if (!Number.isFinite(highest)) return highest;
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += Math.exp(value - highest);
  return highest + Math.log(sum);
}
