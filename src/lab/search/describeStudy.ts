import path from 'node:path';
import { createRandom } from '../../base/random';
import { isFileWithin } from '../../files/foreignFiles';
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
import { holdersOf, sharedSpace, variedSpace } from './importance';
import { type JournalStudy, type JournalTrial } from './journal/journalReplay';
import { alongObjective, historyOf, paretoFront } from './objectives';
import { workerAttribute } from './studyQuestion';
import { sliceSurrogate } from './surrogateViews';
import { asLoss, bestTrial, completeTrials, countDone, type StudySoFar } from './trial';
import { decodePoint, encodePoint } from './samplers/unitCube';

/** What a page shows of a study; `workerId` is ours, `most` bounds the trials. */
export function describeStudy(
  study: JournalStudy,
  given: { readonly journal: string; readonly workerId: string; readonly most?: number },
): Omit<StudyReport, 'revision' | 'studies'> {
  const { name, directions, direction, objectiveNames, trials, space } = study;
  const isOne = directions.length === 1;
  const best = isOne ? bestTrial(study) : undefined;
  const front = isOne ? [] : paretoFront(study).map(({ number }) => number);
  return {
    name,
    journal: given.journal,
    direction,
    directions,
    objectiveNames,
    parameters: Object.entries(space).map(([key, distribution]) => describeParameter(key, distribution)),
    trials: shownTrials(trials, [...front, ...(best === undefined ? [] : [best.number])], given.most).map((trial) =>
      describeTrial(trial, given),
    ),
    count: trials.length,
    done: countDone(trials),
    ...(best === undefined ? {} : { best: best.number }),
    ...(isOne ? {} : { front }),
    histories: directions.map((_, index) => historyOf(alongObjective(study, index))),
  };
}

/** The latest of many, and those that are never left out. */
function shownTrials(
  trials: readonly JournalTrial[],
  always: readonly number[],
  most = mostShownTrials,
): readonly JournalTrial[] {
  const kept = new Set(always);
  return trials.filter(({ number }) => number >= trials.length - most || kept.has(number));
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
  { number, state, value, values, parameters, intermediate, attributes }: JournalTrial,
  { journal, workerId }: { readonly journal: string; readonly workerId: string },
): StudyTrial {
  const modelPath = modelPathOf(attributes[modelAttribute], journal);
  const message = attributes['message'];
  return {
    number,
    state,
    ...(value === undefined ? {} : { value }),
    ...(values === undefined || values.length < 2 ? {} : { values }),
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
  return isFileWithin(file, [folder]) ? file : null;
}

const drawnPoints = 81;
const fewestTrials = 3;

/**
 * The surrogate of a study along one parameter, over the complete trials that have it and the parameters that all of
 * these share; null before there are three with different values of it, or without that parameter.
 */
export function describeSurrogate(study: StudySoFar, parameter: string): SurrogateReport | null {
  const holders = holdersOf(parameter, completeTrials(study.trials)).filter(({ value }) => Number.isFinite(value));
  if (holders.length < fewestTrials) return null;
  const space = variedSpace(sharedSpace(study.space, holders), holders);
  const best = bestTrial({ ...study, trials: holders });
  if (!(parameter in space) || best === undefined) return null;
  const surrogate = fitSurrogate({
    ...study,
    space,
    trials: [...holders, ...study.trials.filter(({ state }) => state === 'running')],
  });
  if (surrogate === null) return null;
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
    trials: surrogate.fitted,
  };
}
