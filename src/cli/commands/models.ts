import { type ModelSummary } from '../../protocol/summaries';
import { parseArguments } from '../arguments';
import { ask } from '../ask';
import { type Command, UsageError } from '../command';

/** Lists the bundled models. */
export const modelsCommand: Command = {
  name: 'models',
  usage: 'models [--json]',
  summary: 'the bundled models, and what is known of each',
  async run(args, context) {
    const parsed = parseArguments(args, { json: 'boolean' });
    if (parsed.positionals.length > 0) throw new UsageError(`models takes no "${parsed.positionals[0]}".`);
    const models = await ask(context, 'models', {});
    if (parsed.flag('json')) context.printJson(models, 1);
    else for (const line of models.flatMap(describe)) context.print(line);
  },
};

function describe({ name, description, input, parameters, vocabularySize, layers }: ModelSummary): readonly string[] {
  const cells = layers.map(({ cell, units }) => `${cell} ${units}`).join(', ');
  const vocabulary = vocabularySize === undefined ? '' : `, vocabulary ${vocabularySize}`;
  return [
    `${name.padEnd(16)} ${description}`,
    `${' '.repeat(16)} reads ${input}${vocabulary}; ${cells}; ${parameters} parameters`,
  ];
}
