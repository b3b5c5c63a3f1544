import { cellDescriptions, type CellKind, displayOrder, type Field } from '../../src/trace/reading/cellKind';
import { say } from '../theme/strings';

/** The values of one unit at one step, by field, and its state one step before (in reading direction). */
export interface UnitValues {
  readonly now: Readonly<Partial<Record<Field, number>>>;
  readonly before: { readonly c?: number; readonly h?: number };
}

const percent = (share: number): string => `${Math.round(share * 100)}\u00a0%`;
const two = (value: number): string => (Object.is(value, -0) ? '0.00' : value.toFixed(2)).replace('-', '\u2212');

/**
 * One sentence for each gate and state of a unit: what it is doing at this step, derived from its own numbers; in
 * the order of the pictures.
 */
export function describeUnit(
  cell: CellKind,
  { now, before }: UnitValues,
): readonly { readonly field: Field; readonly sentence: string }[] {
  const told: { field: Field; sentence: string }[] = [];
  for (const field of displayOrder) {
    const value = now[field];
    if (value === undefined) continue;
    told.push({
      field,
      sentence: Number.isFinite(value)
        ? sentenceOf(cell, field, value, { now, before })
        : say('It is not a finite number here.'),
    });
  }
  return told;
}

function sentenceOf(cell: CellKind, field: Field, value: number, unit: UnitValues): string {
  switch (field) {
    case 'f':
      return forget(value, unit);
    case 'i':
      return letIn(value, unit);
    case 'g':
    case 'n':
      return say(
        Math.abs(value) < 0.1
          ? 'It proposes almost nothing new ({0}).'
          : value > 0
            ? 'It proposes to raise the state ({0}).'
            : 'It proposes to lower the state ({0}).',
        two(value),
      );
    case 'o':
      return letOut(value, unit);
    case 'c':
      return cellState(value, unit);
    case 'h':
      return hiddenState(value, unit);
    case 'z':
      return update(cellDescriptions[cell].memory?.keeps === 'shut' ? 1 - value : value);
    case 'r':
      return say(
        value < 0.1
          ? 'It proposes as if it had no past: {0} of the old state enters the candidate.'
          : value > 0.9
            ? 'The candidate sees nearly all of the old state ({0}).'
            : 'The candidate sees {0} of the old state.',
        percent(value),
      );
  }
}

function forget(f: number, { before }: UnitValues): string {
  const c = before.c ?? 0;
  if (Math.abs(c) < 0.05)
    return say('There is next to nothing to keep yet (the cell held {0}); it would keep {1}.', two(c), percent(f));
  if (f > 0.95) return say('It keeps nearly all of what the cell held: {0} of {1}.', percent(f), two(c));
  if (f < 0.1) return say('It wipes what the cell held: only {0} of {1} is left.', percent(f), two(c));
  return say('It keeps {0} of what the cell held, {1} of {2}.', percent(f), two(f * c), two(c));
}

function letIn(i: number, { now }: UnitValues): string {
  const g = now.g ?? 0;
  if (i < 0.1) return say('It lets almost nothing in ({0} of the candidate {1}).', percent(i), two(g));
  if (i > 0.9) return say('It is wide open: it adds {0}, nearly the whole candidate.', two(i * g));
  return say('It lets {0} of the candidate in, which adds {1} to the cell.', percent(i), two(i * g));
}

function letOut(o: number, { now }: UnitValues): string {
  const shown = now.h ?? 0;
  if (o < 0.1) return say('It hides the cell: {0} of it reaches the hidden state.', percent(o));
  if (o > 0.9) return say('It shows the cell almost whole: the hidden state is {0}.', two(shown));
  return say('It shows {0} of the cell, so the hidden state is {1}.', percent(o), two(shown));
}

function cellState(c: number, { now, before }: UnitValues): string {
  const old = before.c ?? 0;
  const kept = (now.f ?? 1) * old;
  const added = (now.i ?? 0) * (now.g ?? 0);
  if (Math.abs(c - old) < 0.02 * Math.max(1, Math.abs(old))) return say('It holds at {0}.', two(c));
  if (old !== 0 && Math.sign(c) !== Math.sign(old) && Math.abs(c) > 0.05)
    return say('It turns from {0} to {1}: {2} kept, {3} added.', two(old), two(c), two(kept), two(added));
  return say(
    Math.abs(c) > Math.abs(old)
      ? 'It grows from {0} to {1}: {2} kept, {3} added.'
      : 'It fades from {0} to {1}: {2} kept, {3} added.',
    two(old),
    two(c),
    two(kept),
    two(added),
  );
}

function hiddenState(h: number, { before }: UnitValues): string {
  const old = before.h ?? 0;
  if (Math.abs(h) < 0.05) return say('The rest of the network hears almost nothing from it ({0}).', two(h));
  if (Math.abs(h - old) < 0.05) return say('It says the same as one step before ({0}).', two(h));
  return say('It goes from {0} to {1}.', two(old), two(h));
}

function update(kept: number): string {
  if (kept > 0.9)
    return say('It keeps nearly all of the old state ({0}) and takes little of the candidate.', percent(kept));
  if (kept < 0.1) return say('It replaces the state: {0} of the candidate comes in.', percent(1 - kept));
  return say('It mixes {0} of the old state with {1} of the candidate.', percent(kept), percent(1 - kept));
}
