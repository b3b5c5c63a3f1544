import { createRandom, type Random } from '../../../src/base/random';

/** One made-up thing to open: its files, and what lies beside them that is no plain file. */
export interface FuzzVariant {
  readonly what: string;
  /** Name of the file to open. */
  readonly main: string;
  readonly files: Readonly<Record<string, Uint8Array>>;
  /** Links by their names, to where they lead: absolute, or seen from the folder of the files. */
  readonly links?: Readonly<Record<string, string>>;
  /** Names of pipes. */
  readonly pipes?: readonly string[];
  /** A text to be cut into tokens once the model is open. */
  readonly text?: string;
  /** The main file is a lab file. */
  readonly isLab?: boolean;
}

/** Makes the variant of a seed: the same seed gives the same files. */
export type Generator = (random: Random) => FuzzVariant | Promise<FuzzVariant>;

/** The folder beside that of a variant in which nothing may be read or written, seen from there. */
export const outside = '../../outside';

/** A random source of its own for each variant. */
export function randomOf(format: string, seed: number): Random {
  const mixed = [...format].reduce((sum, letter) => (Math.imul(sum, 31) + letter.charCodeAt(0)) >>> 0, seed * 7919 + 1);
  return createRandom(mixed);
}

/** A whole number in [0, below). */
export function whole(random: Random, below: number): number {
  return Math.floor(random() * below);
}

/** One of a list that is not empty. */
export function pick<T>(random: Random, list: readonly T[]): T {
  return list[whole(random, list.length)] as T;
}

/** Numbers at the edges of what formats, loops and arrays take, as a 64-bit field may hold them. */
const edges: readonly bigint[] = [
  ...[0n, 1n, 2n, 3n, 7n, 8n, 127n, 128n, 255n, 256n, 1000n, 65_535n, 65_536n, 1_000_000n, 5_000_001n],
  ...[24n, 28n, 31n, 32n, 40n, 53n, 62n, 63n].flatMap((power) => [2n ** power - 1n, 2n ** power]),
  ...[-1n, -2n, -(2n ** 31n), -(2n ** 63n)].map((value) => BigInt.asUintN(64, value)),
];

/** A 64-bit number that is a lie: at an edge, a little more or less than the truth, or anything. */
export function lie(random: Random, truth = 8n): bigint {
  const kind = random();
  if (kind < 0.7) return pick(random, edges);
  if (kind < 0.9) return BigInt.asUintN(64, truth + BigInt(whole(random, 9) - 4));
  return BigInt(whole(random, 2 ** 32)) << BigInt(whole(random, 32));
}

/** A number or what stands where a number should, as JSON text may hold it. */
export function numberLie(random: Random): unknown {
  const kind = random();
  if (kind < 0.6) return Number(BigInt.asIntN(64, lie(random)));
  return pick(random, [
    ...[-1, -0, 0.5, 1e308, -1e308, 5e-324, 2 ** 53, 1e9, 999_999_999],
    ...['NaN', '1e999', '', '__proto__', null, true, [], {}, [1e9], [[]], 'x'.repeat(2000)],
  ]);
}

/** UTF-8 of a text, or of a value as JSON. */
export function encode(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
}

/** Replaces one value, anywhere in a tree of JSON, by another. */
export function changeJson(random: Random, root: unknown, change: (old: unknown) => unknown): unknown {
  const places: (readonly [Record<string, unknown>, string])[] = [];
  const copy: unknown = structuredClone(root);
  const open: unknown[] = [copy];
  for (let item = open.pop(); item !== undefined; item = open.pop()) {
    for (const [key, value] of Object.entries(item as Record<string, unknown>)) {
      places.push([item as Record<string, unknown>, key]);
      if (typeof value === 'object' && value !== null) open.push(value);
    }
  }
  const [holder, key] = pick(random, places);
  holder[key] = change(holder[key]);
  return copy;
}
