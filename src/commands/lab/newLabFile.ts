import path from 'node:path';
import * as vscode from 'vscode';
import { writeUri } from '../../disk/uriFile';
import { describeData, type SuggestedData } from '../../panel/labData';
import { labOrderOf } from '../../panel/labPanels';
import { type ChosenColumns, newLabText } from '../../session/newLabText';
import { askForPath } from '../../show/askText';
import { pick } from '../../show/pick';
import { type CommandContext } from '../commandContext';

/** "New Lab File...": writes a commented, working lab file beside a data file or folder, and opens it. */
export async function newLabFile(context: CommandContext, given: unknown): Promise<vscode.Uri | null> {
  const data = given instanceof vscode.Uri ? given : await chooseData();
  if (data === undefined) return null;
  if (data.scheme !== 'file') {
    context.messages.tell(
      'warning',
      vscode.l10n.t('The lab reads data on the machine where the extension runs; copy {0} there first.', data.path),
    );
    return null;
  }
  const answer = await context.engine.request('suggestLab', { path: data.fsPath });
  if (!answer.ok) {
    context.log.error(answer.error.message);
    context.messages.tell('error', answer.error.message, { [vscode.l10n.t('Show Log')]: () => context.log.show() });
    return null;
  }
  const columns = await chooseColumns(answer.value);
  if (columns === null) return null;
  const name = path.basename(data.fsPath).replace(/\.[^.]+$/, '');
  const target = await freeName(vscode.Uri.joinPath(data, '..'), name);
  await writeUri(target, new TextEncoder().encode(newLabText(name, answer.value, columns)));
  await vscode.window.showTextDocument(target, { preview: false });
  await tellData(context, target);
  return target;
}

function chooseData(): Promise<vscode.Uri | undefined> {
  return askForPath({
    openLabel: vscode.l10n.t('Train on This Data'),
    canSelectFolders: true,
    filters: {
      [vscode.l10n.t('Labelled texts')]: ['csv', 'tsv', 'jsonl', 'ndjson', 'txt'],
      [vscode.l10n.t('All files')]: ['*'],
    },
  });
}

/** Asks for text and label where there are columns; undefined where there are none, null where the person left. */
async function chooseColumns(data: SuggestedData): Promise<ChosenColumns | undefined | null> {
  if (data.columns.length === 0) return undefined;
  const text = await pickColumn(data, vscode.l10n.t('Which column holds the text?'), data.textColumn);
  if (text === undefined) return null;
  const label = await pickColumn(
    { ...data, columns: data.columns.filter(({ index }) => index !== text) },
    vscode.l10n.t('Which column holds the label?'),
    data.labelColumn,
  );
  return label === undefined ? null : { text, label };
}

/** The likeliest first. Stays open where the focus goes elsewhere, as it does while the explorer's menu closes. */
function pickColumn(
  { columns }: SuggestedData,
  title: string,
  likeliest: number | undefined,
): Promise<number | undefined> {
  const sorted = [...columns].sort((a, b) => Number(b.index === likeliest) - Number(a.index === likeliest));
  const items = sorted.map(({ index, name, distinct, samples }) => ({
    value: index,
    label: name ?? vscode.l10n.t('Column {0}', index + 1),
    description: vscode.l10n.t('{0} different values', distinct),
    detail: samples.map((sample) => sample.trim().replace(/\s+/g, ' ').slice(0, 60)).join(' | '),
  }));
  return pick({ title }, items);
}

/** NAME.lstm-lab.json, or with a number where that is taken: nothing is overwritten. */
async function freeName(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let k = 1; ; k++) {
    const uri = vscode.Uri.joinPath(folder, `${name}${k === 1 ? '' : `-${k}`}.lstm-lab.json`);
    const isTaken = await vscode.workspace.fs.stat(uri).then(
      () => true,
      () => false,
    );
    if (!isTaken) return uri;
  }
}

/** Says what the data is like before anything is trained, or what is wrong with it. */
async function tellData(context: CommandContext, target: vscode.Uri): Promise<void> {
  const train = {
    [vscode.l10n.t('Train')]: () => void vscode.commands.executeCommand('lstmInspector.trainLab', target),
  };
  const answer = await context.engine.request('describeLab', labOrderOf(target.fsPath));
  if (answer.ok) context.messages.tell('info', describeData(answer.value), train);
  else context.messages.tell('warning', answer.error.message);
}
