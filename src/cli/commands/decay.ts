import { type ModelReference } from '../../protocol/modelReference';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type DecayParams } from '../../protocol/requestParams';
import { cellKinds } from '../../trace/reading/cellKind';
import {
  type DecayComparison,
  type InitialisationSettings,
  type Initialiser,
  type UntrainedSpec,
  settingsKnownTo,
} from '../../trace/reading/decay';
import { type OptionTypes, type ParsedArguments, parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';
import { packDecayCsv, packDecayJson } from '../decayFile';
import { lossOptions, parseLoss } from '../lossOptions';
import { inputOptions, modelOptions, parseInput, parseModel } from '../modelAndInput';
import { formatReach } from '../../trace/reading/gradients';
import { writeWhole } from '../../files/writeWhole';
import { formatOf } from '../outputFormat';

const decayOptions: OptionTypes = {
  models: 'string',
  untrained: 'boolean',
  cells: 'string',
  units: 'string',
  inputs: 'string',
  steps: 'string',
  seeds: 'string',
  'forget-bias': 'string',
  init: 'string',
  'recurrent-init': 'string',
  'spectral-radius': 'string',
  'clip-norm': 'string',
  truncate: 'string',
  'same-parameters': 'boolean',
  out: 'string',
};
const initialisers: readonly Initialiser[] = ['glorot', 'he', 'lecun', 'orthogonal', 'uniform', 'normal', 'zero'];
const defaultUnits = 64;

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;
const isPositive = (value: number): boolean => Number.isFinite(value) && value > 0;

/** Compares how gradients decay, in trained models on an input or in untrained cells on noise. */
export const decayCommand: Command = {
  name: 'decay',
  usage:
    `decay [--models A,B,... INPUT [--untrained] | --cells ${cellKinds.join(',')} --units H --inputs D] [--steps T] [--seeds N] [--forget-bias X|chrono] ` +
    '[--init NAME] [--recurrent-init NAME] [--spectral-radius R] [--clip-norm X] [--truncate K] [--same-parameters] [--loss last|all|STEP] [--target K] --out FILE.json|FILE.csv',
  summary: 'log10 of the gradient by lag, with fits, half-lives and what they say',
  async run(args, context) {
    const parsed = parseArguments(args, { ...modelOptions, ...inputOptions, ...lossOptions, ...decayOptions });
    if (parsed.positionals.length > 0)
      throw new UsageError(`"${parsed.positionals[0]}" is too much; models are named by --models A,B.`);
    const out = parsed.text('out');
    const format = formatOf(out, ['json', 'csv']);
    const comparison = await ask(context, 'decay', parseDecay(parsed));
    writeWhole(out as string, format === 'json' ? packDecayJson(comparison) : packDecayCsv(comparison));
    printComparison(comparison, context.print.bind(context));
  },
};

function parseDecay(args: ParsedArguments): DecayParams {
  const models = (args.text('models') ?? '').split(',').filter((name) => name !== '');
  if (models.length > 0 && args.text('cells') !== undefined)
    throw new UsageError('Give --models or --cells, not both.');
  const settings = parseSettings(args);
  const numbers = {
    steps: args.number('steps', isCount),
    seeds: args.number('seeds', isCount),
    inputs: args.number('inputs', isCount),
    clipNorm: args.number('clip-norm', isPositive),
    truncateAfter: args.number('truncate', isCount),
  };
  const given = Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
  return {
    ...given,
    loss: parseLoss(args),
    ...(args.flag('same-parameters') && { equal: 'parameters' as const }),
    ...(models.length > 0 ? { ...parseModels(models, args), twins: settings } : parseCells(args, settings)),
  };
}

function parseModels(
  names: readonly string[],
  args: ParsedArguments,
): { models: readonly ModelReference[]; input: InputSpec; untrainedTwins: boolean } {
  return {
    models: names.map((name) => parseModel(name, args)),
    input: parseInput(args),
    untrainedTwins: args.flag('untrained'),
  };
}

function parseCells(
  args: ParsedArguments,
  settings: InitialisationSettings,
): { cells: readonly UntrainedSpec[]; input?: InputSpec } {
  const names = (args.text('cells') ?? cellKinds.join()).split(',');
  const units = args.number('units', isCount) ?? defaultUnits;
  const cells = names.map((name): UntrainedSpec => {
    const cell = cellKinds.find((kind) => kind === name.trim().toLowerCase());
    if (cell === undefined)
      throw new UsageError(
        `--cells takes ${cellKinds.slice(0, -1).join(', ')} and ${cellKinds.at(-1)}, not "${name}".`,
      );
    return { ...settingsKnownTo([cell], settings), cell, units };
  });
  const hasInput = Object.keys(inputOptions).some((name) => args.text(name) !== undefined);
  return hasInput ? { cells, input: parseInput(args) } : { cells };
}

function parseSettings(args: ParsedArguments): InitialisationSettings {
  const init = parseInitialiser(args, 'init');
  const recurrentInit = parseInitialiser(args, 'recurrent-init');
  const forgetBias = args.text('forget-bias') === 'chrono' ? ('chrono' as const) : args.number('forget-bias');
  const spectralRadius = args.number('spectral-radius', isPositive);
  return {
    ...(init !== undefined && { init }),
    ...(recurrentInit !== undefined && { recurrentInit }),
    ...(forgetBias !== undefined && { forgetBias }),
    ...(spectralRadius !== undefined && { spectralRadius }),
  };
}

function parseInitialiser(args: ParsedArguments, option: string): Initialiser | undefined {
  const given = args.text(option);
  if (given === undefined) return undefined;
  const found = initialisers.find((name) => name === given);
  if (found === undefined) throw new UsageError(`--${option} takes one of ${initialisers.join(', ')}, not "${given}".`);
  return found;
}

function printComparison(
  { settings, entries, headline, sentences }: DecayComparison,
  print: (line: string) => void,
): void {
  const { input, steps, seeds, lossName, clipNorm, truncateAfter } = settings;
  const extra = [
    ...(clipNorm === undefined ? [] : [`clipped to ${clipNorm}`]),
    ...(truncateAfter === undefined ? [] : [`cut every ${truncateAfter} steps`]),
  ];
  print([`${input}; ${steps} steps; ${seeds} seeds; loss ${lossName}`, ...extra].join('; '));
  for (const { name, settingsLine, h } of entries) {
    const { slope, halfLife } = h.fit;
    print(
      `${name}: ${settingsLine}; slope ${slope === null ? 'none' : slope.toPrecision(3)} log10 a step, half-life ${halfLife === null ? 'none, it does not halve' : `${halfLife.toPrecision(3)} steps`}, reaches ${formatReach(h.reach)} (to a thousandth)`,
    );
  }
  for (const sentence of [headline, ...sentences]) print(sentence);
}
