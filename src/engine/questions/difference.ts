import { InspectorError } from '../../base/errors';
import { cellDescriptions, fieldsOf } from '../../trace/reading/cellKind';
import {
  type FieldChange,
  type FieldChoice,
  type TraceDifference,
  type ValueChange,
} from '../../trace/reading/difference';
import { type LayerShape } from '../../trace/reading/trace';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';

/** The most steps that are compared at once. */
export const mostDifferenceSteps = 4096;
const namedChanges = 12;

/** Which steps of the later reading are compared, and the field to show; by default the one that changed most. */
export interface DifferenceRequest {
  readonly from?: number;
  readonly to?: number;
  readonly shown?: FieldChoice;
}

/**
 * Compares two readings of one text, field by field: tokens are matched by their place in the text, units by their
 * number.
 */
export async function compareReadings(
  before: Reading,
  now: Reading,
  request: DifferenceRequest,
  pace: Pace,
): Promise<TraceDifference> {
  const { from, to } = rangeOf(request, now);
  const { pairs, notes } = pairDirections(before, now);
  const matches = matchSteps(before, now, from, to);
  for (const { earlier, later } of pairs) {
    await before.prepare(earlier, [0, earlier.steps], pace);
    await now.prepare(later, [from, to], pace);
  }
  const fields: FieldChange[] = [];
  for (const [index, pair] of pairs.entries()) {
    for (const field of fieldsOf(pair.later.shape.cell)) {
      fields.push({ ...choiceOf(pair, field), ...measure(valuesOf(pair, field, { from, to, matches })) });
      await pace.breathe(index, pairs.length);
    }
  }
  const shown = chooseShown(fields, request.shown);
  const pair = pairs.find(
    ({ later }) => later.shape.layer === shown.layer && later.shape.direction === shown.direction,
  ) as Pair;
  const values = valuesOf(pair, shown.field, { from, to, matches });
  const unmatched = matches.filter((step) => step < 0).length;
  return {
    steps: now.steps,
    from,
    to,
    tokens: now.tokens.slice(from, to),
    unmatched,
    layers: pairs.map(({ later }) => later.shape),
    fields,
    shown,
    width: values.width,
    difference: values.difference,
    before: values.before,
    changes: largestChanges(values, from),
    notes,
  };
}

interface Pair {
  readonly earlier: DirectionReading;
  readonly later: DirectionReading;
}

function rangeOf(
  { from = 0, to }: DifferenceRequest,
  { steps }: Reading,
): { readonly from: number; readonly to: number } {
  const end = to ?? Math.min(steps, from + mostDifferenceSteps);
  if (
    ![from, end].every(Number.isInteger) ||
    from < 0 ||
    end > steps ||
    from >= end ||
    end - from > mostDifferenceSteps
  ) {
    throw new InspectorError(
      'out-of-range',
      `Steps ${from} to ${end} cannot be compared: the text has ${steps}, and at most ${mostDifferenceSteps} are compared at once.`,
    );
  }
  return { from, to: end };
}

/** Directions of the same place and size that read the text step by step. */
function pairDirections(
  before: Reading,
  now: Reading,
): { readonly pairs: readonly Pair[]; readonly notes: readonly string[] } {
  const notes: string[] = [];
  const pairs = now.directions.flatMap((later): Pair[] => {
    const earlier = before.directions.find(
      ({ shape }) => shape.layer === later.shape.layer && shape.direction === later.shape.direction,
    );
    const isSame =
      earlier !== undefined &&
      earlier.shape.cell === later.shape.cell &&
      earlier.shape.units === later.shape.units &&
      earlier.shape.outputWidth === later.shape.outputWidth;
    const isStepwise = earlier?.steps === before.steps && later.steps === now.steps;
    if (isSame && isStepwise) return [{ earlier, later }];
    notes.push(
      `Layer ${later.shape.layer} (${later.shape.name}, ${describe(later.shape)}) is not compared: before it was ${earlier === undefined ? 'not there' : describe(earlier.shape)}.`,
    );
    return [];
  });
  if (pairs.length === 0)
    throw new InspectorError(
      'model-unsupported',
      `The two models have no layer of the same cell and size in the same place. ${notes[0] ?? ''}`.trim(),
    );
  return { pairs, notes };
}

