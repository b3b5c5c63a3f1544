import * as vscode from 'vscode';
import { type Inspection } from '../session/inspection';
import { type CommandContext } from './commandContext';

type Model = Inspection['model'];
const memoryKey = 'lastModel';
const openedKey = 'openedModels';

/** The model to inspect with: the last one at once where the settings say so, else the user's pick; null when dismissed. */
export async function pickModel(context: CommandContext, { always = false } = {}): Promise<Model | null> {
  const last = lastModel(context);
  if (context.settings().skipModelPick && !always) return last;
  const answer = await pick(context, last);
  if (answer) await rememberModel(context, answer);
  return answer;
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

interface ModelItem extends vscode.QuickPickItem {
  readonly model: Model;
}

function pick(context: CommandContext, last: Model): Promise<Model | null> {
  const box = vscode.window.createQuickPick<ModelItem>();
  box.title = vscode.l10n.t('Inspect LSTM');
  box.placeholder = vscode.l10n.t('Choose the model that reads the text');
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.busy = true;
  box.items = [itemOf(last, '')];
  box.show();
  void fill(box, context, last);
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]?.model ?? null);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(null);
      box.dispose();
    });
  });
}

async function fill(box: vscode.QuickPick<ModelItem>, { engine, log, memory }: CommandContext, last: Model): Promise<void> {
  const answer = await engine.request('models', {});
  box.busy = false;
  if (!answer.ok) {
    log.error(`The list of models could not be had: ${answer.error.message}`);
    return;
  }
  const items = answer.value.map(({ name, description, layers, parameters }): ModelItem => ({
    ...itemOf({ kind: 'bundled', name }, description),
    description: vscode.l10n.t('{0}, {1} units, {2} parameters', layers[0]?.cell.toUpperCase() ?? '', layers[0]?.units ?? 0, parameters.toLocaleString('en')),
  }));
  const opened = openedModels(memory).map((path) => itemOf({ kind: 'file', path }, path));
  const all = [...items, ...opened];
  box.items = [...all.filter(({ model }) => isSame(model, last)), ...all.filter(({ model }) => !isSame(model, last))];
}

function itemOf(model: Model, detail: string): ModelItem {
  const label = model.kind === 'file' ? model.path.slice(Math.max(model.path.lastIndexOf('/'), model.path.lastIndexOf('\\')) + 1) : model.name;
  return { label, detail, model };
}

function isSame(a: Model, b: Model): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
