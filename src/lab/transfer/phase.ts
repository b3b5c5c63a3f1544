import { InspectorError } from '../../base/errors';
import { type EvaluationFigures, type TrainingEvent } from '../../trace/lab/trainingEvents';
import { type TransferEvent, type TransferResult, type TransferWay } from '../../trace/lab/transferEvents';
import { type Corpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';
import { Network } from '../training/network/network';
import { type NetworkShape } from '../training/network/networkShape';
import { optimizerRule } from '../training/network/optimizer';
import { createProblem } from '../training/prepareTraining';
import { train, type TrainingOutcome } from '../training/trainer';
import { type WeightPlan } from '../training/network/weightUpdate';
import { type SourceNetwork } from './sourceNetwork';
import { seeded, type TransferRun } from './transferRun';
import { describeLayers } from './transferWeights';

type PhaseEvent = Extract<TransferEvent, { readonly type: 'transfer-phase' }>;

/** One training: which network learns what, from what, and how fast each of its weights. */
export interface Phase {
  readonly way: TransferWay;
  readonly stage: PhaseEvent['stage'];
  readonly labels: number;
  readonly network: SourceNetwork;
  /** Its training part is what is learnt from. */
  readonly corpus: Corpus;
  readonly epochs: number;
  /** Absent: the lab file's. */
  readonly rate?: number;
  readonly sequenceLength?: number;
  /** No label of the target may choose anything: the last weights are kept. */
  readonly isUnlabelled?: boolean;
  readonly plan?: (name: string) => WeightPlan;
  /** What in the network is not new; absent: the source's. */
  readonly known?: NetworkShape;
}

/** A network that a phase ended with. */
export interface TransferredModel {
  readonly way: TransferWay;
  readonly labels: number;
  readonly examples: number;
  readonly network: SourceNetwork;
  readonly outcome: TrainingOutcome;
  /** Epoch of the weights kept. */
  readonly epoch: number;
}

/** Trains a phase to convergence (`early_stopping`) or to its last epoch, telling its plan and its curve. */
export async function runPhase(run: TransferRun, phase: Phase): Promise<TransferredModel> {
  const { host, seed } = run;
  if (host.signal.aborted) throw cancelled();
  const { way, stage, labels, network, corpus, epochs, plan = () => ({ rateScale: 1 }) } = phase;
  const settings = settingsOf(seeded(run.settings, seed), phase);
  const problem = createProblem(settings, corpus);
  const { optimizer, learning_rate: rate = optimizerRule(optimizer).usualRate } = settings.hyperparameters;
  const number = host.nextPhase();
  const examples = problem.sizes[0];
  const layers = describeLayers(network, { source: phase.known ?? run.source.shape, plan, rate });
  host.tell({ type: 'transfer-phase', phase: number, way, stage, labels, examples, seed, layers, epochs });
  const tell = (event: TrainingEvent): void => {
    if (event.type !== 'validated') return;
    const { epoch, training, validation, isBest } = event;
    host.tell({ type: 'transfer-curve', phase: number, epoch, training, validation, isBest });
  };
  const start = {
    settings,
    settingsKey: '',
    shape: network.shape,
    weights: network.weights,
    steps: Math.max(1, Math.round(epochs * problem.stepsPerEpoch)),
    plan,
  };
  const outcome = await train(start, problem, {
    signal: host.signal,
    now: () => host.now(),
    breathe: () => host.breathe(),
    interrupt: () => host.interrupt?.(),
    tell,
  });
  if (outcome.why === 'stopped') throw cancelled();
  return {
    way,
    labels,
    examples,
    network: { shape: network.shape, weights: outcome.weights },
    outcome,
    epoch: outcome.best.step / problem.stepsPerEpoch,
  };
}

/** Validation once an epoch, whatever the lab file says of its own training; never a fixed number of steps. */
function settingsOf(settings: LabSettings, { rate, epochs, sequenceLength, isUnlabelled = false }: Phase): LabSettings {
  const { steps: _steps, validate_every: _every, ...hyperparameters } = settings.hyperparameters;
  return {
    ...settings,
    hyperparameters: {
      ...hyperparameters,
      epochs,
      ...(isUnlabelled ? { keep: 'last', early_stopping: 0 } : {}),
      ...(rate === undefined ? {} : { learning_rate: rate }),
      ...(sequenceLength === undefined ? {} : { sequence_length: sequenceLength }),
    },
  };
}

/** What a result says of a model. */
export function describeModel(
  { way, labels, examples, outcome, epoch }: TransferredModel,
  learningRate?: number,
): Omit<TransferResult, 'seed'> {
  const { best, test, seconds, why } = outcome;
  return {
    way,
    labels,
    examples,
    validation: best.validation,
    test: figuresOf(test),
    seconds,
    epoch,
    converged: why === 'early',
    ...(learningRate === undefined ? {} : { learningRate }),
  };
}

/** A network's figures on the validation and test parts of a corpus. */
export async function evaluate(
  run: TransferRun,
  { shape, weights }: SourceNetwork,
  corpus: Corpus,
): Promise<Pick<TransferResult, 'validation' | 'test' | 'seconds'>> {
  const { host, settings } = run;
  const startedAt = host.now();
  const problem = createProblem(settings, corpus);
  const network = new Network(shape, weights);
  try {
    const judge = async (part: 'validation' | 'test') =>
      figuresOf(await problem.evaluate(network, part, () => host.breathe()));
    const [validation, test] = [await judge('validation'), await judge('test')];
    return { validation, test, seconds: (host.now() - startedAt) / 1000 };
  } finally {
    network.dispose();
  }
}

function figuresOf({ loss, accuracy, count }: EvaluationFigures): EvaluationFigures {
  return { loss, accuracy, count };
}

function cancelled(): InspectorError {
  return new InspectorError('cancelled', 'Cancelled.');
}
