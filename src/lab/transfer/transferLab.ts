import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { type DataPlace } from '../../data/dataPlace';
import { isBundledName } from '../../models/bundled';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type TransferEvent } from '../../trace/lab/transferEvents';
import { tabulate } from '../../trace/lab/transferTable';
import { readCorpus } from '../training/corpus';
import { type DataOrder, dataPlaceOf } from '../training/labReach';
import { type LabSettings, parseLabSettings } from '../training/labSettings';
import { optimizerRule } from '../training/network/optimizer';
import { readLabFile } from '../training/readLabFile';
import { type TrainingFolder } from '../training/trainingFolder';
import { describeMovement } from './describeMovement';
import { frozenPlan, trainFromScratch, transferToLabels } from './inductive';
import { withLanguageHead } from './languageLayers';
import { sourceLabels } from './sourceHead';
import { sourceOfModel, type SourceModel } from './sourceModel';
import { isLanguageModel, type SourceNetwork } from './sourceNetwork';
import { readTargetCorpus, type TargetCorpus } from './targetCorpus';
import { adaptWithoutLabels } from './transductive';
import { writeWholeLog } from './transferProgress';
import { TransferRecord } from './transferRecord';
import { type TransferHost, type TransferRun } from './transferRun';
import { kindsOf } from './transferKinds';
import { type TransferSettings } from './transferSettings';
import { describeLayers, withNewLayers } from './transferWeights';
import { transferLanguage } from './unsupervised';
import { writeTransfer } from './writeTransfer';

/** What is to be transferred, and where to. */
export interface TransferOrder extends DataOrder {
  readonly folder: TrainingFolder;
  /**
   * Opens the source: a bundled model's name, or a file with the vocabulary's file where one is named; both resolved.
   */
  readonly open: (source: string, home: string, vocabulary?: string) => Promise<RecurrentModel>;
}

interface Prepared {
  readonly text: string;
  readonly settings: LabSettings;
  readonly transfer: TransferSettings;
  readonly data: DataPlace;
  readonly source: SourceModel;
}

/**
 * Transfers as a lab file's `transfer` says: each seed, each kind, each size of labels; writes the last model and the
 * results. What an interrupted run of the same settings finished is told again and not done again.
 */
export async function transferLab(order: TransferOrder, surroundings: Omit<TransferHost, 'nextPhase'>): Promise<void> {
  const prepared = await prepare(order);
  const lock = order.folder.lock('transfer');
  try {
    await transferInto(order.folder, prepared, surroundings);
  } finally {
    lock.dispose();
  }
}

async function transferInto(
  folder: TrainingFolder,
  prepared: Prepared,
  surroundings: Omit<TransferHost, 'nextPhase'>,
): Promise<void> {
  const { settings, transfer } = prepared;
  const record = new TransferRecord(folder, settings, surroundings);
  let last: { readonly run: TransferRun; readonly model: SourceNetwork } | null = null;
  for (let seed = 0; seed < transfer.seeds; seed++) {
    if (seed > 0 && record.isSeedDone(seed)) continue;
    const { run, target } = await readRun(prepared, seed, record.host);
    if (seed === 0) {
      const sizes = sizesOf(transfer, target);
      await record.begin(run, sizes, (kept) => describeStart(prepared, { run, target, sizes, kept }));
    }
    if (!record.isSeedDone(seed)) last = { run, model: await transferSeed(run, prepared, record) };
  }
  if (last === null) return;
  const movement = await describeMovement(last.run, last.model);
  const table = tabulate(record.results, settings.task);
  const files = await writeTransfer(folder, {
    ...last,
    text: prepared.text,
    table,
    movement,
    results: record.results,
  });
  record.host.tell({ type: 'transfer-finished', table, ...movement, files });
  await writeWholeLog(folder, record.log);
}

async function prepare(order: TransferOrder): Promise<Prepared> {
  const text = readLabFile(order.settingsPath);
  const settings = parseLabSettings(text, path.basename(order.settingsPath));
  const { transfer } = settings;
  if (transfer === undefined)
    throw new InspectorError('settings-invalid', 'The lab file has no "transfer"; name there the source model.');
  if (settings.task === 'classify' && kindsOf(settings).length === 0) {
    throw new InspectorError(
      'settings-invalid',
      'With "labels": [] there is nothing to do: ask for "adaptLanguage" or "pseudoLabels", or leave "labels" out to use all.',
    );
  }
  const home = path.dirname(order.settingsPath);
  const model = await order.open(transfer.source, home, transfer.sourceVocabulary);
  return {
    text,
    settings,
    transfer,
    source: sourceOfModel(model, settings),
    data: dataPlaceOf(order, settings.data.folder),
  };
}

async function readRun(
  prepared: Prepared,
  seed: number,
  host: TransferHost,
): Promise<{ readonly run: TransferRun; readonly target: TargetCorpus }> {
  const { transfer, source, data } = prepared;
  const settings = atSeed(prepared.settings, seed);
  const isExtended = transfer.vocabulary === 'extend' && source.layers.shape.embeddingWidth !== null;
  const target = await readTargetCorpus(settings, data, { inspector: source.inspector, isExtended });
  const { corpus, added } = target;
  return {
    target,
    run: { settings, transfer, source: source.layers, sourceInspector: source.inspector, corpus, added, seed, host },
  };
}

/**
 * A seed moves the rotation of a line-modulo split and the draw of a stratified one, so that the seeds differ in what
 * they are tested on too.
 */
function atSeed(settings: LabSettings, seed: number): LabSettings {
  const { split } = settings.data;
  return {
    ...settings,
    seed: split.by === 'stratified' ? settings.seed + seed : settings.seed,
    data: { ...settings.data, split: { ...split, rotation: (split.rotation + seed) % 10 } },
  };
}

