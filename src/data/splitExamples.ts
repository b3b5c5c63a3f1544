import { InspectorError } from '../base/errors';
import { createRandom, shuffle } from '../base/random';
import { type Example, type Split } from './example';

/** Keeps the first of all examples with the same text and label (white space at the ends apart); says how many went. */
export function removeDuplicates(examples: readonly Example[]): {
  readonly kept: readonly Example[];
  readonly removed: number;
  /** By label, where any went. */
  readonly removedOf: ReadonlyMap<string, number>;
} {
  const seen = new Set<string>();
  const removedOf = new Map<string, number>();
  const kept = examples.filter(({ text, label }) => {
    const key = JSON.stringify([label, text.trim()]);
    if (!seen.has(key)) return seen.add(key);
    removedOf.set(label, (removedOf.get(label) ?? 0) + 1);
    return false;
  });
  return { kept, removed: examples.length - kept.length, removedOf };
}

/**
 * The one split of labelled sentences that all figures of this project use: by the line number in its file, from 0,
 * modulo 10. In rotation 0, 9 is test, 8 validation, the rest training; rotation r moves both on by r.
 */
export function splitByLine(examples: readonly Example[], rotation = 0): Split<readonly Example[]> {
  const part = (residue: number) => examples.filter(({ line }) => line % 10 === residue % 10);
  const held = [(9 + rotation) % 10, (8 + rotation) % 10];
  return {
    training: examples.filter(({ line }) => !held.includes(line % 10)),
    validation: part(8 + rotation),
    test: part(9 + rotation),
  };
}

/** Shares of the validation and test parts, in [0, 1), and the seed of the shuffle. */
export interface StratifiedShares {
  readonly validation: number;
  readonly test: number;
  readonly seed: number;
  /** How many examples of each label went before because they were there already; absent: none. */
  readonly removed?: ReadonlyMap<string, number>;
}

/** A seeded split that keeps each class's share in every part; a class too small for the parts is refused by name. */
export function splitStratified(
  examples: readonly Example[],
  { validation, test, seed, removed }: StratifiedShares,
): Split<readonly Example[]> {
  const random = createRandom(seed);
  const parts = { training: [] as Example[], validation: [] as Example[], test: [] as Example[] };
  for (const [label, members] of groupByLabel(examples)) {
    const wanted = [validation, test].map((share) => (share > 0 ? Math.max(1, Math.round(share * members.length)) : 0));
    const [forValidation = 0, forTest = 0] = wanted;
    if (forValidation + forTest >= members.length) throw tooSmall(label, members, removed?.get(label) ?? 0);
    const order = shuffle([...members], random);
    // One by one: as arguments of one call, a few hundred thousand overflow the stack.
    order.forEach((example, at) =>
      (at < forTest ? parts.test : at < forTest + forValidation ? parts.validation : parts.training).push(example),
    );
  }
  return parts;
}

/** The examples of each label, labels in order of the alphabet. */
export function groupByLabel(examples: readonly Example[]): ReadonlyMap<string, readonly Example[]> {
  const groups = new Map<string, Example[]>();
  for (const example of examples) {
    const group = groups.get(example.label);
    if (group === undefined) groups.set(example.label, [example]);
    else group.push(example);
  }
  return new Map([...groups].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function tooSmall(label: string, members: readonly Example[], removed: number): InspectorError {
  const where = members[0] === undefined ? '' : ` (${members[0].source}, line ${members[0].line + 1})`;
  const count = members.length === 1 ? 'only one example' : `only ${members.length} examples`;
  if (removed === 0) {
    return new InspectorError(
      'data-invalid',
      `The label "${label}" has ${count}${where}; add more, or leave that label out.`,
    );
  }
  const [all, different] = [members.length + removed, members.length === 1 ? 'one is' : `${members.length} are`];
  return new InspectorError(
    'data-invalid',
    `The label "${label}" has ${all} examples, but ${removed} are duplicates and only ${different} left${where}; check that "textColumn" names the right column, or add other texts.`,
  );
}
