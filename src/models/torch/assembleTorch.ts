import { checkLayerCount } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { type Activation } from '../../cells/cellWeights';
import { type NamedMatrix, type TorchChoices } from '../../trace/reading/modelQuestions';
import { assembleModel, type StageChain } from '../assembleModel';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type WeightArray } from '../weightArray';
import { findPaths, isDecoder, type TorchBranch, type TorchPath } from './branches';
import { findChain, findHead } from './torchHead';
import { findFront, findTable, fittingTables } from './torchFront';
import { type TorchOptions } from './torchOptions';
import { sortModules, type TorchMatrix } from './torchModules';
import { describeRecurrent, type TorchRecurrent } from './torchRecurrent';

/** Named tensors of a PyTorch file. */
export interface TorchSource {
  readonly name: string;
  readonly format: RecurrentModel['format'];
  readonly arrays: readonly WeightArray[];
  readonly notes: readonly string[];
}

/**
 * Makes a model of a state dict, which names tensors but neither their order nor what stands between them: recurrent
 * modules are put after each other where their widths fit, the embedding and the head are found by shape and name, and
 * the notes say what was taken. What cannot be known (activations between linear layers) is refused, not guessed.
 */
export function assembleTorch(source: TorchSource, options: TorchOptions): RecurrentModel {
  const modules = sortModules(source.arrays, source.format === 'safetensors');
  if (modules.recurrent.length === 0) {
    const names = source.arrays.slice(0, 6).map(({ name }) => name);
    throw new InspectorError(
      'model-unsupported',
      `no tensor is named weight_ih_l0, as those of nn.LSTM, nn.GRU and nn.RNN are. It has ${names.join(', ')}.`,
    );
  }
  checkLayerCount(modules.recurrent.length);
  const described = modules.recurrent.map(describeRecurrent);
  // A safetensors file sorts its names; a state dict keeps the order in which the modules were made.
  const recurrent = source.format === 'safetensors' ? sortNaturally(described) : described;
  const paths = findPaths(recurrent, modules.matrices, options.order);
  const [first = []] = paths;
  const chains = paths.map((path, index) =>
    buildChain({ path, paths, modules }, index === 0 ? options : aside(options)),
  );
  const model = assembleModel({
    name: source.name,
    format: source.format,
    chains,
    notes: [...source.notes, ...describeOrder(paths, options), ...describeBranches(paths)],
  });
  return { ...model, torch: describeChoices({ path: first, paths, modules }, options) };
}

/** What a person said of the modules, without what they said of the path that is read. */
function aside({ activations }: TorchOptions): TorchOptions {
  return activations === undefined ? {} : { activations };
}

/** The branches that are not read, and how to read them. */
function describeBranches([first, ...others]: readonly TorchPath[]): readonly string[] {
  const joined = (path: TorchPath): string => path.map(({ name }) => `"${name}"`).join(', ');
  const [second] = others;
  if (first === undefined || second === undefined) return [];
  return [
    `The file holds ${others.length + 1} branches; ${joined(first)} is read. "order": [${joined(second)}] in the .inspector.json reads another.`,
  ];
}

function sortNaturally(modules: readonly TorchRecurrent[]): readonly TorchRecurrent[] {
  return [...modules].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function describeOrder(paths: readonly TorchPath[], options: TorchOptions): readonly string[] {
  const [path = []] = paths;
  const sameWidths = path.length > 1 && path.every(({ inputWidth, outputWidth }) => inputWidth === outputWidth);
  if (path.length < 2 || options.order !== undefined) return [];
  const how = sameWidths
    ? 'in the order of the file (their widths fit any order)'
    : 'in the order in which their widths fit';
  return [
    `Recurrent modules are taken ${how}: ${path.map(({ name }) => name).join(', ')}. "order" in the .inspector.json says another.`,
  ];
}

function buildChain(branch: TorchBranch, options: TorchOptions): StageChain {
  const { path, paths } = branch;
  const front = findFront(branch, options);
  const own = path.flatMap((module) => module.readStages(activationOf(module, options)));
  const head = findHead(branch, front.table, options);
  const asked = path.filter(({ cell, name }) => cell === 'rnn' && options.activations?.[name] === undefined);
  const unsaid = asked.map(
    ({ name }) =>
      `The file does not say the nonlinearity of the RNN "${name}"; PyTorch's default tanh is taken. "activations" in the .inspector.json says another.`,
  );
  const begins = isDecoder(path) && paths.length > 1 ? path.slice(0, 1) : [];
  const zeros = begins.map(
    ({ name }) => `"${name}" begins from zeros here; in the model its first state is another module's last.`,
  );
  return {
    stages: [...front.stages, ...own, ...head.stages],
    notes: [...front.notes, ...zeros, ...unsaid, ...head.notes],
  };
}

function activationOf({ cell, name }: TorchRecurrent, options: TorchOptions): Activation {
  return cell === 'rnn' ? (options.activations?.[name] ?? 'tanh') : 'tanh';
}

/** What was taken for what, and what else could be. */
function describeChoices(branch: TorchBranch, options: TorchOptions): TorchChoices {
  const { path } = branch;
  const table = findTable(branch, options);
  const { chain, candidates } = findChain(branch, table, options);
  const said = (name: string): string | null => {
    const activation = options.activations?.[name];
    return activation === undefined ? null : typeof activation === 'string' ? activation : activation.kind;
  };
  const plain = ({ name, rows, columns }: TorchMatrix): NamedMatrix => ({ name, rows, columns });
  return {
    recurrent: path.map(({ name, cell, inputWidth, outputWidth }) => ({ name, cell, inputWidth, outputWidth })),
    embedding: table === undefined ? null : plain(table),
    embeddings: fittingTables(branch).map(plain),
    head: chain.map(plain),
    heads: candidates.map(plain),
    activations: [
      ...path
        .filter(({ cell }) => cell === 'rnn')
        .map(({ name }) => ({ name, of: 'recurrent' as const, taken: said(name) ?? 'tanh' })),
      ...chain.slice(0, -1).map(({ name }) => ({ name, of: 'linear' as const, taken: said(name) })),
    ],
  };
}
