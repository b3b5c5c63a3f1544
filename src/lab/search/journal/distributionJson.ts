import { type Choice, type Distribution } from '../samplers/distribution';
import { type Line, parseJournalLine } from './journalLine';

/** Optuna's JSON form of a distribution. */
export function packDistribution(distribution: Distribution): string {
  if (distribution.kind === 'categorical') {
    return JSON.stringify({ name: 'CategoricalDistribution', attributes: { choices: distribution.choices } });
  }
  const { kind, low, high, log = false, step } = distribution;
  const isFloat = kind === 'float';
  const attributes = { log, step: step ?? (isFloat ? null : 1), low, high };
  return JSON.stringify({ name: isFloat ? 'FloatDistribution' : 'IntDistribution', attributes });
}

/** The inverse of {@link packDistribution}, with the names that older Optuna used; null if it is none of them. */
export function unpackDistribution(json: string): Distribution | null {
  const line = parseJournalLine(json);
  const attributes = (line?.['attributes'] ?? {}) as Line;
  const name = String(line?.['name']);
  if (name === 'CategoricalDistribution' && Array.isArray(attributes['choices'])) {
    return { kind: 'categorical', choices: attributes['choices'] as readonly Choice[] };
  }
  const [low, high] = [attributes['low'], attributes['high']];
  if (typeof low !== 'number' || typeof high !== 'number' || !(low <= high)) return null;
  const step = attributes['step'] ?? attributes['q'];
  const scale = {
    low,
    high,
    ...(attributes['log'] === true || name.startsWith('Log') || name.startsWith('IntLog') ? { log: true } : {}),
    ...(typeof step === 'number' ? { step } : {}),
  };
  if (scale.log === true && low <= 0) return null;
  if (name.startsWith('Int')) return { kind: 'int', ...scale };
  return /Float|Uniform/.test(name) ? { kind: 'float', ...scale } : null;
}

/** The value that the journal's number stands for. */
export function externalValue(distribution: Distribution, internal: number): Choice {
  return distribution.kind === 'categorical' ? (distribution.choices[internal] ?? null) : internal;
}

/** The journal's number of a value. */
export function internalValue(distribution: Distribution, value: Choice): number {
  return distribution.kind === 'categorical' ? distribution.choices.indexOf(value) : Number(value);
}

/** Whether two distributions are the same one. */
export function isSameDistribution(one: Distribution, other: Distribution): boolean {
  return one === other || packDistribution(one) === packDistribution(other);
}

/**
 * Whether a parameter may go on with a new distribution in the same study: of the same kind and scale, and with the
 * same choices. Optuna drops a parameter where it may not (check_distribution_compatibility).
 */
export function isCompatible(old: Distribution, next: Distribution): boolean {
  if (old.kind === 'categorical' || next.kind === 'categorical') return isSameDistribution(old, next);
  return old.kind === next.kind && (old.log ?? false) === (next.log ?? false);
}

/** The narrowest distribution that holds the values of both; the first one where they do not go together. */
export function widen(one: Distribution, other: Distribution): Distribution {
  if (one === other || one.kind === 'categorical' || other.kind === 'categorical' || !isCompatible(one, other))
    return one;
  const { step, ...rest } = one;
  return {
    ...rest,
    low: Math.min(one.low, other.low),
    high: Math.max(one.high, other.high),
    ...(step === undefined || step !== other.step ? {} : { step }),
  };
}
