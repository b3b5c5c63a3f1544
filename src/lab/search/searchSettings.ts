import { InspectorError } from '../../base/errors';
import { type Distribution, type Parameters, type SearchSpace } from './samplers/distribution';
import { createGpSampler, defaultGpSettings } from './samplers/gpSampler';
import { createGridSampler } from './samplers/gridSampler';
import { checkListedTrials, createHandTunedSampler } from './samplers/handTunedSampler';
import { type InsideFigures } from './insideFigures';
import { randomSampler } from './samplers/randomSampler';
import { type Sampler } from './samplers/sampler';
import { createTpeSampler, defaultTpeSettings } from './samplers/tpeSampler';
import { type StudyDirection } from './trial';

/** What a trial is judged by: how well it does, or a figure of its inside. */
export type Objective = 'validation_accuracy' | 'validation_loss' | keyof InsideFigures;

/** Whether an objective is measured inside the trained network. */
export function isInside(objective: Objective): objective is keyof InsideFigures {
  return objective === 'gradient_half_life' || objective === 'saturated_forget_gates';
}

/** Whether small values of an objective are good. */
export function isSmallBest(objective: Objective): boolean {
  return objective === 'validation_loss' || objective === 'saturated_forget_gates';
}

/** One hyperparameter of a space as a lab file writes it. */
interface WrittenRange {
  readonly low?: number;
  readonly high?: number;
  readonly log?: boolean;
  readonly step?: number;
  readonly choices?: readonly (string | number | boolean)[];
}

/** The `search` part of a lab file, defaults filled in. */
export interface SearchSettings {
  readonly method: Sampler['name'];
  readonly trials: number;
  readonly seed: number;
  readonly objective: Objective;
  /** What the figures of the inside are measured on; absent: texts of the validation part. */
  readonly sentence?: string;
  /** Trials at a time, each in a thread of its own; absent: as many as cores allow. */
  readonly parallel?: number;
  /** Whether each complete trial's model is written beside the journal. */
  readonly keepModels: boolean;
  readonly space: Readonly<Record<string, WrittenRange>>;
  readonly listed?: readonly Parameters[];
  readonly gridPoints: number;
  readonly startupTrials?: number;
  readonly gamma: number;
  readonly candidates?: number;
  readonly pruning: boolean;
  readonly study?: string;
  readonly journal: string;
}

const wholeNumbers = new Set([
  'units',
  'batch_size',
  'embedding_dim',
  'sequence_length',
  'steps',
  'early_stopping',
  'validate_every',
]);

function parseRange(name: string, range: WrittenRange): Distribution {
  const refuse = (reason: string): never => {
    throw new InspectorError('settings-invalid', `"search.space.${name}" ${reason}.`);
  };
  if (range.choices !== undefined) {
    if (range.low !== undefined || range.high !== undefined) refuse('has both "choices" and bounds; keep one');
    return { kind: 'categorical', choices: range.choices };
  }
  const { low, high, log = false, step } = range;
  if (low === undefined || high === undefined) return refuse('needs "low" and "high", or "choices"');
  if (!(low < high)) refuse(`has low ${low}, which is not below high ${high}`);
  if (log && low <= 0) refuse('is logarithmic and so needs a "low" above 0');
  if (log && step !== undefined) refuse('has both "log" and "step"; keep one');
  const kind = wholeNumbers.has(name) ? 'int' : 'float';
  if (kind === 'int' && ![low, high, step ?? 1].every(Number.isInteger)) refuse('takes whole numbers');
  return { kind, low, high, ...(log ? { log } : {}), ...(step === undefined ? {} : { step }) };
}

/**
 * The space of a search; fails with the name of the parameter that is not one of `known` or has an impossible range.
 */
export function parseSpace(space: SearchSettings['space'], known: readonly string[]): SearchSpace {
  const names = Object.keys(space);
  if (names.length === 0)
    throw new InspectorError('settings-invalid', '"search.space" is empty; name at least one hyperparameter to vary.');
  for (const name of names) {
    if (!known.includes(name))
      throw new InspectorError(
        'settings-invalid',
        `"search.space.${name}" is no hyperparameter; there are: ${known.join(', ')}.`,
      );
  }
  return Object.fromEntries(Object.entries(space).map(([name, range]) => [name, parseRange(name, range)]));
}

/** The sampler that the settings ask for. */
export function createSampler(settings: SearchSettings, space: SearchSpace): Sampler {
  const { startupTrials, candidates, gamma } = settings;
  const given = {
    ...(startupTrials === undefined ? {} : { startupTrials }),
    ...(candidates === undefined ? {} : { candidates }),
  };
  switch (settings.method) {
    case 'grid':
      return createGridSampler(settings.gridPoints);
    case 'random':
      return randomSampler;
    case 'hand-tuned':
      checkListedTrials(space, settings.listed ?? []);
      return createHandTunedSampler(settings.listed ?? []);
    case 'gp':
      return createGpSampler({ ...defaultGpSettings, ...given });
    case 'tpe':
      return createTpeSampler({ ...defaultTpeSettings, gamma, ...given });
  }
}

/** Whether an objective is to be small or large. */
export function directionOf(objective: Objective): StudyDirection {
  return isSmallBest(objective) ? 'minimize' : 'maximize';
}
