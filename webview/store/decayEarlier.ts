import { type DecayComparison, type DecayEntry } from '../../src/trace/reading/decay';
import { type DecayControls } from './decayControls';

/** The comparison as it was before one setting was taken up; drawn pale beside the present one. */
export interface EarlierComparison {
  readonly setting: keyof DecayControls;
  readonly comparison: DecayComparison;
}

/** A network before and after the change of a setting, with curves that differ. */
export interface ChangedEntry {
  readonly before: DecayEntry;
  readonly now: DecayEntry;
}

const choosesNetworks: readonly (keyof DecayControls)[] = ['trained', 'twins', 'cells'];
const drawsWeights: readonly (keyof DecayControls)[] = ['init', 'recurrentInit', 'forgetBias', 'spectralRadius'];

/**
 * What to keep when `setting` changes while `shown` is in sight: the picture from before this setting was taken up,
 * through all of its values. Choosing other networks keeps nothing: no curve is the same network's.
 */
export function keepEarlier(
  kept: EarlierComparison | null,
  setting: keyof DecayControls,
  shown: DecayComparison | null,
): EarlierComparison | null {
  if (choosesNetworks.includes(setting) || shown === null) return null;
  return kept?.setting === setting ? kept : { setting, comparison: shown };
}

/**
 * A setting of drawn weights says nothing about trained ones: with only those in sight, their untrained twins are asked
 * for too. null: nothing has to be added.
 */
export function withUntrained(controls: DecayControls, setting: keyof DecayControls): DecayControls | null {
  const hasUntrained = controls.cells.length > 0 || (controls.trained && controls.twins);
  return drawsWeights.includes(setting) && !hasUntrained ? { ...controls, twins: true } : null;
}

/** The networks whose curve of h differs, each found by its kind and place among its like. */
export function changedEntries(before: DecayComparison, now: DecayComparison): readonly ChangedEntry[] {
  return now.entries.flatMap((entry, index) => {
    const isLike = (other: DecayEntry): boolean => other.cell === entry.cell && other.trained === entry.trained;
    const place = now.entries.slice(0, index).filter(isLike).length;
    const match = before.entries.filter(isLike)[place];
    return match === undefined || isSame(match.h.mean, entry.h.mean) ? [] : [{ before: match, now: entry }];
  });
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, k) => Object.is(value, other[k]));
}
