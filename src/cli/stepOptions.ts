import { type ParsedArguments } from './arguments';
import { UsageError } from './command';

const mostSteps = 100_000;

/** `--at`: steps from 0, as STEP, STEP,STEP,... or FROM..TO (both included); undefined where absent. */
export function parseSteps(args: ParsedArguments): readonly number[] | undefined {
  const given = args.text('at');
  if (given === undefined) return undefined;
  const steps = given.split(',').flatMap((part) => {
    const match = /^\s*(\d{1,9})(?:\.\.(\d{1,9}))?\s*$/.exec(part);
    const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
    if (match === null || to < from || to - from >= mostSteps)
      throw new UsageError(`--at takes steps from 0, as 41 or 41,57 or 41..60, not "${given}".`);
    return Array.from({ length: to - from + 1 }, (_, k) => from + k);
  });
  return steps;
}
