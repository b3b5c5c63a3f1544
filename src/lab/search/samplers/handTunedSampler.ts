import { InspectorError } from '../../../base/errors';
import { mismatch, type Parameters, type SearchSpace } from './distribution';
import { type Sampler } from './sampler';
import { isInterrupted } from '../trial';

/** Fails with the parameter's name if a listed trial does not fit the space. */
export function checkListedTrials(space: SearchSpace, listed: readonly Parameters[]): void {
  listed.forEach((parameters, index) => {
    for (const [name, distribution] of Object.entries(space)) {
      const value = parameters[name];
      const reason = value === undefined ? `"${name}" is missing.` : mismatch(name, distribution, value);
      if (reason !== null)
        throw new InspectorError('settings-invalid', `Trial ${index + 1} of the hand-tuned list: ${reason}`);
    }
  });
}

/** Tries what the user listed, in that order, once each. */
export function createHandTunedSampler(listed: readonly Parameters[]): Sampler {
  return {
    name: 'hand-tuned',
    suggest: ({ space, trials }) => {
      checkListedTrials(space, listed);
      const names = Object.keys(space);
      const keyOf = (parameters: Parameters): string => JSON.stringify(names.map((name) => parameters[name]));
      const tried = new Map<string, number>();
      for (const { parameters } of trials.filter((trial) => !isInterrupted(trial)))
        tried.set(keyOf(parameters), (tried.get(keyOf(parameters)) ?? 0) + 1);
      for (const parameters of listed) {
        const times = tried.get(keyOf(parameters)) ?? 0;
        if (times === 0) return parameters;
        tried.set(keyOf(parameters), times - 1);
      }
      return null;
    },
  };
}
