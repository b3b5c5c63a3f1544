import { countCellParameters } from '../../network/stageShape';
import { largestOf } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { drawNormal } from '../../base/random';
import { joinCurves } from '../../analysis/decayFit';
import { describeDecay, sayHeadline, untrainedName } from '../../analysis/decaySentences';
import { multiplyRows } from '../../cells/backwardProduct';
import { type RecurrentModel } from '../../network/recurrentModel';
import {
  type DecayComparison,
  type DecayEntry,
  type DecaySettings,
  type InitialisationSettings,
  type UntrainedSpec,
} from '../../trace/reading/decay';
import { type LossChoice } from '../../trace/reading/gradients';
import { type DecayMeasurement, measureDecay, measuredLayer } from './decayMeasure';
import { cellAsModel, drawNoise, drawTwin, randomOf } from './decayNetworks';
import { describeInitialisation, nameOfCell } from './decayNames';
import { createHead, type HeadGradient } from '../gradients/gradientsHead';
import { evaluateTerm, resolveLoss } from '../gradients/gradientsLoss';
import { readScalar, type ScalarInput } from '../gradients/gradientsScalar';
import { type GradientSource, type SourceLayer } from '../gradients/gradientsSource';
import { completeSettings, unitsForParameters } from './initialise';
import { gatesOf, hasCellState } from '../../trace/reading/cellKind';

/** One line of a comparison. */
export type DecayNetwork =
  /** A trained model as it is. */
  | { readonly kind: 'trained'; readonly model: RecurrentModel; readonly input: ScalarInput }
  /** The same model, its weights drawn anew for each seed. */
  | {
      readonly kind: 'twin';
      readonly model: RecurrentModel;
      readonly input: ScalarInput;
      readonly settings: InitialisationSettings;
    }
  /** An untrained cell; on noise where no input is given. */
  | {
      readonly kind: 'cell';
      readonly spec: UntrainedSpec;
      readonly input?: ScalarInput;
      readonly vocabularySize?: number;
    };

export interface DecayRequest {
  readonly networks: readonly DecayNetwork[];
  /** What is read, in words. */
  readonly inputName: string;
  /** T and D of the noise. */
  readonly steps: number;
  readonly inputs: number;
  readonly seeds: number;
  readonly loss: LossChoice;
  readonly clipNorm?: number;
  readonly truncateAfter?: number;
  readonly equal?: 'units' | 'parameters';
}

/** One network of one seed, read and with its loss. */
interface Run {
  readonly source: GradientSource;
  readonly gradients: readonly HeadGradient[];
  readonly lossStep: number;
  readonly lossName: string;
}

/** Compares how gradients decay in several networks. Yields the share done. */
export function* compareDecay(request: DecayRequest): Generator<number, DecayComparison> {
  checkRequest(request);
  const networks = request.equal === 'parameters' ? equaliseParameters(request) : request.networks;
  const entries: DecayEntry[] = [];
  const runs: Run[] = [];
  for (const [index, network] of networks.entries()) {
    const seeds = network.kind === 'trained' ? 1 : request.seeds;
    const measured: DecayMeasurement[] = [];
    let layer: SourceLayer | null = null;
    for (let seed = 0; seed < seeds; seed++) {
      const share = (within: number): number => (index + (seed + within) / seeds) / networks.length;
      const run = yield* mapYields(prepare(network, request, seed), (done) => share(done / 2));
      measured.push(
        yield* mapYields(measureDecay(run.source, optionsOf(run, network, request)), (done) => share(0.5 + done / 2)),
      );
      layer = measuredLayer(run.source);
      if (seed === 0) runs.push(run);
    }
    if (layer !== null) entries.push(createEntry(network, layer, measured));
  }
  return {
    settings: settingsOf(request, runs),
    entries,
    headline: sayHeadline(entries),
    sentences: describeDecay(entries, request.seeds),
  };
}

