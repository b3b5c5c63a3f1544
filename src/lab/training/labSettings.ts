import { InspectorError } from '../../base/errors';
import { type DataSettings } from '../../data/dataSettings';
import { cellDescriptions, type CellKind } from '../../trace/reading/cellKind';
import { type SearchSettings } from '../search/searchSettings';
import { type TransferSettings } from '../transfer/transferSettings';
import { checkSchema, type SettingsProblem } from './checkSchema';
import { type activationNames, type initModes, labSchema, type optimizerNames } from './settingsSchema';

export type OptimizerName = (typeof optimizerNames)[number];
export type InitMode = (typeof initModes)[number];
export type ActivationName = (typeof activationNames)[number];

export interface TokenSettings {
  readonly level: 'character' | 'word';
  readonly vocabularySize: number;
  readonly minimumCount: number;
  readonly lowercase: boolean;
  readonly folding: 'ascii' | 'none';
  readonly length: number;
}

export interface ModelSettings {
  readonly cell: CellKind;
  readonly input: 'one-hot' | 'embedding';
  readonly layers: number;
  readonly bidirectional: boolean;
  readonly forgetBias: number;
  readonly recurrentInit: InitMode;
}

/** By the names that Keras and the literature use; what a search varies. */
export interface Hyperparameters {
  readonly optimizer: OptimizerName;
  readonly learning_rate?: number;
  readonly schedule: 'constant' | 'cosine';
  readonly init_mode: InitMode;
  readonly activation: ActivationName;
  readonly dropout_rate: number;
  readonly recurrent_dropout: number;
  readonly embedding_dim: number;
  readonly units: number;
  readonly batch_size: number;
  readonly epochs: number;
  readonly steps?: number;
  readonly sequence_length: number;
  readonly state_reset: number;
  readonly clip_norm: number;
  readonly weight_decay: number;
  readonly early_stopping: number;
  readonly validate_every?: number;
  readonly keep: 'best' | 'last';
  readonly class_weights: 'none' | 'balanced';
}

/** The contents of a `*.lstm-lab.json`, defaults filled in. */
export interface LabSettings {
  readonly name: string;
  readonly description?: string;
  readonly task: 'next-token' | 'classify';
  readonly seed: number;
  readonly data: DataSettings;
  readonly tokens: TokenSettings;
  readonly model: ModelSettings;
  readonly hyperparameters: Hyperparameters;
  readonly training: { readonly keepEpochs: boolean };
  readonly search?: SearchSettings;
  readonly transfer?: TransferSettings;
}

/** Reads a lab file; every problem is named with its line. */
export function checkLabSettings(text: string): {
  readonly settings: LabSettings | null;
  readonly problems: readonly SettingsProblem[];
} {
  const { value, problems } = checkSchema(text, labSchema);
  if (problems.length > 0) return { settings: null, problems };
  const settings = withActivation(value as WrittenSettings);
  const more = contradictions(settings).map((message) => ({ line: 1, message }));
  return { settings: more.length > 0 ? null : settings, problems: more };
}

type WrittenSettings = Omit<LabSettings, 'hyperparameters'> & {
  readonly hyperparameters: Omit<Hyperparameters, 'activation'> & Partial<Pick<Hyperparameters, 'activation'>>;
};

/** The candidate's activation is that of the cell unless the file names one. */
function withActivation(settings: WrittenSettings): LabSettings {
  const { activation } = cellDescriptions[settings.model.cell].untrained;
  return { ...settings, hyperparameters: { activation, ...settings.hyperparameters } };
}

/** Reads a lab file or throws `settings-invalid` with its first problems. */
export function parseLabSettings(text: string, fileName: string): LabSettings {
  const { settings, problems } = checkLabSettings(text);
  if (settings !== null) return settings;
  const said = problems.slice(0, 3).map(({ line, message }) => `line ${line}: ${message}`);
  throw new InspectorError('settings-invalid', `${fileName}, ${said.join('; ')}.`);
}

/** The name is part of file names in the folder of the results, whose names may have 255 bytes. */
function refuseName(name: string): readonly string[] {
  const isLong = new TextEncoder().encode(name).length > 120;
  const isFileName = !/[\p{Cc}\p{Cs}/\\]/u.test(name) && name.trim() !== '';
  return isLong || !isFileName
    ? ['"name" names files: at most 120 bytes, without slashes and control characters, and not empty']
    : [];
}

/** What each key allows alone but not together. */
function contradictions({ name, task, data, model }: LabSettings): readonly string[] {
  const isRunning = data.format === 'text';
  const found: string[] = [...refuseName(name)];
  if (task === 'next-token' && !isRunning) found.push('a next-token model reads "format": "text"');
  if (task === 'classify' && isRunning)
    found.push('a classifier needs labelled data: "format" lines, table, jsonl or folders');
  if (isRunning !== ['last-tenths', 'file-hash'].includes(data.split.by))
    found.push(`"split" by ${data.split.by} does not fit "format": "${data.format}"`);
  if (task === 'next-token' && model.bidirectional)
    found.push('a next-token model cannot read from the end ("bidirectional")');
  if (data.format === 'lines' && data.files.some(({ label }) => label === undefined))
    found.push('each file of "format": "lines" needs a "label"');
  return found;
}
