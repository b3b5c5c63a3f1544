import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { bundledModelPath, isBundledName } from '../../models/bundled';
import { formatInspectorSettings, type InspectorSettings, parseInspectorSettings } from '../../models/inspectorSettings';
import { type RecurrentModel } from '../../models/recurrentModel';
import { writeTfjs } from '../../models/writeTfjs';
import { type TransferEvent, type TransferResult, type TransferRow } from '../../trace/transferEvents';
import { readCorpus } from '../training/corpus';
import { layersOfNetwork } from '../training/exportNetwork';
import { type LabSettings, parseLabSettings } from '../training/labSettings';
import { type TrainingFolder } from '../training/runTraining';
import { Transfer, type TransferHost, type TransferredModel } from './runTransfer';
import { networkOfModel, type SourceNetwork } from './sourceNetwork';
import { readTargetCorpus, type TargetCorpus } from './targetCorpus';
import { type TransferSettings } from './transferSettings';
import { measureMovement } from './transferWeights';

/** What is to be transferred, and where to. */
export interface TransferOrder {
  readonly settingsPath: string;
  /** Replaces the file's `data.folder`. */
  readonly dataFolder?: string;
  readonly folder: TrainingFolder;
  readonly modelsFolder: string;
  /** Opens the source's model.json. */
  readonly open: (file: string) => Promise<RecurrentModel>;
}

interface Prepared {
  readonly settings: LabSettings;
  readonly transfer: TransferSettings;
  readonly dataFolder: string;
  readonly source: SourceNetwork;
  readonly sourceInspector: InspectorSettings;
}

/** Transfers as a lab file's `transfer` says: each size of labels, each seed, each way; writes the last model and the results. */
export async function transferLab(order: TransferOrder, host: TransferHost): Promise<void> {
  const prepared = await prepare(order);
  const { transfer } = prepared;
  const results: TransferResult[] = [];
  const told: TransferHost = {
    ...host,
    tell: (event) => {
      if (event.type === 'transfer-result') results.push(event);
      host.tell(event);
    },
  };
  let last: { readonly model: TransferredModel; readonly target: TargetCorpus } | null = null;
  for (let seed = 0; seed < transfer.seeds; seed++) {
    const settings = atSeed(prepared.settings, seed);
    const target = await readTargetCorpus(settings, prepared.dataFolder, prepared.sourceInspector, transfer.vocabulary === 'extend');
    if (seed === 0) host.tell(describeStart(prepared, target));
    last = { model: await transferSeed({ ...prepared, settings }, target, seed, told), target };
  }
  if (last === null) return;
  const moved = measureMovement(prepared.source.shape, prepared.source.weights, last.model.network.weights);
  const table = tabulate(results);
  const files = await writeResults(order.folder, prepared, { ...last, table, moved, results });
  host.tell({ type: 'transfer-finished', table, moved, files });
}

async function prepare(order: TransferOrder): Promise<Prepared> {
  const text = await readFile(order.settingsPath, 'utf8').catch((cause: unknown) => {
    throw new InspectorError('file', `Cannot read the settings file ${order.settingsPath}.`, { cause });
  });
  const settings = parseLabSettings(text, path.basename(order.settingsPath));
  const { transfer } = settings;
  if (transfer === undefined) throw new InspectorError('settings-invalid', 'The lab file has no "transfer"; name there the source model.');
  if (settings.task !== 'classify') throw new InspectorError('settings-invalid', 'A transfer needs "task": "classify".');
  const home = path.dirname(order.settingsPath);
  const modelPath = isBundledName(transfer.source) ? bundledModelPath(order.modelsFolder, transfer.source) : path.resolve(home, transfer.source);
  const inspectorPath = path.join(path.dirname(modelPath), 'inspector.json');
  const inspectorText = await readFile(inspectorPath, 'utf8').catch((cause: unknown) => {
    throw new InspectorError('file', `The source has no inspector.json beside ${modelPath}, so its vocabulary is not known. Add one.`, { cause });
  });
  const sourceInspector = parseInspectorSettings(inspectorText);
  if (sourceInspector.level !== settings.tokens.level) {
    throw new InspectorError('settings-invalid', `The source reads ${sourceInspector.level}s and this file ${settings.tokens.level}s; set "tokens.level" to "${sourceInspector.level}".`);
  }
  const source = networkOfModel(await order.open(modelPath));
  return { settings, transfer, source, sourceInspector, dataFolder: order.dataFolder ?? path.resolve(home, settings.data.folder) };
}