function sizesOf({ labels }: TransferSettings, { corpus }: TargetCorpus): readonly number[] {
  if (corpus.examples === undefined) return [];
  return labels ?? [corpus.examples.training.length];
}

/** All that one seed is asked for and that was not done before; gives the last transferred network. */
async function transferSeed(
  run: TransferRun,
  { settings, data }: Prepared,
  record: TransferRecord,
): Promise<SourceNetwork> {
  const { seed } = run;
  const ownCorpus = run.transfer.baseline === undefined ? run.corpus : await readCorpus(run.settings, data);
  if (settings.task === 'next-token') {
    const { network } = await transferLanguage(run);
    await trainFromScratch(run, ownCorpus, 0);
    await record.finish({ seed, labels: 0 });
    return network;
  }
  const isAdapted = record.isDone(seed, 0);
  const adapted = isAdapted ? { layers: null, classifier: null } : await adaptWithoutLabels(run);
  if (!isAdapted) await record.finish({ seed, labels: 0 });
  const base = adapted.layers !== null && isLanguageModel(run.source) ? adapted.layers.network : run.source;
  let last = adapted.classifier ?? adapted.layers?.network ?? null;
  for (const labels of record.sizes.filter((each) => !record.isDone(seed, each))) {
    last = (await transferToLabels(run, { labels, base })).network;
    await trainFromScratch(run, ownCorpus, labels);
    await record.finish({ seed, labels });
  }
  if (last === null)
    throw new InspectorError(
      'settings-invalid',
      sourceLabels(run) === null
        ? 'The source has other labels than the target, so nothing can be learnt without "labels". Map them in "sourceLabels".'
        : `No answer of the source on the target's texts is as sure as "confidence" asks (${run.transfer.pseudoLabels?.confidence}), so nothing was learnt. Lower it, or give "labels".`,
    );
  return last;
}

interface Start {
  readonly run: TransferRun;
  readonly target: TargetCorpus;
  readonly sizes: readonly number[];
  /** Trainings that an interrupted run finished. */
  readonly kept: number;
}

function describeStart({ settings, transfer, source }: Prepared, { run, target, sizes, kept }: Start): TransferEvent {
  const { corpus, added, vocabulary } = target;
  const isLanguage = settings.task === 'next-token';
  const network = isLanguage
    ? withLanguageHead(run)
    : withNewLayers(source.layers, {
        outputs: corpus.inspector.labels?.length ?? 0,
        added,
        recurrent: transfer.newRecurrentLayers,
        settings,
      });
  const plan = isLanguage ? () => ({ rateScale: 1 }) : frozenPlan(run);
  const { optimizer, learning_rate: rate = optimizerRule(optimizer).usualRate } = settings.hyperparameters;
  const layers = describeLayers(network, { source: source.layers.shape, plan, rate });
  const count = (key: 'weights' | 'frozen'): number => layers.reduce((sum, layer) => sum + layer[key], 0);
  const parts = corpus.examples ?? corpus.texts;
  const sizeOf = (part: 'training' | 'validation' | 'test'): number =>
    corpus.examples?.[part].length ?? corpus.texts?.[part].reduce((sum, { ids }) => sum + ids.length, 0) ?? 0;
  if (parts === undefined) throw new Error('A corpus holds texts or examples.');
  const oneHot =
    transfer.vocabulary === 'extend' && source.layers.shape.embeddingWidth === null
      ? ['The source reads one-hot tokens, so its vocabulary is kept as it is.']
      : [];
  return {
    type: 'transfer-started',
    name: settings.name,
    source: transfer.source,
    isBundled: isBundledName(transfer.source),
    kinds: kindsOf(settings, settings.task === 'next-token' || sourceLabels(run) !== null),
    task: settings.task,
    layers,
    frozenWeights: count('frozen'),
    weights: count('weights'),
    frozen: network.weights.filter(({ name }) => isFrozen(plan(name))).map(({ name }) => name),
    vocabulary,
    labels: sizes,
    seeds: transfer.seeds,
    phases: transfer.seeds * countPhases(run, sizes),
    sizes: [sizeOf('training'), sizeOf('validation'), sizeOf('test')],
    remarks: [
      ...(kept > 0 ? [`${kept} trainings of an interrupted transfer are kept.`] : []),
      ...source.remarks,
      ...remarkOnPseudoLabels(run),
      ...oneHot,
      ...corpus.remarks,
    ],
  };
}

function remarkOnPseudoLabels(run: TransferRun): readonly string[] {
  return run.transfer.pseudoLabels !== undefined && run.settings.task === 'classify' && sourceLabels(run) === null
    ? ['The source has other labels than the target, so "pseudoLabels" does nothing. Map them in "sourceLabels".']
    : [];
}

/** Trainings of one seed; a few less where no own answer is sure enough to learn from. */
function countPhases({ transfer, source, settings }: TransferRun, sizes: readonly number[]): number {
  const scratch = transfer.baseline?.learning_rates.length ?? 0;
  const language = isLanguageModel(source) ? 1 : 2;
  if (settings.task === 'next-token') return language + scratch;
  const own = transfer.pseudoLabels === undefined ? 0 : 1;
  const adapted = own + (transfer.adaptLanguage === undefined ? 0 : language + own);
  const oldLayers = source.shape.layers + (source.shape.embeddingWidth === null ? 0 : 1);
  const tuned = transfer.fineTune === undefined ? 0 : transfer.fineTune.gradual ? oldLayers : 1;
  return adapted + sizes.length * (1 + tuned + scratch);
}

function isFrozen({
  rateScale,
  frozenValues = 0,
}: {
  readonly rateScale: number;
  readonly frozenValues?: number;
}): boolean {
  return rateScale === 0 || frozenValues > 0;
}
