import vm from 'node:vm';
import { InspectorError } from '../base/errors';
import { type TimedWork, type TimeLimit } from '../text/tokenizer';

/**
 * How long what a file brings along, a pattern say, may work on a text: two seconds, and as much again for every
 * 100,000 characters.
 */
const patienceMs = 2000;
const charactersForAsMuchAgain = 100_000;

const script = new vm.Script('lstmInspectorTimedWork()');
const global = globalThis as { lstmInspectorTimedWork?: () => void };

/**
 * Runs work that a file may have made endless, and ends it in time: V8 stops a script of `node:vm` at its limit
 * wherever it is, inside a regular expression too. Nothing of the file is evaluated. An engine of linear time would not
 * do: the patterns of real tokenizers look ahead. Throws an {@link InspectorError} where it was ended.
 */
export const withTimeLimit: TimeLimit = <T>({ length, tooLong }: TimedWork, run: () => T): T => {
  const outcome: { value?: T } = {};
  const outer = global.lstmInspectorTimedWork;
  global.lstmInspectorTimedWork = () => void (outcome.value = run());
  try {
    script.runInThisContext({ timeout: Math.ceil(patienceMs * (1 + length / charactersForAsMuchAgain)) });
    return outcome.value as T;
  } catch (thrown) {
    if ((thrown as { code?: unknown } | null)?.code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    throw new InspectorError('model-unsupported', tooLong, { cause: thrown });
  } finally {
    if (outer === undefined) delete global.lstmInspectorTimedWork;
    else global.lstmInspectorTimedWork = outer;
  }
};
