import * as vscode from 'vscode';
import { type ModelSummary } from '../protocol/summaries';
import { type ModelNode } from './modelNode';

/** How a group of models is shown. */
export function groupItem(group: Extract<ModelNode, { kind: 'group' }>['group']): vscode.TreeItem {
  const names = {
    bundled: vscode.l10n.t('Bundled'),
    workspace: vscode.l10n.t('In this workspace'),
    opened: vscode.l10n.t('Opened before'),
  };
  const { Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
  return new vscode.TreeItem(names[group], group === 'bundled' ? Expanded : Collapsed);
}

/** How a model is shown: its cells and sizes, and whether it has a vocabulary. */
export function modelItem(node: Extract<ModelNode, { kind: 'model' }>): vscode.TreeItem {
  const { name, uri, summary } = node;
  const { Collapsed, None } = vscode.TreeItemCollapsibleState;
  const item = new vscode.TreeItem(name, summary?.layers.length === 0 ? None : Collapsed);
  item.iconPath = new vscode.ThemeIcon(uri ? 'file-binary' : 'package');
  item.contextValue = uri ? 'fileModel' : 'bundledModel';
  if (uri) item.resourceUri = uri;
  item.description = summary
    ? `${stackOf(summary)}, ${vocabularyOf(summary)}`
    : vscode.l10n.t('{0} MB, opened when you look inside', Math.round(node.sizeMb ?? 0));
  item.tooltip = summary ? tooltipOf(summary, uri) : (uri?.fsPath ?? name);
  return item;
}

/** How a recurrent layer is shown. */
export function layerItem({
  name,
  cell,
  direction,
  units,
  inputWidth,
}: ModelSummary['layers'][number]): vscode.TreeItem {
  const item = new vscode.TreeItem(`${name} (${cell.toUpperCase()})`);
  const reads = direction === 'backward' ? vscode.l10n.t('backward') : vscode.l10n.t('forward');
  item.description = vscode.l10n.t('{0} units, {1} inputs, {2}', units, inputWidth, reads);
  item.iconPath = new vscode.ThemeIcon('layers');
  return item;
}

/** The heading of the files that could not be read. */
export function unreadableItem({ files }: Extract<ModelNode, { kind: 'unreadable' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(vscode.l10n.t('Not readable'), vscode.TreeItemCollapsibleState.Collapsed);
  item.description = String(files.length);
  item.iconPath = new vscode.ThemeIcon('warning');
  return item;
}

/** A file that could not be read, and why. */
export function unreadableFileItem({
  file: { name, uri, why },
}: Extract<ModelNode, { kind: 'unreadableFile' }>): vscode.TreeItem {
  const item = new vscode.TreeItem(name);
  item.iconPath = new vscode.ThemeIcon('circle-slash');
  item.description = why.startsWith(`${name}: `) ? why.slice(name.length + 2) : why;
  item.tooltip = `${why}\n${uri.fsPath}`;
  item.contextValue = 'unreadableFile';
  return item;
}

/** What stands in a group without models. */
export function nothingItem({ group }: Extract<ModelNode, { kind: 'nothing' }>): vscode.TreeItem {
  const item = new vscode.TreeItem('');
  item.description =
    group === 'workspace'
      ? vscode.l10n.t('No Keras, PyTorch, ONNX or TensorFlow.js model here')
      : vscode.l10n.t('No model file was opened yet');
  return item;
}

/** `LSTM 128 + LSTM 64`, a layer of two directions once. */
function stackOf({ layers }: ModelSummary): string {
  const seen = new Map(layers.map((layer) => [layer.layer, `${layer.cell.toUpperCase()} ${layer.units}`]));
  return [...seen.values()].join(' + ');
}

function vocabularyOf({ input, vocabularySize }: ModelSummary): string {
  if (input === 'values') return vscode.l10n.t('reads numbers');
  if (input === 'ids') return vscode.l10n.t('no vocabulary yet');
  const names = {
    characters: vscode.l10n.t('{0} characters', vocabularySize ?? 0),
    words: vscode.l10n.t('{0} words', vocabularySize ?? 0),
    subwords: vscode.l10n.t('{0} subwords', vocabularySize ?? 0),
  };
  return names[input];
}

function tooltipOf(
  { description, format, input, vocabularySize, parameters, notes }: ModelSummary,
  uri?: vscode.Uri,
): string {
  const vocabulary =
    vocabularySize === undefined ? vscode.l10n.t('No vocabulary') : vscode.l10n.t('Vocabulary: {0}', vocabularySize);
  const size = vscode.l10n.t('{0} parameters', parameters.toLocaleString('en'));
  return [
    description,
    size,
    vscode.l10n.t('Format: {0}', format),
    vscode.l10n.t('Reads: {0}', input),
    vocabulary,
    ...(uri ? [uri.fsPath] : []),
    ...notes,
  ].join('\n');
}
