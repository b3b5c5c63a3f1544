import { type WeightArray } from '../weightArray';
import { getObject, getString } from '../untrustedJson';
import { type KerasLayer } from './network';

/** Finds a layer's arrays in a file, in the order in which the layer keeps them; empty where it has none. */
export type KerasWeights = (layer: KerasLayer) => readonly WeightArray[];

/**
 * The arrays whose path names a layer: `lstm_1/lstm_cell_1/kernel:0`, `model_1/lstm_1/kernel`. Among layers of the same
 * name in nested models those count whose path names most of the models around.
 */
export function matchByName(arrays: readonly WeightArray[], layer: KerasLayer): readonly WeightArray[] {
  const around = layer.path.map((step) => step.name);
  const own = around[around.length - 1] ?? layer.name;
  const inner = getObject(layer.config, 'layer');
  const innerConfig = inner === undefined ? undefined : getObject(inner, 'config');
  const innerName = innerConfig === undefined ? undefined : getString(innerConfig, 'name');
  const found = bestMatches(arrays, around, own);
  if (found.length > 0 || innerName === undefined) return found;
  return bestMatches(arrays, around, innerName);
}

function bestMatches(arrays: readonly WeightArray[], around: readonly string[], own: string): readonly WeightArray[] {
  const scored = arrays.flatMap((array) => {
    const parts = array.name.split(/[/\\]/);
    const folders = parts.slice(0, -1);
    const isOld = /_[WUb](_[a-z])?(:\d+)?$/.test(array.name) && (parts[parts.length - 1] ?? '').startsWith(`${own}_`);
    if (!folders.includes(own) && !isOld) return [];
    return [{ array, score: around.filter((name) => folders.includes(name)).length, depth: folders.lastIndexOf(own) }];
  });
  const best = scored.reduce((most, { score }) => Math.max(most, score), 0);
  return scored.filter(({ score }) => score === best).map(({ array }) => array);
}

/** The last part of a weight's name without TensorFlow's `:0`. */
export function leafOf(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/:\d+$/, '');
}
