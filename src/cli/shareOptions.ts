import { type ShareBaseline, shareBaselines, type ShareMethod, shareMethods } from '../trace/reading/shares';
import { type ParsedArguments } from './arguments';
import { UsageError } from './command';

/** `--method`: names with commas between, or `all`; undefined where absent. */
export function parseMethods(args: ParsedArguments): readonly ShareMethod[] | 'all' | undefined {
  const given = args.text('method');
  if (given === undefined || given === 'all') return given;
  return given.split(',').map((name) => oneOf('method', name.trim(), shareMethods));
}

/** `--baseline`: where integrated gradients start. */
export function parseBaseline(args: ParsedArguments): ShareBaseline | undefined {
  const given = args.text('baseline');
  return given === undefined ? undefined : oneOf('baseline', given, shareBaselines);
}

/** `--phrase FROM..TO`: places of tokens from 0, both included; one number is a phrase of one token. */
export function parsePhrase(args: ParsedArguments): { readonly from: number; readonly to: number } | undefined {
  const given = args.text('phrase');
  if (given === undefined) return undefined;
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(given);
  if (match === null) throw new UsageError(`--phrase takes FROM..TO, places of tokens from 0, not "${given}".`);
  return { from: Number(match[1]), to: Number(match[2] ?? match[1]) };
}

/** A name as it is written, or in camel case. */
function oneOf<const N extends string>(option: string, given: string, names: readonly N[]): N {
  const kebab = given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const found = names.find((name) => name === kebab);
  if (found === undefined) throw new UsageError(`--${option} is one of ${names.join(', ')}, not "${given}".`);
  return found;
}
