import { type Corpus } from '../training/corpus';
import { initializeNetwork, shapeOf } from '../training/network/networkShape';
import { type WeightPlan } from '../training/network/weightUpdate';
import { describeModel, runPhase, type TransferredModel } from './phase';
import { type SourceNetwork } from './sourceNetwork';
import { drawLabelled } from './targetCorpus';
import { withTraining } from './transductive';
import { seeded, tellResult, type TransferRun } from './transferRun';
import { layersFromTop, withNewLayers } from './transferWeights';

/** A labelled part of the target to learn from. */
export interface LabelledPart {
  /** Examples asked for. */
  readonly labels: number;
  /** What the new layers are put on; its embedding may have the added rows already. */
  readonly base: SourceNetwork;
}

/** New layers on frozen ones, trained to convergence, then fine-tuning; tells both and gives the last. */
export async function transferToLabels(run: TransferRun, { labels, base }: LabelledPart): Promise<TransferredModel> {
  const { settings, transfer, source, seed, corpus } = run;
  const taught = withTraining(corpus, drawLabelled(corpus.examples?.training ?? [], labels, seed));
  const added = base.shape.vocabularySize > source.shape.vocabularySize ? 0 : run.added;
  const outputs = corpus.inspector.labels?.length ?? 0;
  const network = withNewLayers(base, {
    outputs,
    added,
    recurrent: transfer.newRecurrentLayers,
    settings: seeded(settings, seed),
  });
  const head = await runPhase(run, {
    way: 'new head',
    stage: 'new layers',
    labels,
    network,
    corpus: taught,
    epochs: settings.hyperparameters.epochs,
    plan: frozenPlan(run),
  });
  tellResult(run, describeModel(head));
  const tuned = await fineTune(run, head, taught);
  if (tuned === null) return head;
  tellResult(run, describeModel(tuned));
  return betterOf(head, tuned);
}

/** By the loss on the validation part; the first of equals. */
function betterOf(first: TransferredModel, second: TransferredModel): TransferredModel {
  return second.outcome.best.validation.loss < first.outcome.best.validation.loss ? second : first;
}

/** Freezes the source's layers as the lab file says; rows of the embedding that are new learn all the same. */
export function frozenPlan({
  transfer,
  source,
  added,
}: Pick<TransferRun, 'transfer' | 'source' | 'added'>): (name: string) => WeightPlan {
  const rows = source.weights.find(({ name }) => name === 'embedding')?.data.length ?? 0;
  const isFrozen = {
    embedding: transfer.freeze.includes('embedding'),
    recurrent: transfer.freeze.includes('recurrent'),
  };
  return (name) => {
    if (name === 'embedding' && isFrozen.embedding)
      return added > 0 ? { rateScale: 1, frozenValues: rows } : { rateScale: 0 };
    const isOfSource = /^\d/.test(name) && Number.parseInt(name, 10) < source.shape.layers;
    return { rateScale: isOfSource && isFrozen.recurrent ? 0 : 1 };
  };
}

/**
 * Unfreezes from the top, a layer a phase, each layer further down at a lower rate (Howard and Ruder 2018). A phase
 * goes on from the best model so far, and that of the phases which validates best is given: late phases may make it
 * worse. Null: not asked for.
 */
async function fineTune(run: TransferRun, head: TransferredModel, corpus: Corpus): Promise<TransferredModel | null> {
  const { fineTune: settings } = run.transfer;
  if (settings === undefined) return null;
  const layers = layersFromTop(head.network.shape);
  const firstDepth = 1 + run.transfer.newRecurrentLayers;
  const depths = settings.gradual ? layers.map((_, k) => k + 1).slice(firstDepth) : [layers.length];
  let best: TransferredModel | null = null;
  for (const depth of depths) {
    const plan = unfrozenPlan(layers, depth, settings.rateFall);
    const epochs = settings.epochs / depths.length;
    const model = await runPhase(run, {
      way: 'fine-tuned',
      stage: 'unfrozen',
      labels: head.labels,
      network: (best === null ? head : betterOf(head, best)).network,
      corpus,
      epochs,
      rate: settings.learning_rate,
      plan,
    });
    best = best === null ? model : betterOf(best, model);
  }
  return best;
}

/** The top `depth` layers learn, each at a rate `fall` times smaller than the one above it. */
export function unfrozenPlan(
  layersFromTheTop: readonly string[],
  depth: number,
  fall: number,
): (name: string) => WeightPlan {
  return (name) => {
    const level = layersFromTheTop.findIndex((prefix) => name.startsWith(prefix));
    return { rateScale: level < depth ? fall ** -level : 0 };
  };
}

/** The lab file's own network trained on the same examples alone, at the best of the baseline's rates on validation. */
export async function trainFromScratch(run: TransferRun, ownCorpus: Corpus, labels: number): Promise<void> {
  const { transfer, seed } = run;
  if (transfer.baseline === undefined) return;
  const settings = seeded(run.settings, seed);
  const isText = ownCorpus.examples === undefined;
  const tokens = ownCorpus.inspector.vocabulary.length;
  const shape = shapeOf(settings, tokens, isText ? tokens : (ownCorpus.inspector.labels?.length ?? 0));
  const corpus = isText
    ? ownCorpus
    : withTraining(ownCorpus, drawLabelled(ownCorpus.examples?.training ?? [], labels, seed));
  let best: { readonly model: TransferredModel; readonly rate: number } | null = null;
  for (const rate of transfer.baseline.learning_rates) {
    const network = { shape, weights: initializeNetwork(shape, settings) };
    const known = { ...shape, layers: 0 };
    const model = await runPhase(run, {
      way: 'scratch',
      stage: 'all layers',
      labels,
      network,
      corpus,
      epochs: transfer.baseline.epochs,
      rate,
      known,
    });
    if (best === null || model.outcome.best.validation.loss < best.model.outcome.best.validation.loss)
      best = { model, rate };
  }
  if (best !== null) tellResult(run, describeModel(best.model, best.rate));
}
