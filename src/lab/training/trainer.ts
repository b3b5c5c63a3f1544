import * as tf from '@tensorflow/tfjs-core';
// Without it tf.variableGrads knows no gradient: tfjs-core alone registers none.
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import { InspectorError } from '../../base/errors';
import { withInterrupt } from '../../base/interrupt';
import { createRandom } from '../../base/random';
import {
  type EvaluationFigures,
  type TrainingEvent,
  type ValidatedEvent as Validated,
} from '../../trace/lab/trainingEvents';
import { type Checkpoint } from './checkpoint';
import { answersOf } from './network/crossEntropy';
import { type LabSettings } from './labSettings';
import { Network, type RunOptions } from './network/network';
import { type NamedArray, type NetworkShape } from './network/networkShape';
import { type Evaluation, type Problem, type TrainingBatch } from './problem';
import { disposeState, keepState, maskStates, packStates, unpackStates } from './network/passStates';
import { type PassState } from './network/recurrentPass';
import { createWeightLearner, type WeightLearner } from './network/weightLearner';
import { rateAt, type WeightPlan } from './network/weightUpdate';

/** What surrounds a run: time, cancelling, telling and keeping. */
export interface TrainingHost {
  /** Stops the run after the step under way: the best weights so far are kept and tested. */
  readonly signal: AbortSignal;
  /** Milliseconds of any clock that does not go back. */
  now(): number;
  /** Lets messages in (cancel, pause) between two steps; waits while paused. Rejects to end the run at once. */
  breathe(): Promise<void>;
  /** Called between the parts of a step; throws to end the run at once. */
  interrupt?(): void;
  tell(event: TrainingEvent): void;
  /** Called after each validation, and when the run is ended at once. */
  keep?(checkpoint: Checkpoint): Promise<void>;
  /** Called before the first step (epoch 0) and after each whole epoch. */
  keepEpoch?(epoch: number, weights: readonly NamedArray[]): Promise<void>;
}

/** A finished run. */
export interface TrainingOutcome {
  readonly weights: readonly NamedArray[];
  readonly why: 'complete' | 'early' | 'stopped';
  readonly step: number;
  readonly seconds: number;
  readonly best: { readonly step: number; readonly validation: EvaluationFigures };
  readonly test: Evaluation;
  readonly history: readonly Validated[];
}

/** What a run starts from. */
export interface TrainingStart {
  readonly settings: LabSettings;
  readonly settingsKey: string;
  readonly shape: NetworkShape;
  readonly weights: readonly NamedArray[];
  readonly resume?: Checkpoint;
  /** Steps over the whole run, of which the schedule is made. */
  readonly steps: number;
  /** Which weights learn, and how fast, by name; absent: all at the full rate. */
  readonly plan?: (name: string) => WeightPlan;
}

/** Trains a network on a problem: the one loop behind bundled models, lab, search and transfer. */
export async function train(start: TrainingStart, problem: Problem, host: TrainingHost): Promise<TrainingOutcome> {
  const trainer = new Trainer(start, problem, host);
  try {
    return await trainer.run();
  } finally {
    trainer.dispose();
  }
}

const countedRows = 128;

class Trainer {
  private readonly network: Network;
  private readonly learner: WeightLearner;
  private states: readonly PassState[] | null = null;
  private step: number;
  private readonly history: Validated[];
  private best: { step: number; weights: readonly NamedArray[] };
  private stale: number;
  private readonly sum = { loss: 0, right: 0, count: 0, steps: 0 };
  private readonly startedAt: number;
  private readonly firstStep: number;
  private readonly secondsBefore: number;

  constructor(
    private readonly start: TrainingStart,
    private readonly problem: Problem,
    private readonly host: TrainingHost,
  ) {
    const { resume } = start;
    this.network = new Network(start.shape, resume?.weights ?? start.weights);
    this.network.interrupt = host.interrupt && (() => host.interrupt?.());
    this.learner = createWeightLearner(this.network, start.settings.hyperparameters, resume?.slots);
    this.step = resume?.step ?? 0;
    this.history = [...(resume?.history ?? [])];
    this.best = { step: resume?.bestStep ?? 0, weights: resume?.best ?? copyArrays(this.learner.read().weights) };
    this.stale = resume?.stale ?? 0;
    this.states = resume === undefined ? null : unpackStates(resume.states);
    this.firstStep = this.step + 1;
    this.secondsBefore = resume?.seconds ?? 0;
    this.startedAt = host.now();
  }

