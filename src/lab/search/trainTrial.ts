import { largestOf, smallestOf } from '../../base/extremes';
import { InspectorError } from '../../base/errors';
import { type RecurrentModel } from '../../network/recurrentModel';
import { checkSchema } from '../training/checkSchema';
import { type Corpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';
import { initializeNetwork, type NamedArray, shapeOf } from '../training/network/networkShape';
import { hyperparameters } from '../training/settingsSchema';
import { createProblem } from '../training/prepareTraining';
import { train, type TrainingHost, type TrainingOutcome } from '../training/trainer';
import { type Parameters } from './samplers/distribution';
import { type InsideFigures, measureInside } from './insideFigures';
import { chooseInsideTexts } from './insideTexts';
import { type TrialRunner } from './runSearch';
import { isInside, isSmallBest, type Objective } from './searchSettings';
import { openTrialModel, type TrialNetwork } from './trialModel';

/** What a trial's training needs of its surroundings. */
export interface TrialSurroundings extends Pick<TrainingHost, 'now' | 'breathe' | 'interrupt'> {
  /** Keeps what a complete trial has trained; gives the attributes that say where. */
  keepModel?(number: number, network: TrialNetwork, description: string): Promise<Readonly<Record<string, unknown>>>;
}

/** What all trials of a search share. */
export interface TrialPlan {
  readonly settings: LabSettings;
  readonly corpus: Corpus;
  readonly objective: Objective;
  /** The sentence on which the inside is measured; else validation texts. */
  readonly sentence?: string;
}

/**
 * The settings of a trial: those of the lab file with its hyperparameters in their place. Fails where one has a value
 * that no training can have; trials that others have enqueued may ask for anything.
 */
export function settingsOfTrial(settings: LabSettings, parameters: Parameters): LabSettings {
  const [problem] = checkSchema(JSON.stringify(parameters), hyperparameters).problems;
  if (problem !== undefined) throw new InspectorError('settings-invalid', `Its hyperparameters: ${problem.message}.`);
  return { ...settings, hyperparameters: { ...settings.hyperparameters, ...parameters } };
}

/** Trains as a lab file says, with other hyperparameters, on data that is read once; the test part is not looked at. */
export function createTrialRunner(plan: TrialPlan, surroundings: TrialSurroundings): TrialRunner {
  const texts = chooseInsideTexts(plan.corpus, plan.sentence);
  return async ({ number, parameters }, report, signal) => {
    const { objective, corpus } = plan;
    const settings = settingsOfTrial(plan.settings, parameters);
    const problem = createProblem(settings, corpus);
    const shape = shapeOf(settings, corpus.inspector.vocabulary.length, problem.outputs);
    const networkOf = (weights: readonly NamedArray[]): TrialNetwork => ({ settings, shape, weights, corpus });
    const { breathe } = surroundings;
    const measure = (model: RecurrentModel): Promise<InsideFigures> => measureInside(model, texts, breathe);
    const { steps: fixedSteps, epochs } = settings.hyperparameters;
    const steps = fixedSteps ?? Math.max(1, Math.round(epochs * problem.stepsPerEpoch));
    const told: Validated[] = [];
    const host: TrainingHost = {
      signal,
      now: surroundings.now,
      breathe,
      interrupt: () => surroundings.interrupt?.(),
      tell: (event) => {
        if (event.type === 'validated') told.push(event);
      },
      keep: async ({ weights }) => {
        for (const event of told.splice(0)) {
          const value = isInside(objective)
            ? figureOf(objective, await measure(openTrialModel(networkOf(weights))))
            : event.validation[figureNames[objective]];
          await report(Math.max(1, Math.round(event.epoch)), value);
        }
      },
    };
    const start = { settings, settingsKey: '', shape, weights: initializeNetwork(shape, settings), steps };
    const outcome = await train(start, { ...problem, evaluate: withoutTest(problem) }, host);
    const network = networkOf(outcome.weights);
    const inside = await measure(openTrialModel(network));
    const kept = signal.aborted
      ? undefined
      : await surroundings.keepModel?.(number, network, describeModel(number, outcome));
    return {
      value: isInside(objective) ? figureOf(objective, inside) : bestValue(objective, outcome),
      attributes: { ...describeOutcome(outcome), ...inside, ...kept },
    };
  };
}

type Problem = ReturnType<typeof createProblem>;
type Validated = TrainingOutcome['history'][number];

const figureNames = { validation_loss: 'loss', validation_accuracy: 'accuracy' } as const;

/** The validation part stands in for the test part, which nothing may be chosen on. */
function withoutTest(problem: Problem): Problem['evaluate'] {
  return (network, _part, breathe) => problem.evaluate(network, 'validation', breathe);
}

/** A figure of the inside as an objective; one that cannot be had ends the trial as failed. */
function figureOf(objective: keyof InsideFigures, figures: InsideFigures): number {
  const figure = figures[objective];
  if (figure === undefined)
    throw new InspectorError(
      'data-invalid',
      `"${objective}" cannot be measured: no gradient comes through, or the network has no forget gate.`,
    );
  return figure;
}

function bestValue(objective: keyof typeof figureNames, { history }: TrainingOutcome): number {
  const values = history.map(({ validation }) => validation[figureNames[objective]]);
  return isSmallBest(objective) ? smallestOf(values) : largestOf(values);
}

function describeOutcome({ best, step, seconds, weights }: TrainingOutcome): Readonly<Record<string, number>> {
  const { loss, accuracy } = best.validation;
  const parameters = weights.reduce((sum, { data }) => sum + data.length, 0);
  return {
    validation_loss: loss,
    validation_accuracy: accuracy,
    best_step: best.step,
    steps: step,
    seconds: Math.round(seconds * 10) / 10,
    parameters,
  };
}

function describeModel(number: number, { best }: TrainingOutcome): string {
  return `trial ${number}; validation loss ${best.validation.loss.toFixed(3)}, ${(100 * best.validation.accuracy).toFixed(1)} % right`;
}
