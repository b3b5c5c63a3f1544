import { fail, succeed, type Result } from '../../base/result';
import { cellDescriptions, fieldsOf, type Direction, type Field, type Gate } from '../reading/cellKind';
import { type LayerShape } from '../reading/trace';
import { formatEdit, type Edit, type HoldEdit, type SetEdit } from './edit';

/** A layer that can be edited, in one direction. */
export interface EditableLayer extends Pick<LayerShape, 'layer' | 'direction' | 'cell' | 'units' | 'outputWidth'> {
  /** The input gate is 1 - f (ONNX input_forget), so that i and f cannot be held apart. */
  readonly isCoupled?: boolean;
  /** T of this layer where it differs from the text's. */
  readonly steps?: number;
}

/** A field held over the steps `from` to `to`, both included, within the text. */
export interface HeldField {
  readonly field: Field;
  /** One unit, or null for all. */
  readonly unit: number | null;
  readonly from: number;
  readonly to: number;
  readonly value: number | 'mean';
}

/** A state set once, before its step is computed. */
export interface StateSetting {
  readonly field: 'c' | 'h';
  readonly unit: number | null;
  readonly step: number;
  readonly value: number | { readonly other: number };
}

/**
 * All edits of one layer in one direction, in the order in which they were given; the later of two on one number holds.
 */
export interface LayerPlan {
  readonly layer: number;
  readonly direction: Direction;
  readonly held: readonly HeldField[];
  readonly settings: readonly StateSetting[];
}

/** What a reading changes, a plan a layer and direction; empty for an untouched reading. */
export type EditPlan = readonly LayerPlan[];

/** What the edits are checked against. */
export interface EditedReading {
  readonly layers: readonly EditableLayer[];
  /** T, the number of steps. */
  readonly steps: number;
  /** Steps of the other reading; absent where there is none. */
  readonly otherSteps?: number;
}

/**
 * Checks edits against a model and a text and sorts them by layer and direction. `keep` becomes the gates that keep a
 * state. The failure is a sentence on the first edit that the reading cannot have, and on what it could have instead.
 */
export function resolveEdits(edits: readonly Edit[], reading: EditedReading): Result<EditPlan> {
  const plans = new Map<EditableLayer, { held: HeldField[]; settings: StateSetting[] }>();
  for (const edit of edits) {
    const layer = findLayer(edit, reading.layers);
    if (typeof layer === 'string') return refuse(edit, layer);
    const wrong = checkTarget(edit, layer) ?? checkSteps(edit, { ...reading, steps: layer.steps ?? reading.steps });
    if (wrong !== null) return refuse(edit, wrong);
    const plan = plans.get(layer) ?? { held: [], settings: [] };
    plans.set(layer, plan);
    if (edit.kind === 'set') plan.settings.push(...settingsOf(edit));
    else plan.held.push(...heldFieldsOf(edit, layer, layer.steps ?? reading.steps));
  }
  return succeed([...plans].map(([{ layer, direction }, plan]) => ({ layer, direction, ...plan })));
}

function refuse(edit: Edit, reason: string): Result<never> {
  return fail('edit-invalid', `Edit ${formatEdit(edit)}: ${reason}`);
}

/** The layer and direction that an edit means, or why there is none. */
function findLayer({ target }: Edit, layers: readonly EditableLayer[]): EditableLayer | string {
  const count = 1 + Math.max(-1, ...layers.map(({ layer }) => layer));
  const wanted = target.layer ?? 0;
  const found = layers.filter(({ layer }) => layer === wanted);
  const [first] = found;
  if (first === undefined) return `there is no layer ${wanted}; the model has ${count}, counted from 0.`;
  if (target.direction !== undefined) {
    const asked = found.find(({ direction }) => direction === target.direction);
    return asked ?? `layer ${wanted} reads ${first.direction} only.`;
  }
  if (found.length === 1) return first;
  return `layer ${wanted} reads in both directions; say which: ${wanted}.forward.${target.fields[0]} or ${wanted}.backward.${target.fields[0]}.`;
}

function checkTarget(edit: Edit, layer: EditableLayer): string | null {
  const present = fieldsOf(layer.cell);
  const missing = edit.target.fields.find((field) => !present.includes(field));
  if (missing !== undefined) return `this ${layer.cell} has no ${missing}; it has ${present.join(' ')}.`;
  const { unit } = edit.target;
  for (const field of edit.target.fields) {
    const units = field === 'h' ? layer.outputWidth : layer.units;
    if (unit !== undefined && unit >= units) return `there is no unit ${unit}; ${field} has ${units}, counted from 0.`;
  }
  if (edit.kind === 'hold' && edit.value === 'keep') return checkKeep(edit, layer);
  const isOneOfAPair = edit.target.fields.some((field) => field === 'i' || field === 'f');
  if (layer.isCoupled === true && isOneOfAPair) {
    return 'the input gate of this layer is 1 - f, so neither can be held alone; hold c, or the whole unit by o.';
  }
  return null;
}

function checkKeep({ target }: HoldEdit, layer: EditableLayer): string | null {
  const { keeping, name } = cellDescriptions[layer.cell];
  if (keeping === undefined) return `a simple ${name} has no gate that keeps its state.`;
  return target.fields.every((field) => field === keeping.state) ? null : `only ${keeping.state} can be kept here.`;
}

function checkSteps(edit: Edit, { steps, otherSteps }: EditedReading): string | null {
  const first = edit.kind === 'set' ? edit.step : edit.from;
  const last = edit.kind === 'set' || edit.to === Infinity ? first : edit.to;
  if (last >= steps) return `there is no step ${last}; the text has ${steps}, counted from 0.`;
  if (edit.kind === 'hold' || typeof edit.value === 'number') return null;
  if (otherSteps === undefined) return 'other@ needs another reading, and none is given.';
  if (edit.value.other < otherSteps) return null;
  return `there is no step ${edit.value.other} in the other reading; it has ${otherSteps}.`;
}

function settingsOf({ target, step, value }: SetEdit): StateSetting[] {
  const fields = target.fields.filter((field) => field === 'c' || field === 'h');
  return fields.map((field) => ({ field, unit: target.unit ?? null, step, value }));
}

function heldFieldsOf(edit: HoldEdit, layer: EditableLayer, steps: number): HeldField[] {
  const place = { unit: edit.target.unit ?? null, from: edit.from, to: Math.min(edit.to, steps - 1) };
  const { value } = edit;
  if (value !== 'keep') return edit.target.fields.map((field) => ({ field, ...place, value }));
  const gates = cellDescriptions[layer.cell].keeping?.gates ?? [];
  return gates.filter(isField).map(([field, gate]) => ({ field, ...place, value: gate }));
}

/** Every gate but the unnamed sum of a simple RNN is recorded in a field of its own. */
function isField(gate: readonly [Gate, number]): gate is readonly [Exclude<Gate, 'a'>, number] {
  return gate[0] !== 'a';
}
