import { formatInspectorSettings } from '../../models/inspectorSettings';
import { writeTfjs } from '../../models/tfjs/writeTfjs';
import { type TransferResult, type TransferRow } from '../../trace/lab/transferEvents';
import { layersOfNetwork } from '../training/network/exportNetwork';
import { type TrainingFolder } from '../training/trainingFolder';
import { type Movement } from './describeMovement';
import { type SourceNetwork } from './sourceNetwork';
import { type TransferRun } from './transferRun';

/** What a finished transfer leaves. */
export interface FinishedTransfer {
  readonly run: TransferRun;
  readonly model: SourceNetwork;
  /** The lab file. */
  readonly text: string;
  readonly table: readonly TransferRow[];
  readonly movement: Movement;
  readonly results: readonly TransferResult[];
}

/** Writes the last model with its vocabulary, the lab file and `transfer.json` with all figures; gives the names. */
export async function writeTransfer(
  folder: TrainingFolder,
  { run, model, text, table, movement, results }: FinishedTransfer,
): Promise<readonly string[]> {
  const { settings, corpus } = run;
  const { modelJson, weights } = writeTfjs(settings.name, layersOfNetwork(model.shape, model.weights, settings));
  const task = model.shape.answersEveryStep ? 'next-token' : 'classify';
  const { labels, ...rest } = corpus.inspector;
  const inspector = { ...rest, task, ...(task === 'classify' && labels !== undefined ? { labels } : {}) } as const;
  const files: readonly (readonly [string, string | Uint8Array])[] = [
    ['weights.bin', weights],
    ['model.json', modelJson],
    [
      'inspector.json',
      formatInspectorSettings({
        ...inspector,
        description: `${settings.description ?? settings.name}; transferred from ${run.transfer.source}`,
      }),
    ],
    [`${settings.name}.lstm-lab.json`, text],
    [
      'transfer.json',
      `${JSON.stringify({ name: settings.name, source: run.transfer.source, table, ...movement, results })}\n`,
    ],
  ];
  for (const [name, contents] of files) await folder.write(name, contents);
  return files.map(([name]) => name);
}
