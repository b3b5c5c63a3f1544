import { writeWhole } from '../../files/writeWhole';
import { type DrawSettings } from '../../trace/reading/writing';
import { parseArguments, type ParsedArguments } from '../arguments';
import { ask } from '../ask';
import { type Command } from '../command';
import { inputOptions, modelOptions, parseInput, parseOneModel } from '../modelAndInput';
import { formatOf } from '../outputFormat';

const inspection = 1;
const usualSteps = 200;
const mostSteps = 1_000_000;
const isCount = (value: number): boolean => Number.isInteger(value) && value >= 1;

/** Lets a model go on with a text. */
export const writeCommand: Command = {
  name: 'write',
  usage: 'write MODEL INPUT [--steps N] [--temperature X] [--top-k K] [--top-p P] [--seed S] [--out FILE.json]',
  summary: 'lets a next-token model go on with a text, token by token',
  async run(args, context) {
    const parsed = parseArguments(args, {
      ...modelOptions,
      ...inputOptions,
      steps: 'string',
      temperature: 'string',
      'top-k': 'string',
      'top-p': 'string',
      seed: 'string',
      out: 'string',
    });
    const model = parseOneModel(parsed);
    const settings = parseDraw(parsed);
    const steps = parsed.number('steps', (value) => isCount(value) && value <= mostSteps) ?? usualSteps;
    const out = parsed.text('out');
    if (out !== undefined) formatOf(out, ['json']);
    await ask(context, 'read', { inspection, model, input: parseInput(parsed), stream: false });
    const writing = await ask(context, 'write', { inspection, steps, settings });
    if (out === undefined) for (const line of writing.text.split('\n')) context.print(line);
    else {
      writeWhole(out, new TextEncoder().encode(`${JSON.stringify(writing, null, 1)}\n`));
      context.print(`${out}: ${writing.tokens.length} tokens written.`);
    }
    for (const note of writing.notes) context.print(`Note: ${note}`);
  },
};

/** How tokens are drawn; without --temperature the likeliest one is written. */
function parseDraw(parsed: ParsedArguments): DrawSettings {
  const topK = parsed.number('top-k', isCount);
  const topP = parsed.number('top-p', (value) => value > 0 && value <= 1);
  const temperature = parsed.number('temperature', (value) => value >= 0 && value <= 1000);
  return {
    temperature: temperature ?? (topK === undefined && topP === undefined ? 0 : 1),
    seed: parsed.number('seed', (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32) ?? 0,
    ...(topK !== undefined && { topK }),
    ...(topP !== undefined && { topP }),
  };
}