function checkRequest({ networks, seeds, steps, inputs }: DecayRequest): void {
  if (networks.length === 0)
    throw new InspectorError('settings-invalid', 'There is nothing to compare; name models or cells.');
  const isCount = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!isCount(seeds, 1000))
    throw new InspectorError(
      'settings-invalid',
      `The number of seeds must be a whole number from 1 to 1000, it is ${seeds}.`,
    );
  if (!isCount(steps, 1e6))
    throw new InspectorError(
      'settings-invalid',
      `The number of steps must be a whole number from 1 to 1000000, it is ${steps}.`,
    );
  if (!isCount(inputs, 65536))
    throw new InspectorError(
      'settings-invalid',
      `The number of inputs must be a whole number from 1 to 65536, it is ${inputs}.`,
    );
  for (const network of networks) {
    if (network.kind !== 'cell' || isCount(network.spec.units, 4096)) continue;
    throw new InspectorError(
      'settings-invalid',
      `The number of units must be a whole number from 1 to 4096, it is ${network.spec.units}.`,
    );
  }
}

function* mapYields<T>(work: Generator<number | void, T>, map: (done: number) => number): Generator<number, T> {
  let next = work.next();
  for (; next.done !== true; next = work.next()) yield map(Math.min(1, next.value ?? 0));
  return next.value;
}

/**
 * Weights that live for one seed only are multiplied plainly: a faster product would lay them out first, and keep that.
 */
function optionsOf({ gradients, lossStep }: Run, network: DecayNetwork, { clipNorm, truncateAfter }: DecayRequest) {
  const own = network.kind === 'trained' ? {} : { product: multiplyRows };
  return {
    gradients,
    lossStep,
    ...own,
    ...(clipNorm !== undefined && { clipNorm }),
    ...(truncateAfter !== undefined && { truncateAfter }),
  };
}

function* prepare(network: DecayNetwork, request: DecayRequest, seed: number): Generator<number, Run> {
  const input = network.input ?? (yield* mapYields(drawNoise(request.steps, request.inputs, seed), () => 0));
  const steps = input.kind === 'ids' ? input.ids.length : input.data.length / input.width;
  const model = yield* mapYields(modelOf(network, input, { steps, seed }), () => 0);
  const read = readScalar(model, input);
  const directions = model.stages.reduce(
    (sum, stage) =>
      sum +
      (stage.kind === 'recurrent' ? Number(stage.forward !== undefined) + Number(stage.backward !== undefined) : 0),
    0,
  );
  const source = yield* mapYields(read, (done) => done / (steps * Math.max(1, directions)));
  if (network.kind === 'cell') return randomProjection(source, request.loss, seed);
  const head = createHead(source);
  const resolved = resolveLoss(source, head, request.loss);
  const gradients = resolved.terms.flatMap((term) => evaluateTerm(head, term).gradients);
  return { source, gradients, lossStep: largestOf(resolved.terms.map(({ step }) => step)), lossName: resolved.name };
}

function* modelOf(
  network: DecayNetwork,
  input: ScalarInput,
  of: { steps: number; seed: number },
): Generator<void, RecurrentModel> {
  switch (network.kind) {
    case 'trained':
      return network.model;
    case 'twin':
      return yield* drawTwin(network.model, network.settings, of);
    case 'cell':
      return yield* cellAsModel(network.spec, input, network.vocabularySize ?? 1, of.seed);
  }
}

/** L = r . h of the loss step, r ~ N(0, 1), the same r for every network of the same width and seed. */
function randomProjection(source: GradientSource, loss: LossChoice, seed: number): Run {
  const layer = measuredLayer(source);
  const T = source.steps;
  const lossStep = typeof loss.at === 'object' ? loss.at.step : T - 1;
  if (!Number.isInteger(lossStep) || lossStep < 0 || lossStep >= T) {
    throw new InspectorError(
      'out-of-range',
      `Loss step ${lossStep} is not in the input, which has ${T} steps: choose one from 0 to ${T - 1}.`,
    );
  }
  const random = randomOf(seed, 'loss');
  const vector = Float64Array.from({ length: layer.weights.units }, () => drawNormal(random));
  const steps = loss.at === 'all' ? Array.from({ length: T }, (_, t) => t) : [lossStep];
  const name =
    loss.at === 'all' ? `sum over ${T} steps of r . h, r ~ N(0, 1)` : `r . h at step ${lossStep}, r ~ N(0, 1)`;
  return { source, gradients: steps.map((place) => ({ place, vector })), lossStep, lossName: name };
}

