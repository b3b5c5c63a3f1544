import { checkLayerCount } from '../modelLimits';
import { InspectorError } from '../../base/errors';
import { type Activation } from '../../cells/cellWeights';
import { type NamedMatrix, type TorchChoices } from '../../trace/reading/modelQuestions';
import { assembleModel, type StageChain } from '../assembleModel';
import { type RecurrentModel, type Stage } from '../recurrentModel';
import { transpose, type WeightArray } from '../weightArray';
import { sortModules, type TorchMatrix, type TorchModules } from './torchModules';
import { describeRecurrent, type TorchRecurrent } from './torchRecurrent';

/** What a state dict leaves unsaid, as the user answered it. */
export interface TorchOptions {
  /** Names of the modules in order of computation. */
  readonly order?: readonly string[];
  /** The module that is the embedding; null: none is. */
  readonly embedding?: string | null;
  /** The linear modules behind the last recurrent one, in order; none: the model gives states only. */
  readonly head?: readonly string[];
  /** By module: what follows it (Linear), or what its candidate uses (RNN). */
  readonly activations?: Readonly<Record<string, Activation>>;
}

/** Named tensors of a PyTorch file. */
export interface TorchSource {
  readonly name: string;
  readonly format: RecurrentModel['format'];
  readonly arrays: readonly WeightArray[];
  readonly notes: readonly string[];
}

/**
 * Makes a model of a state dict, which names tensors but neither their order nor what stands between them: recurrent modules
 * are put after each other where their widths fit, the embedding and the head are found by shape and name, and the notes say
 * what was taken. What cannot be known (activations between linear layers) is refused, not guessed.
 */
export function assembleTorch(source: TorchSource, options: TorchOptions): RecurrentModel {
  const modules = sortModules(source.arrays);
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
  const paths = chainModules(orderModules(recurrent, options.order));
  const chains = paths.map((path) => buildChain(path, modules, options));
  const model = assembleModel({
    name: source.name,
    format: source.format,
    chains,
    notes: [...source.notes, ...describeOrder(paths, options)],
  });
  return { ...model, torch: describeChoices(paths[0] ?? [], modules, options) };
}

function sortNaturally(modules: readonly TorchRecurrent[]): readonly TorchRecurrent[] {
  return [...modules].sort((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }));
}

function orderModules(
  recurrent: readonly TorchRecurrent[],
  order: readonly string[] | undefined,
): readonly TorchRecurrent[] {
  if (order === undefined) return recurrent;
  const known = order.flatMap((name) => recurrent.find((module) => module.name === name) ?? []);
  return [...known, ...recurrent.filter((module) => !known.includes(module))];
}

/** Modules that read each other, by widths; those that nothing fits stand alone. Encoders and decoders are never joined. */
function chainModules(modules: readonly TorchRecurrent[]): readonly (readonly TorchRecurrent[])[] {
  const whole = modules.length <= 8 ? findOrder([], modules) : null;
  if (whole !== null) return [whole];
  return modules.map((module) => [module]);
}

function findOrder(done: readonly TorchRecurrent[], left: readonly TorchRecurrent[]): readonly TorchRecurrent[] | null {
  if (left.length === 0) return done;
  const last = done[done.length - 1];
  for (const next of left) {
    if (last !== undefined && !canFollow(last, next)) continue;
    const found = findOrder(
      [...done, next],
      left.filter((module) => module !== next),
    );
    if (found !== null) return found;
  }
  return null;
}

function canFollow(first: TorchRecurrent, second: TorchRecurrent): boolean {
  const sides = [first, second].map(({ name }) => /(encoder|decoder)/i.exec(name)?.[1]?.toLowerCase());
  return first.outputWidth === second.inputWidth && (sides[0] === sides[1] || sides.includes(undefined));
}

