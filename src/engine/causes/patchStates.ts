import { InspectorError } from '../../base/errors';
import { largestOf } from '../../base/extremes';
import { type GradientBatch } from '../../cells/backwardCell';
import { timesPowerOfTwo } from '../../cells/backwardScale';
import { type StateName, statesOf } from '../../trace/reading/cellKind';
import { type LayerPatches, type PatchedUnit, type PatchReport } from '../../trace/causes/patch';
import { type DirectionPlan } from '../edits/directionPlan';
import { BlockCache } from '../forward/blockCache';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace, runPaced } from '../forward/pace';
import { Reading } from '../forward/reading';
import { createHead, type Head } from '../gradients/gradientsHead';
import { backpropagateModel } from '../gradients/gradientsModel';
import { sourceOfReading } from '../gradients/gradientsReading';
import { type SourceLayer } from '../gradients/gradientsSource';
import { chooseQuantity, type Quantity, type QuantityChoice, valueOf } from '../why/quantity';

/** What is asked of two readings. */
export interface PatchOptions extends QuantityChoice {
  /** How many single units are read again; default 20. */
  readonly units?: number;
  readonly pace: Pace;
}

const cacheBytes = 1 << 26;
const defaultUnits = 20;
/** Readings grow with the square of the steps. */
const mostSteps = 5000;

/**
 * Puts the states of the clean reading into the changed one, before every step: of all units of a layer by reading on,
 * of single units to first order by one pass of exact gradients, and the largest of those by reading on. Both readings
 * must be of the same model and length. The answer is the one after the whole text; L is the difference of two logits,
 * by default of the clean answer and the changed one. Progress is counted in readings.
 */
export async function patchStates(clean: Reading, corrupt: Reading, options: PatchOptions): Promise<PatchReport> {
  const { pace } = options;
  checkPair(clean, corrupt);
  await clean.compute(pace);
  await corrupt.compute(pace);
  const quantity = chooseBetween(clean, corrupt, options);
  const [whole, none] = [measure(clean, quantity), measure(corrupt, quantity)];
  if (!(Math.abs(whole - none) > 0))
    throw new InspectorError(
      'out-of-range',
      `Both texts give the same ${quantity.name}, so that nothing can come back; give two texts whose answers differ.`,
    );
  const count = Math.min(options.units ?? defaultUnits, corrupt.steps * (corrupt.directions[0]?.shape.units ?? 0));
  const total = corrupt.directions.reduce((sum, { steps }) => sum + steps, 0) + count;
  let done = 0;
  const read: ReadPatched = async (plan) => {
    const value = await readPatched(corrupt, plan, { quantity, pace });
    await pace.breathe(++done, total);
    return (value - none) / (whole - none);
  };
  const changes = await estimateUnits(clean, corrupt, quantity, pace);
  const estimates = changes.map((change) => change.map((value) => value / (whole - none)));
  const layers = await patchLayers({ clean, corrupt, estimates }, read);
  const units = await patchUnits({ clean, corrupt, layers }, count, read);
  return { quantity: quantity.name, clean: whole, corrupt: none, steps: corrupt.steps, layers, units };
}

/** The share that comes back with some states put in. */
type ReadPatched = (plan: DirectionPlan) => Promise<number>;

async function readPatched(
  corrupt: Reading,
  plan: DirectionPlan,
  { quantity, pace }: { readonly quantity: Quantity; readonly pace: Pace },
): Promise<number> {
  const { prepared, input } = corrupt;
  const patched = new Reading(prepared, input, new BlockCache(cacheBytes), { previous: corrupt, plans: [plan] });
  await patched.compute(pace);
  const value = measure(patched, quantity);
  patched.dispose();
  return value;
}

interface Pair {
  readonly clean: Reading;
  readonly corrupt: Reading;
}

async function patchLayers(
  { clean, corrupt, estimates }: Pair & { readonly estimates: readonly Float64Array[] },
  read: ReadPatched,
): Promise<readonly LayerPatches[]> {
  const layers: LayerPatches[] = [];
  for (const [k, { steps, shape }] of corrupt.directions.entries()) {
    const source = clean.directions[k] as DirectionReading;
    const whole = new Float64Array(steps);
    for (let t = 0; t < steps; t++) whole[t] = await read(planOf(source, { step: t, unit: null }));
    const { layer, direction, name, cell } = shape;
    layers.push({ layer, direction, name, cell, estimate: estimates[k] as Float64Array, whole });
  }
  return layers;
}

/** The units and steps of the largest estimates, read again. */
async function patchUnits(
  { clean, corrupt, layers }: Pair & { readonly layers: readonly LayerPatches[] },
  count: number,
  read: ReadPatched,
): Promise<readonly PatchedUnit[]> {
  const units: PatchedUnit[] = [];
  for (const { k, step, unit, estimate } of largest(layers, corrupt.directions, count)) {
    const source = clean.directions[k] as DirectionReading;
    const { layer, direction } = source.shape;
    units.push({ layer, direction, unit, step, estimate, measured: await read(planOf(source, { step, unit })) });
  }
  return units;
}

