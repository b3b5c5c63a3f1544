import { cellDescriptions } from '../trace/reading/cellKind';
import * as vscode from 'vscode';
import { type ModelSummary } from '../protocol/summaries';
import { treeItem } from '../show/treeItem';
import { type ModelNode } from './modelNode';

/** How a group of models is shown. */
export function groupItem(group: Extract<ModelNode, { kind: 'group' }>['group']): vscode.TreeItem {
  const names = {
    bundled: vscode.l10n.t('Bundled'),
    workspace: vscode.l10n.t('In this workspace'),
    opened: vscode.l10n.t('Opened before'),
  };
  return treeItem({ label: names[group], isOpen: group === 'bundled' });
}

/** How a model is shown: its cells and sizes, and whether it has a vocabulary. */
export function modelItem({ name, uri, summary, sizeMb }: Extract<ModelNode, { kind: 'model' }>): vscode.TreeItem {
  return treeItem({
    label: name,
    isOpen: summary?.layers.length === 0 ? 'leaf' : false,
    icon: uri ? 'file-binary' : 'package',
    contextValue: uri ? 'fileModel' : 'bundledModel',
    ...(uri ? { resourceUri: uri } : {}),
    description: summary
      ? `${stackOf(summary)}, ${vocabularyOf(summary)}`
      : vscode.l10n.t('{0} MB, opened when you look inside', Math.round(sizeMb ?? 0)),
    tooltip: summary ? tooltipOf(summary, uri) : (uri?.fsPath ?? name),
  });
}

/** How a recurrent layer is shown. */
export function layerItem({
  name,
  cell,
  direction,
  units,
  inputWidth,
}: ModelSummary['layers'][number]): vscode.TreeItem {
  const reads = direction === 'backward' ? vscode.l10n.t('backward') : vscode.l10n.t('forward');
  return treeItem({
    label: `${name} (${cellDescriptions[cell].name})`,
    description: vscode.l10n.t('{0} units, {1} inputs, {2}', units, inputWidth, reads),
    icon: 'layers',
  });
}

/** The heading of the files that could not be read. */
export function unreadableItem({ files }: Extract<ModelNode, { kind: 'unreadable' }>): vscode.TreeItem {
  return treeItem({
    label: vscode.l10n.t('Not readable'),
    isOpen: false,
    description: String(files.length),
    icon: 'warning',
  });
}

/** A file that could not be read, and why. */
export function unreadableFileItem({
  file: { name, uri, why },
}: Extract<ModelNode, { kind: 'unreadableFile' }>): vscode.TreeItem {
  return treeItem({
    label: name,
    icon: 'circle-slash',
    description: why.startsWith(`${name}: `) ? why.slice(name.length + 2) : why,
    tooltip: `${why}\n${uri.fsPath}`,
    contextValue: 'unreadableFile',
  });
}

/** What stands in a group without models. */
export function nothingItem({ group }: Extract<ModelNode, { kind: 'nothing' }>): vscode.TreeItem {
  const description =
    group === 'workspace'
      ? vscode.l10n.t('No Keras, PyTorch, ONNX or TensorFlow.js model here')
      : vscode.l10n.t('No model file was opened yet');
  return treeItem({ label: '', description });
}

/** `LSTM 128 + LSTM 64`, a layer of two directions once. */
function stackOf({ layers }: ModelSummary): string {
  const seen = new Map(layers.map((layer) => [layer.layer, `${cellDescriptions[layer.cell].name} ${layer.units}`]));
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
