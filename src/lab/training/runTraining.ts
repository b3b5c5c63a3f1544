import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InspectorError } from '../../base/errors';
import { formatInspectorSettings } from '../../models/inspectorSettings';
import { writeTfjs } from '../../models/writeTfjs';
import { type EvaluationFigures, type TrainingEvent } from '../../trace/trainingEvents';
import { type Checkpoint, packCheckpoint, unpackCheckpoint } from './checkpoint';
import { createClassifyProblem } from './classifyProblem';
import { type Corpus, readCorpus } from './corpus';
import { layersOfNetwork } from './exportNetwork';
import { type LabSettings, parseLabSettings } from './labSettings';
import { initializeNetwork, type NetworkShape, shapeOf } from './networkShape';
import { createNextTokenProblem } from './nextTokenProblem';
import { type Problem } from './problem';
import { formatResults } from './results';
import { train, type TrainingHost, type TrainingOutcome } from './trainer';

/** Where a run keeps its files; names are plain file names. */
export interface TrainingFolder {
  /** Null where there is none. */
  read(name: string): Promise<Uint8Array | null>;
  /** Whole or not at all: a reader never sees half a file. */
  write(name: string, contents: Uint8Array | string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What is to be trained, and where to. */
export interface TrainingOrder {
  /** Path of the `*.lstm-lab.json`. */
  readonly settingsPath: string;
  /** Replaces the file's `data.folder`. */
  readonly dataFolder?: string;
  readonly folder: TrainingFolder;
}

const checkpointName = 'checkpoint.bin';

/** Reads a lab file, trains as it says, and writes the model, its recipe and its figures; goes on from a checkpoint where one lies. */
export async function runTraining(order: TrainingOrder, host: TrainingHost): Promise<TrainingOutcome> {
  const text = await readSettings(order.settingsPath);
  const settings = parseLabSettings(text, path.basename(order.settingsPath));
  const dataFolder = order.dataFolder ?? path.resolve(path.dirname(order.settingsPath), settings.data.folder);
  const corpus = await readCorpus(settings, dataFolder, undefined, () => host.breathe());
  const problem = createProblem(settings, corpus);
  const shape = shapeOf(settings, corpus.inspector.vocabulary.length, problem.outputs);
  const weights = initializeNetwork(shape, settings);
  const { steps: fixedSteps, epochs } = settings.hyperparameters;
  const steps = fixedSteps ?? Math.max(1, Math.round(epochs * problem.stepsPerEpoch));
  const settingsKey = JSON.stringify(settings);
  const resume = await readCheckpoint(order.folder, settingsKey);
  host.tell({
    type: 'started', name: settings.name, task: settings.task, steps, stepsPerEpoch: problem.stepsPerEpoch, firstStep: (resume?.step ?? 0) + 1,
    parameters: weights.reduce((sum, { data }) => sum + data.length, 0), sizes: problem.sizes, remarks: corpus.remarks,
  });
  const keeping: TrainingHost = { ...host, keep: (checkpoint) => order.folder.write(checkpointName, packCheckpoint(checkpoint)) };
  const outcome = await train({ settings, settingsKey, shape, weights, steps, ...(resume === null ? {} : { resume }) }, problem, keeping);
  const files = await writeModel({ settings, text, shape, corpus }, outcome, order.folder);
  if (outcome.why !== 'stopped') await order.folder.remove(checkpointName);
  host.tell(describeEnd(outcome, corpus, files));
  return outcome;
}

/** The problem that the data and the task make. */
export function createProblem(settings: LabSettings, corpus: Corpus): Problem {
  const { batch_size: batchSize, sequence_length: steps, class_weights: classWeights } = settings.hyperparameters;
  if (corpus.texts !== undefined) {
    return createNextTokenProblem(corpus.texts, { streams: batchSize, steps, vocabularySize: corpus.inspector.vocabulary.length });
  }
  if (corpus.examples === undefined) throw new Error('A corpus holds texts or examples.');
  const labels = corpus.inspector.labels ?? [];
  return createClassifyProblem(corpus.examples, { labels, batchSize, seed: settings.seed, isBalanced: classWeights === 'balanced' });
}

async function readSettings(settingsPath: string): Promise<string> {
  try {
    return await readFile(settingsPath, 'utf8');
  } catch (cause) {
    throw new InspectorError('file', `Cannot read the settings file ${settingsPath}.`, { cause });
  }
}

async function readCheckpoint(folder: TrainingFolder, settingsKey: string): Promise<Checkpoint | null> {
  const bytes = await folder.read(checkpointName);
  if (bytes === null) return null;
  const checkpoint = unpackCheckpoint(bytes);
  return checkpoint.settingsKey === settingsKey ? checkpoint : null;
}

interface Trained {
  readonly settings: LabSettings;
  readonly text: string;
  readonly shape: NetworkShape;
  readonly corpus: Corpus;
}

async function writeModel({ settings, text, shape, corpus }: Trained, outcome: TrainingOutcome, folder: TrainingFolder): Promise<readonly string[]> {
  const { modelJson, weights } = writeTfjs(settings.name, layersOfNetwork(shape, outcome.weights, settings));
  const inspector = formatInspectorSettings({ ...corpus.inspector, description: describeModel(settings, outcome), figures: figuresOf(settings, outcome) });
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['weights.bin', weights],
    ['model.json', modelJson],
    ['inspector.json', inspector],
    [`${settings.name}.lstm-lab.json`, text],
    ['results.json', formatResults(settings, outcome)],
  ];
  for (const [name, contents] of files) await folder.write(name, contents);
  return files.map(([name]) => name);
}

/** One line for a picker: what it is, and how well it does on text that it has not seen. */
function describeModel({ description, name, task, tokens }: LabSettings, { test }: TrainingOutcome): string {
  const figure = task === 'classify' ? `${(100 * test.accuracy).toFixed(1)} % right` : `${test.loss.toFixed(2)} nats per ${tokens.level}`;
  return `${description ?? name}; ${figure} on unseen text`;
}

function figuresOf({ task }: LabSettings, { test }: TrainingOutcome): Readonly<Record<string, number>> {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  if (task === 'classify') return { testAccuracy: round(test.accuracy), testLoss: round(test.loss) };
  return { heldOutNatsPerToken: round(test.loss), heldOutAccuracy: round(test.accuracy) };
}

function describeEnd(outcome: TrainingOutcome, corpus: Corpus, files: readonly string[]): TrainingEvent {
  const { parts, confusion, mistakes, ...figures } = outcome.test;
  const test: EvaluationFigures = { loss: figures.loss, accuracy: figures.accuracy, count: figures.count };
  return {
    type: 'finished', why: outcome.why, step: outcome.step, seconds: outcome.seconds, best: outcome.best, test, testParts: parts,
    labels: corpus.inspector.labels ?? [], files,
    ...(confusion === undefined ? {} : { confusion }),
    ...(mistakes === undefined ? {} : { mistakes }),
  };
}