function checkPair(clean: Reading, corrupt: Reading): void {
  if (clean.steps !== corrupt.steps)
    throw new InspectorError(
      'out-of-range',
      `The clean text has ${clean.steps} steps and the changed one ${corrupt.steps}; give two texts of as many tokens.`,
    );
  if (corrupt.steps > mostSteps)
    throw new InspectorError(
      'input-too-long',
      `States are put in before every step, and the text has ${corrupt.steps}; give one of at most ${mostSteps}.`,
    );
  if (corrupt.directions.some(({ shape }) => shape.outputWidth !== shape.units))
    throw new InspectorError(
      'model-unsupported',
      'States are put in unit by unit; this model projects its h to another width, so that h and c have other units.',
    );
}

/**
 * Shares need two outputs that are set against each other: the clean answer and, where it is another, the changed one.
 */
function chooseBetween(clean: Reading, corrupt: Reading, choice: QuantityChoice): Quantity {
  const [one, other] = [clean, corrupt].map((reading) => {
    const head = createHead(sourceOfReading(reading));
    return { head, ...head.answer(placeOf(head)) };
  }) as [ReturnType<Head['answer']> & { head: Head }, ReturnType<Head['answer']> & { head: Head }];
  if (one.head.kind === 'states')
    throw new InspectorError('model-unsupported', `${clean.model.name} has no answer that could come back.`);
  const [mine, theirs] = [one, other].map(({ logits }) => logits.indexOf(largestOf(logits)));
  const isRivalry = choice.target === undefined && choice.against === undefined && mine !== theirs;
  const canChoose = one.head.outputs > 1 && (one.head.kind === 'softmax' || clean.model.task !== 'regress');
  return chooseQuantity(
    clean.model,
    one,
    isRivalry && canChoose && mine !== undefined && theirs !== undefined ? { target: mine, against: theirs } : choice,
  );
}

/** The answer after the whole text. */
function placeOf(head: Head): number | 'whole' {
  return head.canGoOverTime ? head.steps - 1 : 'whole';
}

function measure(reading: Reading, quantity: Quantity): number {
  const head = createHead(sourceOfReading(reading));
  return valueOf(quantity, head.answer(placeOf(head)).logits);
}

/** Puts the states that a direction had before a step, of one unit or of all, in their place. */
function planOf(
  source: DirectionReading,
  { step, unit }: { readonly step: number; readonly unit: number | null },
): DirectionPlan {
  const { layer, direction, cell } = source.shape;
  const before = source.stateBefore(step);
  const settings = statesOf(cell).map((field) => ({ field, unit, step, values: before[field] as Float32Array }));
  return { layer, direction, holds: [], settings };
}

/**
 * For each direction (L's change to first order) by step and unit, [T, H]: difference of the states times dL/dstate.
 */
async function estimateUnits(
  clean: Reading,
  corrupt: Reading,
  quantity: Quantity,
  pace: Pace,
): Promise<readonly Float64Array[]> {
  const source = sourceOfReading(corrupt);
  const head = createHead(source);
  const estimates = corrupt.directions.map(({ steps, shape }) => new Float64Array(steps * shape.units));
  const recordBefore = (layer: SourceLayer, t: number, { states, exponent }: GradientBatch): void => {
    const k = source.layers.indexOf(layer);
    const [own, other] = [corrupt.directions[k] as DirectionReading, clean.directions[k] as DirectionReading];
    const [before, wanted] = [own.stateBefore(t), other.stateBefore(t)];
    const estimate = estimates[k] as Float64Array;
    const { units } = own.shape;
    for (const name of Object.keys(states) as StateName[]) {
      const [a, b, slope] = [before[name], wanted[name], states[name]] as [Float32Array, Float32Array, Float64Array];
      for (let j = 0; j < units; j++)
        estimate[t * units + j] =
          (estimate[t * units + j] as number) +
          ((b[j] as number) - (a[j] as number)) * timesPowerOfTwo(slope[j] as number, exponent[0] as number);
    }
  };
  const losses = [head.answer(placeOf(head)).back(quantity.v)];
  await runPaced(backpropagateModel(source, { losses, recordBefore, skipsInput: true }), pace);
  return estimates;
}

/** The units and steps of the largest estimates, largest first. */
function largest(
  layers: readonly LayerPatches[],
  directions: readonly DirectionReading[],
  count: number,
): readonly { readonly k: number; readonly step: number; readonly unit: number; readonly estimate: number }[] {
  const found = layers.flatMap(({ estimate }, k) => {
    const { units } = (directions[k] as DirectionReading).shape;
    const order = Array.from(estimate.keys()).sort((a, b) => size(estimate, b) - size(estimate, a));
    return order.slice(0, count).map((at) => ({
      k,
      step: Math.floor(at / units),
      unit: at % units,
      estimate: estimate[at] as number,
    }));
  });
  return found.sort((a, b) => Math.abs(b.estimate) - Math.abs(a.estimate)).slice(0, count);
}

function size(estimate: Float64Array, at: number): number {
  return Math.abs(estimate[at] as number);
}