function describeOrder(paths: readonly (readonly TorchRecurrent[])[], options: TorchOptions): readonly string[] {
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

interface Choice {
  readonly stages: readonly Stage[];
  readonly notes: readonly string[];
}

function buildChain(path: readonly TorchRecurrent[], modules: TorchModules, options: TorchOptions): StageChain {
  const [first] = path;
  const last = path[path.length - 1];
  if (first === undefined || last === undefined) return { stages: [] };
  const front = findFront(first, modules, options);
  const own = path.flatMap((module) => module.readStages(activationOf(module, options)));
  const used = front.matrix === undefined ? [] : [front.matrix];
  const head = findHead(
    last,
    { ...modules, matrices: modules.matrices.filter((matrix) => !used.includes(matrix)) },
    options,
  );
  const asked = path.filter(({ cell, name }) => cell === 'rnn' && options.activations?.[name] === undefined);
  const unsaid = asked.map(
    ({ name }) =>
      `The file does not say the nonlinearity of the RNN "${name}"; PyTorch's default tanh is taken. "activations" in the .inspector.json says another.`,
  );
  return { stages: [...front.stages, ...own, ...head.stages], notes: [...front.notes, ...unsaid, ...head.notes] };
}

function activationOf({ cell, name }: TorchRecurrent, options: TorchOptions): Activation {
  return cell === 'rnn' ? (options.activations?.[name] ?? 'tanh') : 'tanh';
}

const embeddingName = /emb|lookup|wte|word|token|char|vocab|encoder/i;

/** Every table [V, D] whose D the first recurrent module takes. */
function fittingTables(first: TorchRecurrent, { matrices }: TorchModules): readonly TorchMatrix[] {
  return matrices.filter(({ bias, columns }) => bias === undefined && columns === first.inputWidth);
}

function findTable(first: TorchRecurrent, modules: TorchModules, { embedding }: TorchOptions): TorchMatrix | undefined {
  const tables = fittingTables(first, modules);
  if (embedding === null) return undefined;
  if (embedding !== undefined) return tables.find(({ name }) => name === embedding);
  const named = tables.filter(({ name }) => embeddingName.test(name));
  const nearest = [...named].sort((a, b) => sharedPrefix(b.name, first.name) - sharedPrefix(a.name, first.name))[0];
  return nearest ?? (tables.length === 1 && modules.matrices.length > 1 ? tables[0] : undefined);
}

/** The table [V, D] whose D the first recurrent module takes; by name, then by standing alone. */
function findFront(
  first: TorchRecurrent,
  modules: TorchModules,
  options: TorchOptions,
): Choice & { readonly matrix?: TorchMatrix } {
  const { matrices } = modules;
  const table = findTable(first, modules, options);
  if (table !== undefined) {
    const stage: Stage = {
      kind: 'embedding',
      name: table.name,
      table: table.weight.read(),
      vocabularySize: table.rows,
      width: table.columns,
    };
    return {
      stages: [stage],
      notes: [`"${table.name}" [${table.rows}, ${table.columns}] is taken as the embedding.`],
      matrix: table,
    };
  }
  const other = matrices.find(({ name, bias }) => bias === undefined && /emb/i.test(name));
  if (other === undefined || options.embedding === null) return { stages: [], notes: [] };
  const why = `the table "${other.name}" gives ${other.columns} numbers, but "${first.name}" takes ${first.inputWidth}, and the file does not say what stands between`;
  return { stages: [{ kind: 'unsupported', name: other.name, why }], notes: [] };
}

function sharedPrefix(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}

function linearsOf(matrices: readonly TorchMatrix[]): readonly TorchMatrix[] {
  return matrices.filter(({ name, bias }) => bias !== undefined || !/emb/i.test(name));
}

/** What the person said, as far as its widths fit, else what fits. */
function findChain(
  last: TorchRecurrent,
  linears: readonly TorchMatrix[],
  { head }: TorchOptions,
): readonly TorchMatrix[] {
  if (head === undefined) return chainLinears(last, linears);
  return chainLinears(
    last,
    head.flatMap((name) => linears.find((linear) => linear.name === name) ?? []),
  );
}

/** What was taken for what, and what else could be. */
function describeChoices(path: readonly TorchRecurrent[], modules: TorchModules, options: TorchOptions): TorchChoices {
  const [first] = path;
  const last = path.at(-1);
  if (first === undefined || last === undefined)
    return { recurrent: [], embedding: null, embeddings: [], head: [], heads: [], activations: [] };
  const table = findTable(first, modules, options);
  const linears = linearsOf(modules.matrices).filter((matrix) => matrix !== table);
  const chain = findChain(last, linears, options);
  const said = (name: string): string | null => {
    const activation = options.activations?.[name];
    return activation === undefined ? null : typeof activation === 'string' ? activation : activation.kind;
  };
  const plain = ({ name, rows, columns }: TorchMatrix): NamedMatrix => ({ name, rows, columns });
  return {
    recurrent: path.map(({ name, cell, inputWidth, outputWidth }) => ({ name, cell, inputWidth, outputWidth })),
    embedding: table === undefined ? null : plain(table),
    embeddings: fittingTables(first, modules).map(plain),
    head: chain.map(plain),
    heads: linears.filter(({ columns }) => columns === last.outputWidth).map(plain),
    activations: [
      ...path
        .filter(({ cell }) => cell === 'rnn')
        .map(({ name }) => ({ name, of: 'rnn' as const, taken: said(name) ?? 'tanh' })),
      ...chain.slice(0, -1).map(({ name }) => ({ name, of: 'linear' as const, taken: said(name) })),
    ],
  };
}

/** The linear layers behind the last recurrent module, as far as the file says what stands between. */
function findHead(last: TorchRecurrent, { matrices, others }: TorchModules, options: TorchOptions): Choice {
  const linears = linearsOf(matrices);
  const chain = findChain(last, linears, options);
  const [first] = chain;
  if (first === undefined)
    return {
      stages: [],
      notes: describeUnplaced(
        linears.map(({ name }) => name),
        others,
      ),
    };
  const between = others.filter((name) => !/crf|transition|criterion|loss/i.test(name));
  if (between.length > 0 && options.head === undefined) {
    const why = `the file also holds "${between.slice(0, 3).join('", "')}", and does not say where it stands before "${first.name}"`;
    return { stages: [{ kind: 'unsupported', name: first.name, why }], notes: [] };
  }
  const open = chain.slice(0, -1).find(({ name }) => options.activations?.[name] === undefined);
  if (open !== undefined) {
    const why = `the file does not say which activation follows the linear layer "${open.name}" ("activations" in the .inspector.json does)`;
    return { stages: [{ kind: 'unsupported', name: open.name, why }], notes: [] };
  }
  const placed = chain.map(({ name }) => name);
  const left = linears.map(({ name }) => name).filter((name) => !placed.includes(name));
  return {
    stages: chain.map((linear) => toDense(linear, options.activations?.[linear.name] ?? 'linear')),
    notes: [
      `"${placed.join('", "')}" is taken as the output layer and applied at every step; an activation behind it is not in the file.`,
      ...describeUnplaced(left, others),
    ],
  };
}

/** Linear layers that fit after each other, from the width that the recurrent module gives. */
function chainLinears(last: TorchRecurrent, linears: readonly TorchMatrix[]): readonly TorchMatrix[] {
  const chain: TorchMatrix[] = [];
  let width = last.outputWidth;
  for (;;) {
    const fitting = linears.filter((linear) => linear.columns === width && !chain.includes(linear));
    const nearest = [...fitting].sort((a, b) => sharedPrefix(b.name, last.name) - sharedPrefix(a.name, last.name))[0];
    if (nearest === undefined) return chain;
    chain.push(nearest);
    width = nearest.rows;
  }
}

function describeUnplaced(linears: readonly string[], others: readonly string[]): readonly string[] {
  const names = [...linears, ...others];
  return names.length === 0 ? [] : [`Not placed: ${names.slice(0, 8).join(', ')}.`];
}

/** A Linear keeps [N, D]; a dense stage [D, N]. */
function toDense({ name, weight, bias, rows, columns }: TorchMatrix, activation: Activation): Stage {
  return {
    kind: 'dense',
    name,
    inputWidth: columns,
    outputWidth: rows,
    kernel: transpose(weight.read(), rows, columns),
    ...(bias === undefined ? {} : { bias: bias.read() }),
    activation,
  };
}
