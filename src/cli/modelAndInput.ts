import path from 'node:path';
import { InspectorError } from '../base/errors';
import { decodeText } from '../data/decodeText';
import { parseValues } from '../data/parseValues';
import { isThere, readRegular } from '../files/regularFile';
import { type ModelReference } from '../protocol/modelReference';
import { type InputSpec } from '../trace/reading/inputSpec';
import { type OptionTypes, type ParsedArguments } from './arguments';
import { UsageError } from './command';

/** The options that every command with MODEL and INPUT takes. */
export const modelOptions: OptionTypes = { vocab: 'string', offset: 'string', window: 'boolean', layer: 'string' };
export const inputOptions: OptionTypes = { text: 'string', file: 'string', ids: 'string', values: 'string' };

/** How MODEL and INPUT are given, for the usage texts. */
export const modelAndInputHelp = `MODEL   a bundled name (lstm-inspector models lists them) or a file:
        model.json | .h5 | .keras | .onnx | .safetensors | .pt
        [--vocab FILE] the vocabulary of a model file (text, JSON or a pickle; FILE#NAME: that list of it)
        [--offset N] the id of its first token, where it has another number of tokens than the model  [--window] read as trained, over the saved window
        [--layer NAME] that recurrent layer alone, with --values
INPUT   --text TEXT | --file FILE | --ids FILE.json (token ids) | --values FILE.csv|.npy|.npz|.json (rows of numbers; FILE.npz#NAME)`;

/** MODEL: a bundled name, or the file of that name. */
export function parseModel(name: string | undefined, args: ParsedArguments): ModelReference {
  if (name === undefined || name === '') throw new UsageError('MODEL is missing: a bundled name, or a model file.');
  if (!isFile(name)) {
    if (['vocab', 'offset', 'layer'].some((option) => args.text(option) !== undefined))
      throw new UsageError('--vocab, --offset and --layer go with a model file, not with a bundled model.');
    if (args.flag('window')) throw new UsageError('--window goes with a model file; a bundled model has no window.');
    return { kind: 'bundled', name };
  }
  const vocabulary = args.text('vocab');
  const layer = args.text('layer');
  const offset = args.text('offset');
  if (offset !== undefined && !/^\d{1,8}$/.test(offset)) throw new UsageError('--offset takes a whole number from 0.');
  return {
    kind: 'file',
    path: path.resolve(name),
    ...(vocabulary !== undefined && { vocabularyPath: path.resolve(vocabulary) }),
    ...(offset !== undefined && { offset: Number(offset) }),
    ...(args.flag('window') && { window: true }),
    ...(layer !== undefined && { layer }),
  };
}

/** MODEL of a command that takes one and no other word. */
export function parseOneModel(args: ParsedArguments): ModelReference {
  const [name, second] = args.positionals;
  if (second !== undefined) throw new UsageError(`One MODEL is enough; "${second}" is too much.`);
  return parseModel(name, args);
}

/** A larger input would take many times its size of memory. */
const mostInputBytes = 1e9;

/** INPUT: exactly one of the four. */
export function parseInput(args: ParsedArguments): InputSpec {
  const input = parseOptionalInput(args);
  if (input === undefined) throw new UsageError('INPUT is missing: one of --text, --file, --ids, --values.');
  return input;
}

/** At most one of the four, with `prefix` before their names; undefined where none is given. */
export function parseOptionalInput(args: ParsedArguments, prefix = ''): InputSpec | undefined {
  const given = Object.keys(inputOptions).filter((name) => args.text(prefix + name) !== undefined);
  const [kind] = given;
  if (given.length > 1)
    throw new UsageError(`Give one input, not ${given.map((name) => `--${prefix}${name}`).join(' and ')}.`);
  return kind === undefined ? undefined : readInput(kind, args.text(prefix + kind) as string);
}

/** The text of a file. */
export function readTextInput(file: string): InputSpec {
  return { kind: 'text', text: decodeText(readRegular(file, mostInputBytes), file) };
}

function readInput(kind: string, value: string): InputSpec {
  switch (kind) {
    case 'text':
      return { kind: 'text', text: value };
    case 'file':
      return readTextInput(value);
    case 'ids':
      return { kind: 'ids', ids: parseIds(decodeText(readRegular(value, mostInputBytes), value), value) };
    default:
      return {
        kind: 'values',
        ...parseValues(readRegular(value.replace(/(\.npz)#.*$/is, '$1'), mostInputBytes), value),
      };
  }
}

/** A list of whole numbers; a list of one such list (a batch of one) is taken too. */
function parseIds(text: string, fileName: string): readonly number[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new InspectorError('data-invalid', `${fileName} is not JSON.`, { cause });
  }
  const list: unknown = Array.isArray(parsed) && parsed.length === 1 && Array.isArray(parsed[0]) ? parsed[0] : parsed;
  if (Array.isArray(list) && list.every((id) => Number.isInteger(id))) return list as number[];
  throw new InspectorError('data-invalid', `${fileName} must hold a list of token ids, which are whole numbers.`);
}

/** What has a path's separator or a model file's ending is a file even where it is missing: so the message names it. */
function isFile(name: string): boolean {
  return isThere(name) || /[\\/]/.test(name) || /\.(json|h5|hdf5|keras|onnx|safetensors|pt|pth|bin)$/i.test(name);
}
