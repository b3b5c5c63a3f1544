import { existsSync } from 'node:fs';
import path from 'node:path';
import { createRandom } from '../../base/random';
import { type ParameterValue } from '../../trace/lab/searchEvents';
import {
  mostShownTrials,
  type StudyParameter,
  type StudyReport,
  type StudyTrial,
  type SurrogateReport,
} from '../../trace/lab/studyReport';
import { type Choice, type Distribution } from './samplers/distribution';
import { fitSurrogate, maximiseImprovement } from './samplers/gpSampler';
import { modelAttribute } from './keepModel';
import { type JournalStudy } from './optunaJournal';
import { workerAttribute } from './study';
import { parameterImportance, sliceSurrogate } from './surrogateViews';
import { asLoss, bestTrial, type StudySoFar, type Trial, usableTrials } from './trial';
import { decodePoint, encodePoint } from './samplers/unitCube';

/** What a page shows of a study; `workerId` is ours. */
export function describeStudy(
  study: JournalStudy,
  given: { readonly journal: string; readonly workerId: string },
): Omit<StudyReport, 'revision'> {
  const best = bestTrial(study);
  return {
    name: study.name,
    journal: given.journal,
    direction: study.direction,
    parameters: Object.entries(study.space).map(([name, distribution]) => describeParameter(name, distribution)),
    trials: study.trials.slice(-mostShownTrials).map((trial) => describeTrial(trial, given)),
    count: study.trials.length,
    ...(best === undefined ? {} : { best: best.number }),
  };
}

function describeParameter(name: string, distribution: Distribution): StudyParameter {
  if (distribution.kind === 'categorical') return { name, choices: distribution.choices.map(showChoice) };
  const { kind, low, high, log = false } = distribution;
  return { name, low, high, log, isWhole: kind === 'int' };
}

/** Python's choices may be anything JSON has; a page shows what is no plain value as its JSON. */
function showChoice(choice: Choice): ParameterValue {
  return typeof choice === 'object' && choice !== null ? JSON.stringify(choice) : choice;
}

function describeTrial(
  { number, state, value, parameters, intermediate, attributes }: Trial,
  { journal, workerId }: { readonly journal: string; readonly workerId: string },
): StudyTrial {
  const modelPath = modelPathOf(attributes[modelAttribute], journal);
  const message = attributes['message'];
  return {
    number,
    state,
    ...(value === undefined ? {} : { value }),
    parameters: Object.fromEntries(Object.entries(parameters).map(([name, choice]) => [name, showChoice(choice)])),
    intermediate: [...intermediate].sort(([a], [b]) => a - b),
    figures: Object.fromEntries(
      Object.entries(attributes).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
    ),
    ...(typeof message === 'string' ? { message } : {}),
    ...(modelPath === null ? {} : { modelPath }),
    isOurs: attributes[workerAttribute] === workerId,
  };
}

/** The journal is not ours to trust: what it names must lie under its own folder and be there. */
function modelPathOf(named: unknown, journal: string): string | null {
  if (typeof named !== 'string') return null;
  const folder = path.dirname(journal);
  const file = path.resolve(folder, named, 'model.json');
  return file.startsWith(folder + path.sep) && existsSync(file) ? file : null;
}

/** A fit costs the cube of the trials; of more than these the best one and the latest are taken. */
const mostFitted = 200;
const drawnPoints = 81;

/** The surrogate of a study along one parameter; null before there are three usable trials, or without that parameter. */
export function describeSurrogate(study: StudySoFar, parameter: string): SurrogateReport | null {
  const usable = usableTrials(study);
  if (usable.length < 3 || !(parameter in study.space)) return null;
  const best = bestTrial(study) ?? usable[0];
  const fitted =
    usable.length <= mostFitted
      ? usable
      : [...new Set([...(best === undefined ? [] : [best]), ...usable.slice(1 - mostFitted)])];
  const surrogate = fitSurrogate({
    ...study,
    trials: [...fitted, ...study.trials.filter(({ state }) => state === 'running')],
  });
  if (surrogate === null || best === undefined) return null;
  const random = createRandom(study.trials.length + 1);
  const point = maximiseImprovement(surrogate, [encodePoint(surrogate.axes, best.parameters)], 500, random);
  const next = decodePoint(surrogate.axes, point);
  const { values, mean, low, high, logImprovement } = sliceSurrogate(surrogate, parameter, next, drawnPoints);
  // The scale of a standardised loss in units of the objective.
  const unit = Math.abs(asLoss(study.direction, surrogate.unscale(1)) - asLoss(study.direction, surrogate.unscale(0)));
  return {
    parameter,
    values: values.map(showChoice),
    mean,
    low,
    high,
    improvement: logImprovement.map((log) => Math.exp(log) * unit),
    next: Object.fromEntries(Object.entries(next).map(([name, choice]) => [name, showChoice(choice)])),
    importance: parameterImportance(surrogate, 128),
    trials: fitted.length,
  };
}
