import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './command';

/** Options by name: `string` takes a value, `strings` one each time it is given, `boolean` none. */
export type OptionTypes = Readonly<Record<string, 'string' | 'strings' | 'boolean'>>;

/** What was given: the positional arguments, and the options by name. */
export interface ParsedArguments {
  readonly positionals: readonly string[];
  text(name: string): string | undefined;
  /** Every value of an option that may be given several times. */
  texts(name: string): readonly string[];
  flag(name: string): boolean;
  /** A number, or undefined where the option is absent; throws a {@link UsageError} for anything else. */
  number(name: string, isRight?: (value: number) => boolean): number | undefined;
}

/** Parses a command's arguments; unknown options and missing values are a {@link UsageError}. */
export function parseArguments(args: readonly string[], types: OptionTypes): ParsedArguments {
  const options = Object.fromEntries(
    Object.entries(types).map(([name, type]) => [
      name,
      type === 'strings' ? { type: 'string', multiple: true } : { type },
    ]),
  ) as NonNullable<ParseArgsConfig['options']>;
  const { values, positionals } = parseStrictly(joinValues(args, types), options);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    text,
    texts: (name) => (Array.isArray(values[name]) ? (values[name] as string[]) : []),
    flag: (name) => values[name] === true,
    number: (name, isRight = Number.isFinite) => {
      const given = text(name);
      if (given === undefined) return undefined;
      const value = given.trim() === '' ? NaN : Number(given);
      if (!isRight(value)) throw new UsageError(`--${name} takes a number, not "${given}".`);
      return value;
    },
  };
}

function parseStrictly(
  args: string[],
  options: NonNullable<ParseArgsConfig['options']>,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError((message.split(/[.\n]/)[0] ?? message) + '.');
  }
}

/** `--text -x` means the text "-x": what follows an option that takes a value is its value, whatever it begins with. */
function joinValues(args: readonly string[], types: OptionTypes): string[] {
  const joined: string[] = [];
  for (let k = 0; k < args.length; k++) {
    const arg = args[k] as string;
    const takesValue = arg.startsWith('--') && ['string', 'strings'].includes(types[arg.slice(2)] ?? '');
    if (takesValue && k + 1 < args.length) joined.push(`${arg}=${args[++k]}`);
    else joined.push(arg);
  }
  return joined;
}
