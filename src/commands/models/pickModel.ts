import * as vscode from 'vscode';
import { toFailure } from '../../base/errors';
import { type Inspection } from '../../session/inspection';
import { askForModelFile } from './chooseModelFile';
import { openAsked, tellFailure } from './openAsked';
import { type CommandContext } from '../commandContext';
import { type Choice, pickWhileFilling } from '../../show/pick';

type Model = Inspection['model'];
const memoryKey = 'lastModel';
const openedKey = 'openedModels';

/** What a model is picked for, where that is not to read a text. */
export interface PickFor {
  readonly title: string;
  readonly placeHolder: string;
}

/**
 * The model to inspect with: the last one at once where the settings say so, else the user's pick; null when dismissed.
 */
export async function pickModel(context: CommandContext, { always = false } = {}): Promise<Model | null> {
  const last = lastModel(context);
  if (context.settings().skipModelPick && !always) return last;
  const answer = await askForModel(context, {
    title: vscode.l10n.t('Inspect LSTM'),
    placeHolder: vscode.l10n.t('Choose the model that reads the text'),
  });
  if (answer) await rememberModel(context, answer);
  return answer;
}

/** The user's pick of a model, which is not kept as the one that read last; null when dismissed. */
export async function askForModel(context: CommandContext, words: PickFor): Promise<Model | null> {
  const chosen = await pick(context, lastModel(context), words);
  return chosen === 'file' ? chooseFile(context) : chosen;
}

/** Keeps a model as the one used last, and among those opened before where it is a file. */
export async function rememberModel({ memory }: CommandContext, model: Model): Promise<void> {
  if (model.kind === 'bytes') return;
  await memory.update(memoryKey, model);
  if (model.kind !== 'file') return;
  const before = openedModels(memory).filter((path) => path !== model.path);
  await memory.update(openedKey, [model.path, ...before].slice(0, 10));
}

/** Paths of the model files opened before, the last one first. */
export function openedModels(memory: vscode.Memento): readonly string[] {
  return memory.get<string[]>(openedKey) ?? [];
}

/** The model used last, else the default of the settings. */
export function lastModel({ memory, settings }: CommandContext): Model {
  const kept = memory.get<Model>(memoryKey);
  return kept?.kind === 'bundled' || kept?.kind === 'file' ? kept : { kind: 'bundled', name: settings().defaultModel };
}

/** A model, or the way to a file that is not in the list. */
type ModelItem = Choice<Model | 'file'>;

/** A model file from VS Code's dialog; null when dismissed, or when it cannot be opened, which is said. */
async function chooseFile(context: CommandContext): Promise<Model | null> {
  const uri = await askForModelFile(vscode.l10n.t('Read with This Model'));
  if (!uri) return null;
  try {
    return (await openAsked(context, uri))?.model ?? null;
  } catch (thrown) {
    tellFailure(context, toFailure(thrown).message);
    return null;
  }
}

function pick(context: CommandContext, last: Model, words: PickFor): Promise<Model | 'file' | null> {
  return pickWhileFilling(words, [itemOf(last, '')], listModels(context, last));
}

/** The models to choose from, the last one first; null where the list cannot be had, which the log says. */
async function listModels({ engine, log, memory }: CommandContext, last: Model): Promise<readonly ModelItem[] | null> {
  const answer = await engine.request('models', {});
  if (!answer.ok) {
    log.error(`The list of models could not be had: ${answer.error.message}`);
    return null;
  }
  const items = answer.value.map(({ name, description, layers, parameters }): ModelItem => ({
    ...itemOf({ kind: 'bundled', name }, description),
    description: vscode.l10n.t(
      '{0}, {1} units, {2} parameters',
      layers[0]?.cell.toUpperCase() ?? '',
      layers[0]?.units ?? 0,
      parameters.toLocaleString('en'),
    ),
  }));
  const opened = openedModels(memory).map((path) => itemOf({ kind: 'file', path }, path));
  const all = [...items, ...opened];
  return [
    ...all.filter(({ value }) => isSame(value, last)),
    ...all.filter(({ value }) => !isSame(value, last)),
    fileItem(),
  ];
}

function fileItem(): ModelItem {
  return {
    icon: 'folder-opened',
    label: vscode.l10n.t('Model file...'),
    detail: vscode.l10n.t('A Keras, PyTorch, ONNX or TensorFlow.js file'),
    value: 'file',
    alwaysShow: true,
  };
}

function itemOf(model: Model, detail: string): ModelItem {
  const label =
    model.kind === 'file'
      ? model.path.slice(Math.max(model.path.lastIndexOf('/'), model.path.lastIndexOf('\\')) + 1)
      : model.name;
  return { label, detail, value: model };
}

function isSame(a: Model | 'file', b: Model): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
