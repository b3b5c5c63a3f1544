import { type WeightArray } from '../weightArray';
import { type ContainerStep, type KerasLayer } from './network';
import { type KerasWeights } from './kerasWeights';

/** What Keras 2.12 to 3 call the attribute in which a model keeps its layers. */
const containerNames = ['layers', '_layer_checkpoint_dependencies', '_layers', '_self_tracked_trackables'];

/**
 * Finds weights in the layout of Keras 3 (`layers/lstm_1/cell/vars/0`), which names a layer by its class and a counter
 * and not by its own name. Keras 2.15 counts layers with weights twice (lstm, lstm_2...), so only the order of the
 * numbers counts.
 */
export function createKerasV3Weights(arrays: readonly WeightArray[]): KerasWeights {
  return (layer) => {
    const folder = findFolder(arrays, layer);
    if (folder === null) return [];
    return arrays
      .filter(({ name }) => name.startsWith(`${folder}/`) && !name.includes('/seed_generator/'))
      .map((array) => ({ ...array, name: array.name.slice(folder.length + 1) }))
      .sort((a, b) => compareNaturally(a.name, b.name));
  };
}

/** Whether datasets lie in Keras 3's layout. */
export function isKerasV3Layout(arrays: readonly WeightArray[]): boolean {
  return arrays.some(({ name }) => /(^|\/)vars\/\d+$/.test(name));
}

function findFolder(arrays: readonly WeightArray[], layer: KerasLayer): string | null {
  let folder = '';
  for (const step of layer.path) {
    const next = findStep(arrays, folder, step);
    if (next === null) return null;
    folder = next;
  }
  return folder;
}

function findStep(arrays: readonly WeightArray[], folder: string, step: ContainerStep): string | null {
  if (step.isWrapped === true)
    return arrays.some(({ name }) => name.startsWith(`${folder}/layer/`)) ? `${folder}/layer` : null;
  for (const container of containerNames) {
    const start = folder === '' ? `${container}/` : `${folder}/${container}/`;
    const children = new Set(
      arrays.flatMap(({ name }) => (name.startsWith(start) ? [name.slice(start.length).split('/')[0] ?? ''] : [])),
    );
    const key = toSnakeCase(step.className);
    const ofClass = [...children].filter(
      (child) => child === key || (child.startsWith(`${key}_`) && /^\d+$/.test(child.slice(key.length + 1))),
    );
    const found = ofClass.sort(compareNaturally)[step.ordinal] ?? (children.has(step.name) ? step.name : undefined);
    if (found !== undefined) return start + found;
  }
  return null;
}

/** Keras's own rule (`naming.to_snake_case`): SimpleRNN gives simple_rnn, LSTM gives lstm. */
export function toSnakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

/** Folder by folder, so that lstm_cell comes before lstm_cell_1 and what lies in it. */
function compareNaturally(a: string, b: string): number {
  const [left, right] = [a.split('/'), b.split('/')];
  const differing = left.findIndex((part, at) => part !== right[at]);
  if (differing < 0) return left.length - right.length;
  return (left[differing] ?? '').localeCompare(right[differing] ?? '', 'en', { numeric: true });
}
