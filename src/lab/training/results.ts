import { type LabSettings } from './labSettings';
import { macroF1 } from './macroF1';
import { type TrainingOutcome } from './trainer';

/** `results.json`: the figures of a run and its curve, for people, cards and comparisons. */
export function formatResults(settings: LabSettings, outcome: TrainingOutcome): string {
  const { test, best, history } = outcome;
  const results = {
    name: settings.name,
    seed: settings.seed,
    why: outcome.why,
    steps: outcome.step,
    seconds: Math.round(outcome.seconds),
    parameters: outcome.weights.reduce((sum, { data }) => sum + data.length, 0),
    bestStep: best.step,
    validation: best.validation,
    test: { loss: test.loss, accuracy: test.accuracy, count: test.count },
    testParts: test.parts,
    ...(test.starts === undefined ? {} : { testStarts: test.starts }),
    ...(test.confusion === undefined ? {} : { confusion: test.confusion, macroF1: macroF1(test.confusion) }),
    curve: history.map(({ step, training, validation }) => ({
      step,
      training: training.loss,
      validation: validation.loss,
      accuracy: validation.accuracy,
    })),
  };
  return `${JSON.stringify(results, null, 1)}\n`;
}