function describe({ cell, units, direction }: LayerShape): string {
  return `${cellDescriptions[cell].name} of ${units} units, ${direction}`;
}

/**
 * For each step of the later reading the step of the earlier one whose token begins at the same place; -1 where there
 * is none.
 */
function matchSteps(before: Reading, now: Reading, from: number, to: number): Int32Array {
  const places = new Map(before.tokens.map(({ start }, step) => [start, step]));
  return Int32Array.from(now.tokens.slice(from, to), ({ start }) => places.get(start) ?? -1);
}

function choiceOf({ later }: Pair, field: FieldChoice['field']): FieldChoice {
  return { layer: later.shape.layer, direction: later.shape.direction, field };
}

interface Span {
  readonly from: number;
  readonly to: number;
  readonly matches: Int32Array;
}

interface ComparedValues {
  readonly width: number;
  readonly before: Float32Array;
  readonly now: Float32Array;
  readonly difference: Float32Array;
}

function valuesOf({ earlier, later }: Pair, field: FieldChoice['field'], { from, to, matches }: Span): ComparedValues {
  const width = later.widthOf(field);
  const now = later.field(field, from, to);
  const matched = matches.filter((step) => step >= 0);
  const first = matched.reduce((least, step) => Math.min(least, step), earlier.steps);
  const last = matched.reduce((most, step) => Math.max(most, step), -1);
  const rows = last < 0 ? new Float32Array(0) : earlier.field(field, first, last + 1);
  const before = new Float32Array(now.length).fill(NaN);
  matches.forEach((step, at) => {
    if (step >= 0) before.set(rows.subarray((step - first) * width, (step - first + 1) * width), at * width);
  });
  return { width, before, now, difference: now.map((value, at) => value - (before[at] as number)) };
}

/** Root mean square and largest over the matched values; a number that has become NaN counts as the largest. */
function measure({ before, now, difference }: ComparedValues): Pick<FieldChange, 'rootMeanSquare' | 'largest'> {
  let [sum, count, largest] = [0, 0, 0];
  let isBroken = false;
  difference.forEach((value, at) => {
    if (!Number.isNaN(value)) {
      sum += value * value;
      count++;
      largest = Math.max(largest, Math.abs(value));
    } else if (Number.isNaN(now[at]) && !Number.isNaN(before[at])) isBroken = true;
  });
  return { rootMeanSquare: count === 0 ? 0 : Math.sqrt(sum / count), largest: isBroken ? NaN : largest };
}

/** What was asked for where it is there, else the field that changed most. */
function chooseShown(fields: readonly FieldChange[], wanted: FieldChoice | undefined): FieldChoice {
  const asked = fields.find(
    ({ layer, direction, field }) =>
      layer === wanted?.layer && direction === wanted.direction && field === wanted.field,
  );
  const { layer, direction, field } =
    asked ?? fields.reduce((most, each) => (each.rootMeanSquare > most.rootMeanSquare ? each : most));
  return { layer, direction, field };
}

function largestChanges({ width, before, now, difference }: ComparedValues, from: number): readonly ValueChange[] {
  const best: number[] = [];
  const sizeAt = (at: number): number => Math.abs(difference[at] as number);
  difference.forEach((value, at) => {
    const size = Math.abs(value);
    if (!(size > 0) || (best.length === namedChanges && size <= sizeAt(best[namedChanges - 1] as number))) return;
    const place = best.findIndex((other) => sizeAt(other) < size);
    best.splice(place < 0 ? best.length : place, 0, at);
    best.length = Math.min(best.length, namedChanges);
  });
  return best.map((at) => ({
    step: from + Math.floor(at / width),
    unit: at % width,
    before: before[at] as number,
    now: now[at] as number,
  }));
}