  async run(): Promise<TrainingOutcome> {
    try {
      return await this.runToEnd();
    } catch (thrown) {
      if (thrown instanceof Error && thrown.name === 'AbortError') await this.host.keep?.(this.checkpoint());
      throw thrown;
    }
  }

  private async runToEnd(): Promise<TrainingOutcome> {
    const { settings, steps } = this.start;
    const every = settings.hyperparameters.validate_every ?? this.problem.stepsPerEpoch;
    let lastTold = this.host.now();
    let why: TrainingOutcome['why'] = 'complete';
    if (this.step === 0) await this.host.keepEpoch?.(0, this.learner.read().weights);
    while (this.step < steps) {
      await this.host.breathe();
      if (this.host.signal.aborted) {
        why = 'stopped';
        break;
      }
      this.takeStep();
      if (this.host.now() - lastTold > 500) {
        lastTold = this.host.now();
        this.tellStep();
      }
      if (this.step % this.problem.stepsPerEpoch === 0)
        await this.host.keepEpoch?.(this.epoch, this.learner.read().weights);
      if (this.step % every === 0 || this.step === steps) await this.validate();
      const { early_stopping: patience } = settings.hyperparameters;
      if (patience > 0 && this.stale >= patience) {
        why = 'early';
        break;
      }
    }
    return this.finish(why);
  }

  dispose(): void {
    this.replaceStates(null);
    this.learner.dispose();
    this.network.dispose();
  }

  /** An interrupted step has changed nothing and is taken again when the run goes on. */
  private takeStep(): void {
    this.step++;
    try {
      withInterrupt(this.network.interrupt, () => this.trainStep());
    } catch (thrown) {
      this.step--;
      throw thrown;
    }
  }

  private trainStep(): void {
    const { hyperparameters } = this.start.settings;
    const batch = this.problem.batchAt(this.step);
    if (!batch.continues) this.replaceStates(null);
    this.resetStates(hyperparameters.state_reset);
    this.learnFrom(batch);
  }

  /** A step along the gradients of a batch; keeps the states and counts right answers. */
  private learnFrom(batch: TrainingBatch): void {
    let states: readonly PassState[] = [];
    const { variables } = this.network;
    const rate = rateAt(this.step, this.start.steps, this.start.settings.hyperparameters);
    const plans = this.network.names.map((name) => this.start.plan?.(name) ?? { rateScale: 1 });
    const compute = (): void =>
      tf.tidy(() => {
        const loss = (): tf.Scalar => {
          const run = this.network.run(batch, this.runOptions());
          states = run.states.map(keepState);
          this.countAnswers(run.features, batch);
          return this.network.lossOf(run.features, batch);
        };
        const { value, grads } = tf.variableGrads(loss, [...variables]);
        const lossValue = value.dataSync<'float32'>()[0] ?? NaN;
        if (!Number.isFinite(lossValue)) throw this.diverged();
        this.sum.loss += lossValue;
        this.sum.steps++;
        this.learner.learn(
          variables.map(({ name }) => grads[name] as tf.Tensor),
          { step: this.step, rate, plans },
        );
      });
    try {
      compute();
    } catch (thrown) {
      states.forEach(disposeState);
      throw thrown;
    }
    this.replaceStates(states);
  }

  /** Streams drawn by the seed and the step begin from zeros, as a text does that is read on its own. */
  private resetStates(share: number): void {
    if (this.states === null || share === 0) return;
    const [streams] = this.states[0]?.h.shape as [number, number];
    const random = createRandom(this.start.settings.seed * 104_729 + this.step);
    const kept = Float32Array.from({ length: streams }, () => (random() < share ? 0 : 1));
    this.replaceStates(maskStates(this.states, kept));
  }

