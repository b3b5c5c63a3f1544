import { type Disposable } from '../../base/disposable';
import { type CellWeights } from '../../cells/cellWeights';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type ComputePath } from '../../trace/reading/trace';
import { type TokenTable } from '../../network/sequenceNode';
import { type CellRunner, type RunnerFactory } from './cellRunner';

/** A model whose weights are laid out for reading, once for all texts it reads. */
export interface PreparedModel extends Disposable {
  readonly model: RecurrentModel;
  /** The runner of a cell; with a table where the layer reads tokens. Made when first asked for. */
  runnerFor(weights: CellWeights, table?: TokenTable): CellRunner;
  /** Makes a runner that the asker keeps and disposes of. */
  readonly createRunner: RunnerFactory;
  /** The slowest path that any runner so far takes. */
  readonly path: ComputePath;
}

const slowestFirst: readonly ComputePath[] = ['plain', 'simd', 'relaxed-simd'];

/** Prepares a model; `createRunner` decides which path each cell takes. */
export function prepareModel(model: RecurrentModel, createRunner: RunnerFactory): PreparedModel {
  const withTable = new Map<CellWeights, CellRunner>();
  const alone = new Map<CellWeights, CellRunner>();
  const all = (): CellRunner[] => [...withTable.values(), ...alone.values()];
  return {
    model,
    createRunner,
    runnerFor: (weights, table) => {
      const runners = table ? withTable : alone;
      const known = runners.get(weights);
      if (known) return known;
      const made = createRunner(weights, table);
      runners.set(weights, made);
      return made;
    },
    get path() {
      return slowestFirst.find((path) => all().some((runner) => runner.path === path)) ?? 'plain';
    },
    dispose: () => {
      for (const runner of all()) runner.dispose();
      withTable.clear();
      alone.clear();
    },
  };
}
