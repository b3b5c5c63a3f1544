import { cellDescriptions } from '../trace/reading/cellKind';
import { shapeOf } from '../engine/forward/reading';
import { outputKindOf } from '../network/outputKind';
import { type ModelInput, type RecurrentModel } from '../network/recurrentModel';
import { cellsOf, countParameters } from '../network/stageShape';
import { type ModelSummary } from '../protocol/summaries';
import { type LayerShape } from '../trace/reading/trace';

/** What is known of a model without reading anything with it. */
export function summarizeModel(model: RecurrentModel): ModelSummary {
  const layers: LayerShape[] = model.stages
    .filter((stage) => stage.kind === 'recurrent')
    .flatMap((stage, layer) =>
      cellsOf(stage).map(([direction, weights]) => shapeOf(stage, layer, { direction, weights })),
    );
  return {
    name: model.name,
    format: model.format,
    task: model.task,
    outputKind: outputKindOf(model),
    input: inputOf(model.input),
    ...(model.input.kind === 'tokens' && { vocabularySize: model.input.vocabularySize }),
    layers,
    parameters: model.stages.reduce((sum, stage) => sum + countParameters(stage), 0),
    ...(model.labels && { labels: model.labels }),
    description: describe(model, layers),
    notes: model.notes,
  };
}

function inputOf(input: ModelInput): ModelSummary['input'] {
  if (input.kind === 'values') return 'values';
  const levels = { character: 'characters', word: 'words', subword: 'subwords' } as const;
  return input.tokenizer ? levels[input.tokenizer.level] : 'ids';
}

/**
 * What it was trained on and how well it does, in its own words, else what it is made of; the overview has the figures
 * singly.
 */
function describe({ task, description }: RecurrentModel, layers: readonly LayerShape[]): string {
  const stack = layers.map(
    ({ cell, units, direction }) =>
      `${cellDescriptions[cell].name}(${units})${direction === 'backward' ? ' backward' : ''}`,
  );
  return description ?? `${stack.join(' -> ')}, ${task}`;
}