  private runOptions(): RunOptions {
    const { dropout_rate: input, recurrent_dropout: recurrent } = this.start.settings.hyperparameters;
    const random = createRandom(this.start.settings.seed * 7_919 + this.step);
    return {
      ...(this.states === null ? {} : { states: this.states }),
      ...(input > 0 || recurrent > 0 ? { dropout: { input, recurrent, random } } : {}),
    };
  }

  /** On the first rows of a batch only: it is for the curve, and the whole would cost a matrix product. */
  private countAnswers(features: tf.Tensor2D, { targets }: TrainingBatch): void {
    const rows = Math.min(targets.length, countedRows);
    const logits = this.network.logitsOf(tf.slice(features, [0, 0], [rows, features.shape[1]]));
    const answers = answersOf(logits.dataSync<'float32'>(), logits.shape[1]);
    for (let at = 0; at < rows; at++) if (answers[at] === targets[at]) this.sum.right++;
    this.sum.count += rows;
  }

  private diverged(): InspectorError {
    return new InspectorError(
      'data-invalid',
      `The loss is not a number at step ${this.step}; lower "learning_rate" or set "clip_norm".`,
    );
  }

  private replaceStates(states: readonly PassState[] | null): void {
    this.states?.forEach(disposeState);
    this.states = states;
  }

  private get epoch(): number {
    return this.step / this.problem.stepsPerEpoch;
  }

  private get seconds(): number {
    return (this.host.now() - this.startedAt) / 1000;
  }

  private tellStep(): void {
    const { steps, settings } = this.start;
    const perStep = this.seconds / (this.step - this.firstStep + 1);
    this.host.tell({
      type: 'step',
      step: this.step,
      epoch: this.epoch,
      ...this.trainingFigures(),
      rate: rateAt(this.step, steps, settings.hyperparameters),
      secondsLeft: perStep * (steps - this.step),
    });
  }

  /** Since the last validation. */
  private trainingFigures(): { readonly loss: number; readonly accuracy: number } {
    return { loss: this.sum.loss / this.sum.steps, accuracy: this.sum.right / this.sum.count };
  }

  private async validate(): Promise<void> {
    const { loss, accuracy, count } = await this.problem.evaluate(this.network, 'validation', () =>
      this.host.breathe(),
    );
    const isBest = this.history.every(({ validation }) => !(validation.loss <= loss));
    this.stale = isBest ? 0 : this.stale + 1;
    if (isBest) this.best = { step: this.step, weights: copyArrays(this.learner.read().weights) };
    const event: Validated = {
      type: 'validated',
      step: this.step,
      epoch: this.epoch,
      training: this.trainingFigures(),
      validation: { loss, accuracy, count },
      isBest,
    };
    this.history.push(event);
    Object.assign(this.sum, { loss: 0, right: 0, count: 0, steps: 0 });
    this.host.tell(event);
    await this.host.keep?.(this.checkpoint());
  }

  private checkpoint(): Checkpoint {
    return {
      step: this.step,
      seconds: this.secondsBefore + this.seconds,
      settingsKey: this.start.settingsKey,
      history: this.history,
      stale: this.stale,
      bestStep: this.best.step,
      ...this.learner.read(),
      best: this.best.weights,
      states: packStates(this.states ?? []),
    };
  }

  private async finish(why: TrainingOutcome['why']): Promise<TrainingOutcome> {
    if (this.history.length === 0) await this.validate();
    const seconds = this.secondsBefore + this.seconds;
    const isBestKept = this.start.settings.hyperparameters.keep === 'best';
    const weights = isBestKept ? this.best.weights : copyArrays(this.learner.read().weights);
    this.network.write(weights);
    const test = await this.problem.evaluate(this.network, 'test', () => this.host.breathe());
    const kept = this.history.find(({ step }) => step === this.best.step) ?? this.history.at(-1);
    const last = this.history.at(-1);
    const chosen = (isBestKept ? kept : last) as Validated;
    return {
      weights,
      why,
      step: this.step,
      seconds,
      best: { step: chosen.step, validation: chosen.validation },
      test,
      history: this.history,
    };
  }
}

function copyArrays(arrays: readonly NamedArray[]): readonly NamedArray[] {
  return arrays.map(({ name, shape, data }) => ({ name, shape, data: Float32Array.from(data) }));
}