function createEntry(network: DecayNetwork, layer: SourceLayer, measured: readonly DecayMeasurement[]): DecayEntry {
  const { weights } = layer;
  const gaps = measured.flatMap(({ gap }) => (gap === undefined ? [] : [gap]));
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const parameters = countCellParameters(weights);
  const initialisation =
    network.kind === 'trained'
      ? null
      : completeSettings(weights.cell, network.kind === 'twin' ? network.settings : network.spec);
  return {
    name: nameOfNetwork(network),
    trained: network.kind === 'trained',
    cell: weights.cell,
    layer: layer.layer,
    units: weights.units,
    parameters,
    ...(initialisation !== null && { initialisation }),
    settingsLine: `${weights.units} units, ${parameters} parameters, ${initialisation === null ? 'trained' : describeInitialisation(weights.cell, initialisation)}`,
    h: joinCurves(measured.map(({ h }) => h)),
    ...joined('c', measured),
    ...joined('direct', measured),
    ...(measured[0]?.direct !== undefined && { gapLog10: gaps.length === 0 ? null : mean(gaps) }),
    clippedSteps: mean(measured.map(({ clipped }) => clipped)),
  };
}

/** The curve of what not every cell has. */
function joined(
  name: 'c' | 'direct',
  measured: readonly DecayMeasurement[],
): Partial<Record<'c' | 'direct', DecayEntry['h']>> {
  const curves = measured.flatMap((each) => each[name] ?? []);
  return curves.length === 0 ? {} : { [name]: joinCurves(curves) };
}

function nameOfNetwork(network: DecayNetwork): string {
  if (network.kind === 'trained') return network.model.name;
  if (network.kind === 'twin') return untrainedName(network.model.name);
  return nameOfCell(network.spec);
}

function settingsOf(request: DecayRequest, runs: readonly Run[]): DecaySettings {
  const [first] = runs;
  if (first === undefined) throw new Error('Expected at least one network that was measured.');
  const names = new Set(runs.map(({ lossName }) => lossName));
  const { clipNorm, truncateAfter, networks } = request;
  const onNoise = networks.every((network) => network.kind === 'cell' && network.input === undefined);
  return {
    input: request.inputName,
    steps: first.source.steps,
    ...(onNoise && { inputs: request.inputs }),
    seeds: request.seeds,
    loss: request.loss,
    lossName: [...names].join('; '),
    lossStep: first.lossStep,
    ...(clipNorm !== undefined && { clipNorm }),
    ...(truncateAfter !== undefined && { truncateAfter }),
    equal: request.equal ?? 'units',
  };
}

/** Gives every untrained cell as many parameters as the first with a cell state among them has, or else the first. */
function equaliseParameters({ networks, inputs }: DecayRequest): readonly DecayNetwork[] {
  const cells = networks.flatMap((network) => (network.kind === 'cell' ? [network] : []));
  const reference = cells.find(({ spec }) => hasCellState(spec.cell)) ?? cells[0];
  if (reference === undefined) return networks;
  const widthOf = ({ input, vocabularySize }: (typeof cells)[number]): number =>
    input === undefined ? inputs : input.kind === 'ids' ? (vocabularySize ?? 1) : input.width;
  const { cell, units } = reference.spec;
  const D = widthOf(reference);
  const wanted = gatesOf(cell).length * (D * units + units * units + units);
  return networks.map((network) => {
    if (network.kind !== 'cell') return network;
    return {
      ...network,
      spec: {
        ...network.spec,
        units: network === reference ? units : unitsForParameters(network.spec.cell, wanted, widthOf(network)),
      },
    };
  });
}