/** A seed moves the rotation of a line-modulo split, so that the seeds differ in what they are tested on too. */
function atSeed(settings: LabSettings, seed: number): LabSettings {
  const { split } = settings.data;
  return { ...settings, data: { ...settings.data, split: { ...split, rotation: (split.rotation + seed) % 10 } } };
}

async function transferSeed(prepared: Prepared, target: TargetCorpus, seed: number, host: TransferHost): Promise<TransferredModel> {
  const { settings, transfer, source, sourceInspector, dataFolder } = prepared;
  const ownCorpus = transfer.baseline === undefined ? target.corpus : await readCorpus(settings, dataFolder);
  const createRun = (labels: number): Transfer =>
    new Transfer({ settings, transfer, source, sourceInspector, corpus: target.corpus, added: target.added, labels, seed }, host);
  const unlabelled = createRun(Infinity);
  await unlabelled.judgeSource();
  await unlabelled.adaptByOwnLabels();
  let last: TransferredModel | null = null;
  for (const labels of transfer.labels ?? [Infinity]) {
    const run = createRun(labels);
    last = await run.transfer();
    await run.trainFromScratch(ownCorpus);
  }
  if (last === null) throw new InspectorError('settings-invalid', '"transfer.labels" is empty; leave it out to use all labels.');
  return last;
}

function describeStart({ transfer, source }: Prepared, { report, added }: TargetCorpus): TransferEvent {
  const isFrozen = (name: string): boolean => (name === 'embedding' ? transfer.freeze.includes('embedding') : /^\d/.test(name) && transfer.freeze.includes('recurrent'));
  const count = (arrays: SourceNetwork['weights']): number => arrays.reduce((sum, { data }) => sum + data.length, 0);
  const frozen = source.weights.filter(({ name }) => isFrozen(name));
  const addedWeights = added * (source.shape.embeddingWidth ?? 0);
  return {
    type: 'transfer-started',
    source: transfer.source,
    frozenWeights: count(frozen),
    weights: count(source.weights) + addedWeights,
    frozen: frozen.map(({ name }) => name),
    vocabulary: report,
  };
}

/** Mean and sample standard deviation of the test accuracy over seeds, a row for each way and size. */
export function tabulate(results: readonly TransferResult[]): readonly TransferRow[] {
  const groups = new Map<string, TransferResult[]>();
  for (const result of results) {
    const key = `${result.labels}/${result.way}`;
    groups.set(key, [...(groups.get(key) ?? []), result]);
  }
  return [...groups.values()].map((group) => {
    const accuracies = group.map(({ test }) => test.accuracy);
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / group.length;
    const squares = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const [{ way, labels }] = group as [TransferResult];
    return { way, labels, seeds: group.length, mean, deviation: group.length > 1 ? Math.sqrt(squares / (group.length - 1)) : 0 };
  });
}

interface Written {
  readonly model: TransferredModel;
  readonly target: TargetCorpus;
  readonly table: readonly TransferRow[];
  readonly moved: ReturnType<typeof measureMovement>;
  readonly results: readonly TransferResult[];
}

async function writeResults(folder: TrainingFolder, { settings }: Prepared, { model, target, table, moved, results }: Written): Promise<readonly string[]> {
  const { modelJson, weights } = writeTfjs(settings.name, layersOfNetwork(model.network.shape, model.network.weights, settings));
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['weights.bin', weights],
    ['model.json', modelJson],
    ['inspector.json', formatInspectorSettings(target.corpus.inspector)],
    ['transfer.json', `${JSON.stringify({ name: settings.name, way: model.way, table, moved, results }, null, 1)}\n`],
  ];
  for (const [name, contents] of files) await folder.write(name, contents);
  return files.map(([name]) => name);
}
