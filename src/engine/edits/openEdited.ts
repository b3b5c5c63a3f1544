import { smallestOf } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { type Edit } from '../../trace/edits/edit';
import { type EditableLayer, type EditPlan, type LayerPlan, resolveEdits } from '../../trace/edits/resolveEdits';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type Field } from '../../trace/reading/cellKind';
import { type BlockCache } from '../forward/blockCache';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { type PreparedModel } from '../forward/preparedModel';
import { Reading, type ReadingOptions } from '../forward/reading';
import { type DirectionPlan, type EditValues } from './directionPlan';

/** What is changed while a model reads, and where values may come from. */
export interface EditRequest {
  readonly edits: readonly Edit[];
  /** What `other@STEP` means. */
  readonly other?: InputSpec;
}

/** How an edited reading is opened. */
export type OpenEditedOptions = Omit<ReadingOptions, 'plans'> & { readonly pace: Pace };

/**
 * Opens a reading with edits; nothing of it is computed yet. What edits are measured by (means over the untouched text,
 * states of another reading) is read first. Throws `edit-invalid` for an edit that this model or text cannot have.
 */
export async function openEdited(
  prepared: PreparedModel,
  raw: InputSpec,
  cache: BlockCache,
  { edits, other, ...options }: OpenEditedOptions & EditRequest,
): Promise<Reading> {
  if (edits.length === 0) return Reading.open(prepared, raw, cache, options);
  const { pace, previous, ...reading } = options;
  const untouched = await Reading.open(prepared, raw, cache, { pace, ...reading });
  const another =
    other &&
    (await Reading.open(prepared, other, cache, {
      pace,
      ...(options.asTrained !== undefined && { asTrained: options.asTrained }),
    }));
  try {
    const plan = resolve(edits, untouched, another);
    await computeSources(plan, { untouched, another, pace });
    const plans: DirectionPlan[] = [];
    for (const layer of plan) plans.push(await toNumbers(layer, { untouched, another, pace }));
    return new Reading(prepared, untouched.input, cache, { ...reading, ...(previous && { previous }), plans });
  } finally {
    untouched.dispose();
    another?.dispose();
  }
}

interface Sources {
  readonly untouched: Reading;
  readonly another: Reading | undefined;
  readonly pace: Pace;
}

function resolve(edits: readonly Edit[], untouched: Reading, another: Reading | undefined): EditPlan {
  const resolved = resolveEdits(edits, {
    layers: untouched.directions.map(editableLayer),
    steps: untouched.steps,
    ...(another && { otherSteps: smallestOf(another.directions.map(({ steps }) => steps)) }),
  });
  if (!resolved.ok) throw new InspectorError(resolved.error.code, resolved.error.message);
  return resolved.value;
}

function editableLayer({ shape, steps, runner }: DirectionReading): EditableLayer {
  return { ...shape, steps, ...(runner.weights.inputForget === true && { isCoupled: true }) };
}

/** Reads what edits take their values from, as far as they need it. */
async function computeSources(plan: EditPlan, { untouched, another, pace }: Sources): Promise<void> {
  if (plan.some(({ held }) => held.some(({ value }) => value === 'mean'))) await untouched.compute(pace);
  if (plan.some(({ settings }) => settings.some(({ value }) => typeof value !== 'number')))
    await another?.compute(pace);
}

async function toNumbers(plan: LayerPlan, { untouched, another, pace }: Sources): Promise<DirectionPlan> {
  const { layer, direction } = plan;
  const means = new Map<Field, Float32Array>();
  const meanOf = async (field: Field): Promise<Float32Array> => {
    const known = means.get(field) ?? (await meanOverText(untouched.direction(layer, direction), field, pace));
    means.set(field, known);
    return known;
  };
  const holds = [];
  for (const { value, ...held } of plan.held)
    holds.push({ ...held, values: value === 'mean' ? await meanOf(held.field) : value });
  const settings = plan.settings.map(({ value, ...setting }) => {
    const values: EditValues =
      typeof value === 'number'
        ? value
        : (another?.direction(layer, direction).stateBefore(value.other)[setting.field] as Float32Array);
    return { ...setting, values };
  });
  return { layer, direction, holds, settings };
}

const rowsAtOnce = 1024;

/** The mean of every unit over the steps that are read, [width]. */
export async function meanOverText(direction: DirectionReading, field: Field, pace: Pace): Promise<Float32Array> {
  const width = direction.widthOf(field);
  const sums = new Float64Array(width);
  let count = 0;
  for (let from = 0; from < direction.steps; from += rowsAtOnce) {
    const to = Math.min(from + rowsAtOnce, direction.steps);
    const rows = direction.field(field, from, to);
    for (let t = from; t < to; t++) {
      if (direction.input.mask?.[t] === 0) continue;
      for (let j = 0; j < width; j++) sums[j] = (sums[j] as number) + (rows[(t - from) * width + j] as number);
      count++;
    }
    await pace.breathe();
  }
  return Float32Array.from(sums, (sum) => sum / Math.max(1, count));
}
