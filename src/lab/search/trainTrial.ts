import { type Corpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';
import { initializeNetwork, shapeOf } from '../training/networkShape';
import { createProblem } from '../training/runTraining';
import { train, type TrainingHost, type TrainingOutcome } from '../training/trainer';
import { type Parameters } from './distribution';
import { type TrialRunner } from './runSearch';
import { type Objective } from './searchSettings';

/** What a trial's training needs of its surroundings. */
export type TrialSurroundings = Pick<TrainingHost, 'now' | 'breathe'>;

/** The settings of a trial: those of the lab file with its hyperparameters in their place. */
export function settingsOfTrial(settings: LabSettings, parameters: Parameters): LabSettings {
  return { ...settings, hyperparameters: { ...settings.hyperparameters, ...parameters } };
}

/** Trains as a lab file says, with other hyperparameters, on data that is read once; the test part is not looked at. */
export function createTrialRunner(settings: LabSettings, corpus: Corpus, objective: Objective, { now, breathe }: TrialSurroundings): TrialRunner {
  return async (parameters, report, signal) => {
    const trial = settingsOfTrial(settings, parameters);
    const problem = createProblem(trial, corpus);
    const shape = shapeOf(trial, corpus.inspector.vocabulary.length, problem.outputs);
    const { steps: fixedSteps, epochs } = trial.hyperparameters;
    const steps = fixedSteps ?? Math.max(1, Math.round(epochs * problem.stepsPerEpoch));
    const told: (readonly [step: number, value: number])[] = [];
    const host: TrainingHost = {
      signal,
      now,
      breathe,
      tell: (event) => {
        if (event.type === 'validated') told.push([Math.max(1, Math.round(event.epoch)), valueOf(objective, event.validation)]);
      },
      keep: async () => {
        for (const [epoch, value] of told.splice(0)) await report(epoch, value);
      },
    };
    const start = { settings: trial, settingsKey: '', shape, weights: initializeNetwork(shape, trial), steps };
    const outcome = await train(start, { ...problem, evaluate: withoutTest(problem) }, host);
    return { value: bestValue(objective, outcome), attributes: describeOutcome(outcome) };
  };
}

type Problem = ReturnType<typeof createProblem>;

/** The validation part stands in for the test part, which nothing may be chosen on. */
function withoutTest(problem: Problem): Problem['evaluate'] {
  return (network, _part, breathe) => problem.evaluate(network, 'validation', breathe);
}

function valueOf(objective: Objective, { loss, accuracy }: { readonly loss: number; readonly accuracy: number }): number {
  return objective === 'validation_loss' ? loss : accuracy;
}

function bestValue(objective: Objective, { history }: TrainingOutcome): number {
  const values = history.map(({ validation }) => valueOf(objective, validation));
  return objective === 'validation_loss' ? Math.min(...values) : Math.max(...values);
}

function describeOutcome({ best, step, seconds, weights }: TrainingOutcome): Readonly<Record<string, number>> {
  const { loss, accuracy } = best.validation;
  const parameters = weights.reduce((sum, { data }) => sum + data.length, 0);
  return { validation_loss: loss, validation_accuracy: accuracy, best_step: best.step, steps: step, seconds: Math.round(seconds * 10) / 10, parameters };
}
