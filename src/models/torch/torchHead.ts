import { type Activation } from '../../cells/cellWeights';
import { type Stage } from '../../network/recurrentModel';
import { transpose } from '../weightArray';
import { matricesOf, sharedPrefix, type TorchBranch, wrongSetting } from './branches';
import { type TorchMatrix } from './torchModules';
import { type TorchOptions } from './torchOptions';

/** The linear layers behind a branch, in order, and every one that could stand right behind it. */
interface HeadChain {
  readonly chain: readonly TorchMatrix[];
  readonly candidates: readonly TorchMatrix[];
}

/** What a person said, whose widths must fit, else what fits and cannot be another branch's. */
export function findChain(branch: TorchBranch, table: TorchMatrix | undefined, { head }: TorchOptions): HeadChain {
  const { path, paths, modules } = branch;
  const last = path.at(-1);
  if (last === undefined) return { chain: [], candidates: [] };
  const all = linearsOf(modules.matrices).filter((matrix) => matrix !== table);
  const candidates = all.filter(({ columns }) => columns === last.outputWidth);
  if (head !== undefined) return { chain: readHead(head, all, branch), candidates };
  const { own, shared } = matricesOf(path, paths, all);
  const widths = paths.map((each) => each.at(-1)?.outputWidth ?? 0);
  const together = widths.reduce((sum, width) => sum + width, 0);
  // A layer that no branch names is this one's only where it can be no other's, nor that of all together.
  const isMineAlone = ({ columns }: TorchMatrix): boolean =>
    columns !== together && widths.filter((width) => width === columns).length < 2;
  const begins = [...own, ...shared.filter(isMineAlone)];
  return { chain: chainLinears(branch, begins, [...own, ...shared]), candidates };
}

function linearsOf(matrices: readonly TorchMatrix[]): readonly TorchMatrix[] {
  return matrices.filter(({ name, bias }) => bias !== undefined || !/emb/i.test(name));
}

function readHead(head: readonly string[], linears: readonly TorchMatrix[], { path }: TorchBranch): TorchMatrix[] {
  let { name: before = '', outputWidth: width = 0 } = path.at(-1) ?? {};
  return head.map((name) => {
    const linear = linears.find((each) => each.name === name);
    if (linear === undefined) {
      const known = linears.slice(0, 12).map((each) => `"${each.name}"`);
      throw wrongSetting(
        `"head" names "${name.slice(0, 60)}", but the linear layers of the file are ${known.join(', ')}`,
      );
    }
    if (linear.columns !== width)
      throw wrongSetting(
        `"head" puts "${name}" after "${before}", but it takes ${linear.columns} numbers and "${before}" gives ${width}`,
      );
    [before, width] = [name, linear.rows];
    return linear;
  });
}

/** Linear layers that fit after each other, from the width that the last recurrent module gives. */
function chainLinears(
  { path }: TorchBranch,
  begins: readonly TorchMatrix[],
  linears: readonly TorchMatrix[],
): readonly TorchMatrix[] {
  const last = path.at(-1);
  const chain: TorchMatrix[] = [];
  let width = last?.outputWidth ?? 0;
  for (;;) {
    const fitting = (chain.length === 0 ? begins : linears).filter(
      (linear) => linear.columns === width && !chain.includes(linear),
    );
    const nearest = [...fitting].sort(
      (a, b) => sharedPrefix(b.name, last?.name ?? '') - sharedPrefix(a.name, last?.name ?? ''),
    )[0];
    if (nearest === undefined) return chain;
    chain.push(nearest);
    width = nearest.rows;
  }
}

/** The linear layers behind the last recurrent module, as far as the file says what stands between. */
export function findHead(
  branch: TorchBranch,
  table: TorchMatrix | undefined,
  options: TorchOptions,
): { readonly stages: readonly Stage[]; readonly notes: readonly string[] } {
  const { modules } = branch;
  const { chain } = findChain(branch, table, options);
  const placed = chain.map(({ name }) => name);
  const linears = linearsOf(modules.matrices).filter((matrix) => matrix !== table);
  const left = linears.map(({ name }) => name).filter((name) => !placed.includes(name));
  const [first] = chain;
  if (first === undefined)
    return { stages: withoutHead(branch, left, options), notes: describeUnplaced(left, modules.others) };
  const open = whatIsOpen(branch, { chain, linears, options });
  if (open !== undefined) return { stages: [{ kind: 'unsupported', ...open }], notes: [] };
  return {
    stages: chain.map((linear) => toDense(linear, options.activations?.[linear.name] ?? 'linear')),
    notes: [
      `"${placed.join('", "')}" is taken as the output layer and applied at every step; an activation behind it is not in the file.`,
      ...describeUnplaced(left, modules.others),
    ],
  };
}

/**
 * A branch without a layer of its own, or one before layers that fit nowhere, gives no output; a recurrent module alone
 * gives its states.
 */
function withoutHead({ path, paths }: TorchBranch, left: readonly string[], { head }: TorchOptions): readonly Stage[] {
  const name = path.at(-1)?.name ?? '';
  if (head !== undefined || (paths.length === 1 && left.length === 0)) return [];
  const why =
    paths.length > 1
      ? `the file does not say what follows the branch of "${name}", one of ${paths.length} ("head" in the .inspector.json does; an empty list: nothing)`
      : `none of the linear layers "${left.slice(0, 3).join('", "')}" takes the ${path.at(-1)?.outputWidth ?? 0} numbers that "${name}" gives`;
  return [{ kind: 'unsupported', name, why }];
}

interface Placed {
  readonly chain: readonly TorchMatrix[];
  readonly linears: readonly TorchMatrix[];
  readonly options: TorchOptions;
}

/** What the file leaves open of a head: the layer, and why it is not computed; undefined: nothing. */
function whatIsOpen(
  branch: TorchBranch,
  { chain, linears, options }: Placed,
): { readonly name: string; readonly why: string } | undefined {
  const name = chain[0]?.name ?? '';
  const between = branch.modules.others.filter((other) => !/crf|transition|criterion|loss/i.test(other));
  if (between.length > 0 && options.head === undefined) {
    const why = `the file also holds "${between.slice(0, 3).join('", "')}", and does not say where it stands before "${name}"`;
    return { name, why };
  }
  const feeder = options.head === undefined ? findFeeder(branch, chain, linears) : undefined;
  if (feeder !== undefined) {
    const why = `"${feeder.name}", which takes ${feeder.columns} numbers, gives the ${feeder.rows} that "${name}" takes, and the file does not say whether it stands before "${name}" ("head" in the .inspector.json does)`;
    return { name, why };
  }
  const open = chain.slice(0, -1).find((linear) => options.activations?.[linear.name] === undefined);
  if (open === undefined) return undefined;
  const why = `the file does not say which activation follows the linear layer "${open.name}" ("activations" in the .inspector.json does)`;
  return { name: open.name, why };
}

/**
 * A linear layer that the head may follow instead of the recurrent module: it fits in front, and stands behind the
 * module in the file.
 */
function findFeeder(
  { path, paths, modules }: TorchBranch,
  chain: readonly TorchMatrix[],
  linears: readonly TorchMatrix[],
): TorchMatrix | undefined {
  const { own, shared } = matricesOf(path, paths, linears);
  const place = modules.places.get(path[0]?.name ?? '') ?? modules.places.get('') ?? 0;
  const isBehind = ({ name }: TorchMatrix): boolean => modules.isSorted || (modules.places.get(name) ?? 0) > place;
  return [...own, ...shared].find(
    (linear) => !chain.includes(linear) && linear.rows === chain[0]?.columns && isBehind(linear),
  );
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
