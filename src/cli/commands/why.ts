import { writeWhole } from '../../files/writeWhole';
import { shareMethodNames, type MethodShares, type WhyReport } from '../../trace/reading/shares';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, type CommandContext } from '../command';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { formatOf } from '../outputFormat';
import { parseBaseline, parseMethods, parsePhrase } from '../shareOptions';
import { toReportJson } from '../reportJson';
import { withoutAbsent } from '../withoutAbsent';

/** Writes the shares of a text's tokens in the answer, with their proof, and says the verdict. */
export const whyCommand: Command = {
  name: 'why',
  usage:
    'why MODEL INPUT [--method M|M,...|all] [--target K] [--against J] [--phrase FROM..TO] [--baseline zero|mean|unknown|padding] [--points N] --out FILE.json',
  summary: 'signed shares of every token in the answer, with their proof against chance',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      method: 'string',
      target: 'string',
      against: 'string',
      phrase: 'string',
      baseline: 'string',
      points: 'string',
      seed: 'string',
      out: 'string',
    });
    const out = parsed.text('out');
    formatOf(out, ['json']);
    const report = await ask(
      context,
      'why',
      withoutAbsent({
        model: parseOneModel(parsed),
        input: parseInput(parsed),
        methods: parseMethods(parsed),
        target: parsed.text('target'),
        against: parsed.text('against'),
        phrase: parsePhrase(parsed),
        baseline: parseBaseline(parsed),
        points: parsed.number('points', (value) => Number.isInteger(value) && value >= 1 && value <= 100_000),
        seed: parsed.number('seed', Number.isInteger),
      }),
    );
    writeWhole(out as string, toReportJson(report));
    printReport(out as string, report, context);
  },
};

function printReport(
  out: string,
  { quantity, methods, refused, notes, tokens }: WhyReport,
  { print }: CommandContext,
): void {
  print(`${out}: ${quantity.name} = ${quantity.value.toFixed(2)}, over ${tokens.length} tokens.`);
  if (quantity.beforeFirst !== null) print(`Before the first token it is ${quantity.beforeFirst.toFixed(2)}.`);
  for (const result of methods) printMethod(result, { print });
  for (const { method, why } of refused) print(`Not by ${shareMethodNames[method]}: ${why}`);
  for (const note of notes) print(`Note: ${note}`);
}

function printMethod({ method, verdict, phrase, notes }: MethodShares, { print }: Pick<CommandContext, 'print'>): void {
  print(`${shareMethodNames[method]}: ${verdict}`);
  if (phrase !== undefined) {
    const together =
      phrase.together === null ? '' : `, and ${phrase.together.toFixed(2)} only together with the rest of the text`;
    print(`Tokens ${phrase.from}..${phrase.to} give ${phrase.own.toFixed(2)} by themselves${together}.`);
  }
  for (const note of notes) print(`Note: ${note}`);
}
