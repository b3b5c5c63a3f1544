import { compareDecay, type DecayNetwork } from '../../engine/decay/decay';
import { type Pace, runPaced } from '../../engine/forward/pace';
import { type ScalarInput } from '../../engine/gradients/gradientsScalar';
import { parseReadInput, parseReadInputSlowly, type ReadInput } from '../../engine/forward/readInput';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type DecayParams } from '../../protocol/requestParams';
import { InspectorError } from '../../base/errors';
import { type Handler, type WorkerContext } from '../workerContext';
import { settingsKnownTo } from '../../trace/reading/decay';

const defaults = { seeds: 5, steps: 201, inputs: 32 };

/** Compares how gradients decay in trained models, the same untrained, and untrained cells. */
export const decay: Handler<'decay'> = async (context, params, { pace }) => {
  const networks = [...(await modelNetworks(context, params, pace)), ...cellNetworks(params)];
  const { clipNorm, truncateAfter, equal, input } = params;
  const steps = params.steps ?? defaults.steps;
  const inputs = params.inputs ?? defaults.inputs;
  const work = compareDecay({
    networks,
    inputName: input === undefined ? `noise, x ~ N(0, 1), ${inputs} numbers a step` : nameOfInput(input),
    steps,
    inputs,
    seeds: params.seeds ?? defaults.seeds,
    loss: params.loss ?? { at: 'last' },
    ...(clipNorm !== undefined && { clipNorm }),
    ...(truncateAfter !== undefined && { truncateAfter }),
    ...(equal !== undefined && { equal }),
  });
  return runPaced(work, pace);
};

async function modelNetworks(
  context: WorkerContext,
  params: DecayParams,
  pace: Pace,
): Promise<readonly DecayNetwork[]> {
  const { models = [], input, steps } = params;
  if (models.length > 0 && input === undefined)
    throw new InspectorError('settings-invalid', 'Trained models need something to read: give a text, ids or values.');
  const opened: RecurrentModel[] = [];
  for (const reference of models) {
    const lease = await context.models.lease(reference);
    opened.push(lease.prepared.model);
    lease.dispose();
  }
  const read: { readonly model: RecurrentModel; readonly input: ScalarInput }[] = [];
  for (const model of opened)
    read.push({
      model,
      input: cut(await runPaced(parseReadInputSlowly(model.input, input as InputSpec), pace), steps),
    });
  const trained = read.map((network): DecayNetwork => ({ kind: 'trained', ...network }));
  if (params.untrainedTwins !== true) return trained;
  return [
    ...trained,
    ...read.map((network): DecayNetwork => ({
      kind: 'twin',
      ...network,
      settings: settingsFor(network.model, params),
    })),
  ];
}

/** Each twin takes the settings that its cells know. */
function settingsFor(model: RecurrentModel, { twins = {} }: DecayParams) {
  const cells = model.stages.flatMap((stage) =>
    stage.kind === 'recurrent' ? ((stage.forward ?? stage.backward)?.cell ?? []) : [],
  );
  return settingsKnownTo(cells, twins);
}

function cellNetworks({ cells = [], input, steps }: DecayParams): readonly DecayNetwork[] {
  if (input === undefined) return cells.map((spec): DecayNetwork => ({ kind: 'cell', spec }));
  const given = cut(readWithoutModel(input), steps);
  const vocabularySize = given.kind === 'ids' ? given.ids.reduce((most, id) => Math.max(most, id), 0) + 1 : 0;
  return cells.map((spec): DecayNetwork => ({
    kind: 'cell',
    spec,
    input: given,
    ...(given.kind === 'ids' && { vocabularySize }),
  }));
}

/** Without a model the vocabulary of a text is the characters that occur in it. */
function readWithoutModel(input: InputSpec): ReadInput {
  if (input.kind !== 'text')
    return parseReadInput(
      input.kind === 'values' ? { kind: 'values', width: input.width } : { kind: 'tokens', vocabularySize: 2 ** 20 },
      input,
    );
  const characters = [...input.text];
  if (characters.length === 0) throw new InspectorError('empty-input', 'The text is empty; select or give some text.');
  const known = new Map<string, number>();
  for (const character of characters) if (!known.has(character)) known.set(character, known.size);
  return { tokens: [], ids: Int32Array.from(characters, (character) => known.get(character) as number), notes: [] };
}

/** The first `steps` steps. */
function cut({ ids, values }: ReadInput, steps = Infinity): ScalarInput {
  if (ids !== undefined) return { kind: 'ids', ids: ids.slice(0, Math.min(ids.length, steps)) };
  if (values === undefined) throw new InspectorError('empty-input', 'There is nothing to read.');
  return {
    kind: 'values',
    width: values.width,
    data: values.data.slice(0, Math.min(values.data.length, steps * values.width)),
  };
}

function nameOfInput(input: InputSpec): string {
  switch (input.kind) {
    case 'text': {
      const start = [...input.text.slice(0, 60)].slice(0, 28).join('').replace(/\s+/g, ' ').trim();
      return `text "${start}${input.text.length > start.length ? '...' : ''}"`;
    }
    case 'ids':
      return `${input.ids.length} token ids`;
    case 'values':
      return `${input.data.length / input.width} rows of ${input.width} numbers`;
  }
}
