import { type LossChoice } from '../trace/reading/gradients';
import { type OptionTypes, type ParsedArguments } from './arguments';
import { UsageError } from './command';

/** The options that choose a loss. */
export const lossOptions: OptionTypes = { loss: 'string', target: 'string', label: 'string' };

const isIndex = (value: number): boolean => Number.isInteger(value) && value >= 0;

/** --loss last|all|STEP, --target K or --label 0|1; `last` by default. */
export function parseLoss(args: ParsedArguments): LossChoice {
  const target = args.number('target', isIndex);
  const label = args.number('label', (value) => value === 0 || value === 1);
  if (target !== undefined && label !== undefined) throw new UsageError('Give --target or --label, not both.');
  return {
    at: parseAt(args),
    ...(target !== undefined && { target }),
    ...(label !== undefined && { label: label as 0 | 1 }),
  };
}

function parseAt(args: ParsedArguments): LossChoice['at'] {
  const given = args.text('loss') ?? 'last';
  if (given === 'last' || given === 'all') return given;
  if (/^\d+$/.test(given)) return { step: Number(given) };
  throw new UsageError(`--loss takes last, all or a step counted from 0, not "${given}".`);
}
