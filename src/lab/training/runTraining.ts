import { formatInspectorSettings } from '../../models/inspectorSettings';
import { writeTfjs } from '../../models/tfjs/writeTfjs';
import { type EvaluationFigures, type TrainingEvent } from '../../trace/lab/trainingEvents';
import { type Checkpoint, packCheckpoint, unpackCheckpoint } from './checkpoint';
import { type Corpus } from './corpus';
import { layersOfNetwork } from './network/exportNetwork';
import { keepEpoch } from './epochModels';
import { type DataOrder } from './labReach';
import { type LabSettings } from './labSettings';
import { type NetworkShape } from './network/networkShape';
import { planOf, type PreparedTraining, prepareTraining } from './prepareTraining';
import { formatResults } from './results';
import { train, type TrainingHost, type TrainingOutcome } from './trainer';
import { type TrainingFolder } from './trainingFolder';
import { createTrainingLog, readKeptEpochs } from './trainingLog';

export { createProblem } from './prepareTraining';

/** What is to be trained, and where to. */
export interface TrainingOrder extends DataOrder {
  readonly folder: TrainingFolder;
}

const checkpointName = 'checkpoint.bin';

/**
 * Reads a lab file, trains as it says, and writes the model, its recipe and its figures; goes on from a checkpoint
 * where one lies.
 */
export async function runTraining(order: TrainingOrder, host: TrainingHost): Promise<TrainingOutcome> {
  const prepared = await prepareTraining(
    order,
    () => host.breathe(),
    () => host.interrupt?.(),
  );
  const lock = order.folder.lock('training');
  try {
    return await trainInto(order.folder, prepared, host);
  } finally {
    lock.dispose();
  }
}

async function trainInto(
  folder: TrainingFolder,
  prepared: PreparedTraining,
  host: TrainingHost,
): Promise<TrainingOutcome> {
  const { settings, problem, shape, weights, steps, corpus } = prepared;
  const settingsKey = JSON.stringify(settings);
  const resume = await readCheckpoint(folder, settingsKey);
  const log = createTrainingLog(folder);
  const tell = (event: TrainingEvent): void => {
    log.hear(event);
    host.tell(event);
  };
  tell({ type: 'started', ...planOf(prepared), firstStep: (resume?.step ?? 0) + 1, history: resume?.history ?? [] });
  if (resume !== null) (await readKeptEpochs(folder, resume.step / problem.stepsPerEpoch)).forEach(tell);
  const keeping: TrainingHost = {
    ...host,
    tell,
    async keep(checkpoint) {
      await folder.write(checkpointName, packCheckpoint(checkpoint));
      await log.write();
    },
    ...(settings.training.keepEpochs
      ? { keepEpoch: (epoch, values) => keepEpoch({ prepared, folder, tell }, epoch, values) }
      : {}),
  };
  const outcome = await train(
    { settings, settingsKey, shape, weights, steps, ...(resume === null ? {} : { resume }) },
    problem,
    keeping,
  );
  const files = await writeModel({ settings, text: prepared.text, shape, corpus }, outcome, folder);
  if (outcome.why !== 'stopped') await folder.remove(checkpointName);
  tell(describeEnd(outcome, corpus, files));
  await log.write();
  return outcome;
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

async function writeModel(
  { settings, text, shape, corpus }: Trained,
  outcome: TrainingOutcome,
  folder: TrainingFolder,
): Promise<readonly string[]> {
  const { modelJson, weights } = writeTfjs(settings.name, layersOfNetwork(shape, outcome.weights, settings));
  const inspector = formatInspectorSettings({
    ...corpus.inspector,
    description: describeModel(settings, outcome),
    figures: figuresOf(settings, outcome),
  });
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
  const figure =
    task === 'classify'
      ? `${(100 * test.accuracy).toFixed(1)} % right`
      : `${test.loss.toFixed(2)} nats per ${tokens.level} from ${countOfStarts(test.starts)}`;
  return `${description ?? name}; ${figure} on unseen text`;
}

function countOfStarts(starts: readonly number[] = []): string {
  return starts.length === 1 ? 'one start' : `${starts.length} starts`;
}

function figuresOf({ task }: LabSettings, { test }: TrainingOutcome): Readonly<Record<string, number>> {
  const round = (value: number): number => Math.round(value * 1e4) / 1e4;
  if (task === 'classify') return { testAccuracy: round(test.accuracy), testLoss: round(test.loss) };
  return { heldOutNatsPerToken: round(test.loss), heldOutAccuracy: round(test.accuracy) };
}

function describeEnd(outcome: TrainingOutcome, corpus: Corpus, files: readonly string[]): TrainingEvent {
  const { parts, confusion, mistakes, starts, ...figures } = outcome.test;
  const test: EvaluationFigures = { loss: figures.loss, accuracy: figures.accuracy, count: figures.count };
  return {
    type: 'finished',
    why: outcome.why,
    step: outcome.step,
    seconds: outcome.seconds,
    best: outcome.best,
    test,
    testParts: parts,
    ...(starts === undefined ? {} : { testStarts: starts }),
    labels: corpus.inspector.labels ?? [],
    files,
    ...(confusion === undefined ? {} : { confusion }),
    ...(mistakes === undefined ? {} : { mistakes }),
  };
}
