import { InspectorError } from '../../base/errors';
import { type TransferWay } from '../../trace/lab/transferEvents';
import { type Corpus } from '../training/corpus';
import { type NamedArray } from '../training/network/networkShape';
import { runPhase, type TransferredModel } from './phase';
import { isLanguageModel, type SourceNetwork } from './sourceNetwork';
import { type TransferRun } from './transferRun';
import { withNewLayers } from './transferWeights';

/** How a network is trained on as a language model. */
export interface LanguageTraining {
  readonly way: TransferWay;
  readonly corpus: Corpus;
  readonly epochs: number;
  readonly rate?: number;
  readonly sequenceLength?: number;
}

/**
 * The target's training and validation texts one after the other, without their labels; the last also as its test part.
 */
export function unlabelledTexts({ inspector, examples }: Corpus): Corpus {
  if (examples === undefined)
    throw new InspectorError('settings-invalid', 'A transfer to labelled texts needs "task": "classify".');
  const join = (part: readonly { readonly ids: Int32Array }[]) => [
    { name: 'texts', ids: Int32Array.from(part.flatMap(({ ids }) => [...ids])) },
  ];
  const validation = join(examples.validation);
  return { inspector, texts: { training: join(examples.training), validation, test: validation }, remarks: [] };
}

/**
 * The source as a language model of the target's ids: its own language head with columns for the added tokens, or a new
 * one.
 */
export function withLanguageHead({ source, added, settings }: TransferRun): SourceNetwork {
  if (source.shape.bidirectional) {
    throw new InspectorError(
      'model-unsupported',
      'The source reads from the end too, so it cannot go on as a language model. Leave "adaptLanguage" out, or choose another source.',
    );
  }
  const rows = source.shape.vocabularySize + (source.shape.embeddingWidth === null ? 0 : added);
  const grown = withNewLayers(source, { outputs: rows, added, answersEveryStep: true, settings });
  if (!isLanguageModel(source)) return grown;
  return {
    shape: grown.shape,
    weights: grown.weights.map((array) =>
      array.name.startsWith('dense.') ? keepColumns(source.weights, array) : array,
    ),
  };
}

/** The known columns of a head as they were before those that are new. */
function keepColumns(weights: readonly NamedArray[], fresh: NamedArray): NamedArray {
  const old = weights.find(({ name }) => name === fresh.name);
  const before = old?.shape.at(-1) ?? 0;
  const after = fresh.shape.at(-1) ?? 1;
  return {
    ...fresh,
    data: fresh.data.map((value, at) =>
      at % after < before ? (old?.data[Math.floor(at / after) * before + (at % after)] ?? 0) : value,
    ),
  };
}

/**
 * Trains on as a language model; a new language head is trained alone first, so that its noise does not spoil the
 * layers.
 */
export async function trainLanguage(
  run: TransferRun,
  { way, corpus, epochs, rate, sequenceLength }: LanguageTraining,
): Promise<TransferredModel> {
  const common = {
    way,
    labels: 0,
    corpus,
    epochs,
    ...(rate === undefined ? {} : { rate }),
    ...(sequenceLength === undefined ? {} : { sequenceLength }),
  };
  let network = withLanguageHead(run);
  if (!isLanguageModel(run.source)) {
    const head = await runPhase(run, {
      ...common,
      stage: 'language head',
      network,
      plan: (name) => ({ rateScale: name.startsWith('dense.') ? 1 : 0 }),
    });
    network = head.network;
  }
  return runPhase(run, { ...common, stage: 'language layers', network });
}

/** The layers of one network under the head of another. */
export function withHeadOf(layers: SourceNetwork, head: SourceNetwork): SourceNetwork {
  const weights = [
    ...layers.weights.filter(({ name }) => !name.startsWith('dense.')),
    ...head.weights.filter(({ name }) => name.startsWith('dense.')),
  ];
  return { shape: head.shape, weights };
}
