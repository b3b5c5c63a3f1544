import { type Hdf5Dataset, type Hdf5File } from './hdf5File';
import { type KerasWeights, matchByName } from './kerasWeights';

/**
 * Finds weights in the layout of Keras 1 and 2 and of Keras 3's .h5: a group a layer of the outermost model, whose
 * attribute `weight_names` gives the order. `root` is `model_weights`, or empty for a file of weights only, whose
 * layers may have other names (`savedNames`, by the name in the architecture).
 */
export function createKerasH5Weights(
  file: Hdf5File,
  root: string,
  savedNames: ReadonlyMap<string, string> = new Map(),
): KerasWeights {
  const start = root === '' ? '' : `${root}/`;
  return (layer) => {
    const outermost = layer.path[0]?.name ?? layer.name;
    const group = `${start}${savedNames.get(outermost) ?? outermost}`;
    const inGroup = file.datasets.filter(({ path }) => path.startsWith(`${group}/`));
    const ordered = orderByNames(inGroup, group, file.texts(group, 'weight_names'));
    const relative = ordered.map((dataset) => ({ ...dataset, name: dataset.name.slice(group.length + 1) }));
    if (layer.path.length <= 1) return relative;
    const matched = matchByName(relative, layer);
    return matched.length === 0 && layer.path.length === 2 && layer.path[1]?.isWrapped === true ? relative : matched;
  };
}

function orderByNames(
  datasets: readonly Hdf5Dataset[],
  group: string,
  names: readonly string[],
): readonly Hdf5Dataset[] {
  const byPath = new Map(datasets.map((dataset) => [dataset.path, dataset]));
  const ordered = names.flatMap((name) => byPath.get(`${group}/${name}`) ?? []);
  if (ordered.length === names.length && names.length > 0) return ordered;
  return [...datasets].sort((a, b) => a.path.localeCompare(b.path, 'en', { numeric: true }));
}
