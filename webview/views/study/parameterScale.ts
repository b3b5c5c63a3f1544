import { format, scaleLinear, scaleLog } from 'd3';
import { type ParameterValue } from '../../../src/trace/lab/searchEvents';
import { type StudyParameter } from '../../../src/trace/lab/studyReport';

/** A tick of an axis: where, from 0 to 1, and its text. */
export interface ScaleTick {
  readonly at: number;
  readonly label: string;
}

/** The values of a hyperparameter (or of the objective) laid out from 0 to 1. */
export interface ValueScale {
  /** NaN for a value that does not belong to it. */
  at(value: ParameterValue | undefined): number;
  readonly ticks: readonly ScaleTick[];
  /** Whether only the ticks have values between which nothing lies. */
  readonly isDiscrete: boolean;
}

const short = format('~g');

/** A number for a label: up to four digits, whole numbers in full, small ones as 1e-4. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (Number.isInteger(value) && size < 1e9) return format(',')(value);
  if (value !== 0 && (size < 0.001 || size >= 1e5)) return format('.3~e')(value);
  return short(Number(value.toPrecision(4)));
}

/** Any value as a text. */
export function formatParameter(value: ParameterValue | undefined): string {
  if (value === undefined) return '\u2013';
  return typeof value === 'number' ? formatNumber(value) : String(value);
}

/** Lays out a hyperparameter: choices at even distances, numbers on their own scale. */
export function scaleOfParameter(parameter: StudyParameter): ValueScale {
  if ('choices' in parameter) return scaleOfChoices(parameter.choices);
  const { low, high, log } = parameter;
  if (!(high > low)) return scaleOfChoices([low]);
  if (!log) return scaleOfNumbers(low, high);
  const scale = scaleLog([low, high], [0, 1]);
  const shown = logTicks(low, high);
  return {
    at: (value) => (typeof value === 'number' ? scale(value) : NaN),
    ticks: shown.map((value) => ({ at: scale(value), label: formatNumber(value) })),
    isDiscrete: false,
  };
}

/** Lays out numbers evenly between two ends. */
export function scaleOfNumbers(low: number, high: number): ValueScale {
  const scale = scaleLinear([low, high], [0, 1]);
  return {
    at: (value) => (typeof value === 'number' ? scale(value) : NaN),
    ticks: scale.ticks(4).map((value) => ({ at: scale(value), label: formatNumber(value) })),
    isDiscrete: false,
  };
}

function scaleOfChoices(choices: readonly ParameterValue[]): ValueScale {
  const at = (k: number): number => (k + 0.5) / choices.length;
  return {
    at: (value) => {
      const k = choices.findIndex((choice) => choice === value);
      return k < 0 ? NaN : at(k);
    },
    ticks: choices.map((choice, k) => ({ at: at(k), label: formatParameter(choice) })),
    isDiscrete: true,
  };
}

/** Powers of ten, or where there are fewer than three, of two; the ends where even those are few. */
function logTicks(low: number, high: number): readonly number[] {
  const powers = (base: number): readonly number[] => {
    const logOf = (value: number): number => Number((Math.log(value) / Math.log(base)).toFixed(9));
    const from = Math.ceil(logOf(low));
    return Array.from({ length: Math.max(0, Math.floor(logOf(high)) - from + 1) }, (_, k) => base ** (from + k));
  };
  const [tens, twos] = [powers(10), powers(2)];
  if (tens.length >= 3) return thin(tens, 6);
  return twos.length >= 3 ? thin(twos, 6) : [low, high];
}

function thin<T>(items: readonly T[], most: number): readonly T[] {
  const every = Math.ceil(items.length / most);
  return items.filter((_, k) => k % every === 0);
}
