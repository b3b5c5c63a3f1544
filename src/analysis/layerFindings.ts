import { type Field, type Gate, gatesOf, fieldName, roleOf } from '../trace/reading/cellKind';
import { type Finding, type GateSaturation } from '../trace/reading/findings';
import { type LayerShape } from '../trace/reading/trace';
import {
  activityThresholds,
  cellHalfLives,
  findDead,
  findLatched,
  firstNotFinite,
  measureSaturation,
  type StepMask,
} from './unitActivity';

// Everything here yields every few milliseconds: a text may be long.

/** The fields of one layer and direction in text order, and which steps count. */
export interface LayerValues {
  readonly shape: LayerShape;
  readonly fields: Readonly<Partial<Record<Field, Float32Array>>>;
  readonly mask: StepMask;
}

const listed = 12;

/** Unit numbers for a title: a few of them, and how many more there are. */
export function listUnits(units: readonly number[]): string {
  const shown = units.slice(0, 5).join(', ');
  return units.length > 5 ? `${shown} and ${units.length - 5} more` : shown;
}

/** "unit 3" or "units 3, 4"; of which layer where a model has several is added by the list. */
function unitsNamed(units: readonly number[]): string {
  return `${units.length === 1 ? 'unit' : 'units'} ${listUnits(units)}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function steps(count: number): string {
  return `${count} ${count === 1 ? 'step' : 'steps'}`;
}

/** NaN and infinities: where they first appear in each field, in the order of reading. */
export function* findNotFinite({ shape, fields, mask }: LayerValues): Generator<void, readonly Finding[]> {
  const reversed = shape.direction === 'backward';
  const found: { readonly field: Field; readonly step: number; readonly unit: number; readonly value: number }[] = [];
  for (const [field, values] of Object.entries(fields) as [Field, Float32Array][]) {
    const at = yield* firstNotFinite(values, field === 'h' ? shape.outputWidth : shape.units, { mask, reversed });
    if (at !== null) found.push({ field, ...at });
  }
  if (found.length === 0) return [];
  const first = found.reduce((best, next) =>
    (reversed ? next.step > best.step : next.step < best.step) ? next : best,
  );
  return [
    {
      kind: 'not-finite',
      severity: 'problem',
      layer: shape.layer,
      direction: shape.direction,
      units: [first.unit],
      field: first.field,
      title: `${first.value} appears at step ${first.step} in ${first.field} of unit ${first.unit}`,
      evidence: `First in each field: ${found.map(({ field, step, unit, value }) => `${field} at step ${step} (unit ${unit}: ${value})`).join(', ')}.`,
      figure: found.length,
      step: first.step,
    },
  ];
}

/** Units that never say anything. */
export function* findDeadUnits({ shape, fields }: LayerValues): Generator<void, readonly Finding[]> {
  const { h } = fields;
  const units = h === undefined ? [] : yield* findDead(h, shape.outputWidth);
  if (units.length === 0) return [];
  return [
    {
      kind: 'dead',
      severity: 'notice',
      layer: shape.layer,
      direction: shape.direction,
      units,
      field: 'h',
      title: `${units.length} of ${shape.outputWidth} units are dead: ${listUnits(units)}`,
      evidence: `|h| stays under ${activityThresholds.dead} at every step.`,
      figure: units.length / shape.outputWidth,
    },
  ];
}

interface Saturated {
  readonly findings: readonly Finding[];
  readonly saturation: readonly GateSaturation[];
}

/** Gates that are nearly always shut or nearly always open, and the scatter of all of them. */
export function* findSaturated({ shape, fields, mask }: LayerValues): Generator<void, Saturated> {
  const gates = gatesOf(shape.cell).filter(
    (gate): gate is Extract<Gate, Field> => roleOf(gate) === 'gate' && fields[gate as Field] !== undefined,
  );
  const saturation: GateSaturation[] = [];
  for (const gate of gates)
    saturation.push({
      layer: shape.layer,
      direction: shape.direction,
      gate,
      ...(yield* measureSaturation(fields[gate] as Float32Array, shape.units, mask)),
    });
  const findings = saturation.flatMap((each) =>
    [sideOf(each, 'low'), sideOf(each, 'high')].flatMap((finding) => finding ?? []),
  );
  return { findings, saturation };
}

function sideOf({ layer, direction, gate, low, high }: GateSaturation, side: 'low' | 'high'): Finding | null {
  const { saturatedShare, shut, open } = activityThresholds;
  const shares = side === 'low' ? low : high;
  const units = [...shares.keys()]
    .filter((unit) => (shares[unit] as number) >= saturatedShare)
    .sort((a, b) => (shares[b] as number) - (shares[a] as number));
  const most = units[0];
  if (most === undefined) return null;
  const state = side === 'low' ? 'shut' : 'open';
  const bound = side === 'low' ? `under ${shut}` : `over ${open}`;
  return {
    kind: 'saturated',
    severity: 'notice',
    layer,
    direction,
    units,
    field: gate as Field,
    gate,
    title: `The ${fieldName(gate as Field)} ${gate} is nearly always ${state} in ${unitsNamed(units)}`,
    evidence: `${units.length} of ${shares.length} units have ${gate} ${bound} at ${percent(saturatedShare)} of the steps or more; unit ${most} at ${percent(shares[most] as number)}.`,
    figure: units.length / shares.length,
  };
}

/** Cells that hold what they have for long. */
export function* findLatchedCells({ shape, fields }: LayerValues): Generator<void, readonly Finding[]> {
  const { f, i } = fields;
  if (f === undefined || i === undefined) return [];
  const { latchedForget, latchedInput } = activityThresholds;
  return (yield* findLatched(f, i, shape.units)).slice(0, listed).map(({ unit, from, to }) => ({
    kind: 'latched',
    severity: 'interest',
    layer: shape.layer,
    direction: shape.direction,
    units: [unit],
    field: 'c',
    title: `Unit ${unit} holds its cell for ${steps(to - from)}`,
    evidence: `From step ${from} to ${to - 1} f is over ${latchedForget} and i under ${latchedInput}.`,
    figure: to - from,
    step: from,
    range: { from, to },
  }));
}

/** Cells that lose half of what they hold within a step. */
export function* findLeakyCells({ shape, fields, mask }: LayerValues): Generator<void, readonly Finding[]> {
  if (fields.f === undefined) return [];
  const halfLives = yield* cellHalfLives(fields.f, shape.units, mask);
  const units = [...halfLives.keys()]
    .filter((unit) => (halfLives[unit] as number) < activityThresholds.leakyHalfLife)
    .sort((a, b) => (halfLives[a] as number) - (halfLives[b] as number));
  const most = units[0];
  if (most === undefined) return [];
  return [
    {
      kind: 'leaky',
      severity: 'notice',
      layer: shape.layer,
      direction: shape.direction,
      units,
      field: 'f',
      gate: 'f',
      title: `${units.length} of ${shape.units} cells leak: ${listUnits(units)}`,
      evidence: `Their forget gates halve what c holds within ${steps(activityThresholds.leakyHalfLife)} on average (geometric mean of f under 0.5); unit ${most} within ${(halfLives[most] as number).toPrecision(2)} steps.`,
      figure: units.length / shape.units,
    },
  ];
}
