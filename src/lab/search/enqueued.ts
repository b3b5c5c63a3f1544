import { type Random } from '../../base/random';
import { type JournalTrial } from './journal/journalReplay';
import { type Choice, type Distribution, type Parameters } from './samplers/distribution';
import { randomSampler } from './samplers/randomSampler';
import { type Sampler } from './samplers/sampler';
import { type StudySoFar } from './trial';

/** What chooses the parameters that an enqueued trial leaves open. */
export interface Chooser {
  readonly soFar: StudySoFar;
  readonly sampler: Sampler;
  readonly random: Random;
}

/**
 * The parameters of a trial that waits in the queue: those that it was enqueued with (Optuna's `enqueue_trial`), the
 * others from the sampler, or evenly drawn where that has nothing left. Parameters outside the space are left out, and
 * a number outside its range is run, as Optuna has it; a value of another kind cannot be.
 */
export function completeEnqueued(
  trial: Pick<JournalTrial, 'enqueued' | 'parameters'>,
  { soFar, sampler, random }: Chooser,
): { readonly ok: true; readonly parameters: Parameters } | { readonly ok: false; readonly reason: string } {
  const names = Object.keys(soFar.space);
  const fixed = Object.entries({ ...trial.enqueued, ...trial.parameters }).filter(([name]) => names.includes(name));
  for (const [name, value] of fixed) {
    const reason = misfit(name, soFar.space[name], value);
    if (reason !== null) return { ok: false, reason };
  }
  const isWhole = fixed.length === names.length;
  const drawn = isWhole ? {} : (sampler.suggest(soFar, random) ?? randomSampler.suggest(soFar, random) ?? {});
  const chosen: Parameters = { ...drawn, ...Object.fromEntries(fixed) };
  return { ok: true, parameters: Object.fromEntries(names.map((name) => [name, chosen[name] ?? null])) };
}

function misfit(name: string, distribution: Distribution | undefined, value: Choice): string | null {
  if (distribution === undefined) return null;
  if (distribution.kind === 'categorical')
    return distribution.choices.includes(value)
      ? null
      : `It was enqueued with "${name}" ${JSON.stringify(value)}; the choices are ${JSON.stringify(distribution.choices)}.`;
  const isFit = typeof value === 'number' && Number.isFinite(value);
  if (isFit && (distribution.kind === 'float' || Number.isInteger(value))) return null;
  return `It was enqueued with "${name}" ${JSON.stringify(value)}; a ${distribution.kind === 'int' ? 'whole ' : ''}number is needed.`;
}
