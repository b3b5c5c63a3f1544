import { InspectorError } from '../../base/errors';
import { type TorchMatrix, type TorchModules } from './torchModules';
import { type TorchRecurrent } from './torchRecurrent';

/** Recurrent modules that read each other. */
export type TorchPath = readonly TorchRecurrent[];

/** One path of a file, among all of them. */
export interface TorchBranch {
  readonly path: TorchPath;
  readonly paths: readonly TorchPath[];
  readonly modules: TorchModules;
}

/** Words that tell one layer of a stack from the next, and not one branch of a network from another. */
const stackWords =
  /^(\d+|rnns?|lstms?|grus?|bi|bilstm|bigru|birnn|cells?|layers?|stack|blocks?|module|net|model|first|second|third|fourth|bottom|top|lower|upper|deep|in|out|input|output|hidden)$/;

/** The words of a module's name: `encoder.lstm_1` and `encoderLstm1` are `encoder`, `lstm`, `1`. */
function wordsOf(name: string): readonly string[] {
  return (
    name
      .replace(/([a-z\d])([A-Z])/g, '$1 $2')
      .toLowerCase()
      .match(/\p{L}+|\d+/gu) ?? []
  );
}

/** What names a module's branch: its words without those that count layers. */
function branchOf({ name }: TorchRecurrent): string {
  return [...new Set(wordsOf(name).filter((word) => !stackWords.test(word)))].sort().join(' ');
}

/**
 * The paths of a network: modules of one branch, told by their names, after each other where their widths fit. Modules
 * of different branches (towers, encoder and decoder), and those with a table of their own, are never put after each
 * other, unless `order` says so. The path that reads the text comes first.
 */
export function findPaths(
  modules: readonly TorchRecurrent[],
  matrices: readonly TorchMatrix[],
  order: readonly string[] | undefined,
): readonly TorchPath[] {
  const said = order === undefined ? [] : readOrder(modules, order);
  const left = modules.filter((module) => !said.includes(module));
  const groups = new Map<string, TorchRecurrent[]>();
  for (const module of left) groups.set(branchOf(module), [...(groups.get(branchOf(module)) ?? []), module]);
  const last = said.at(-1);
  const own = last === undefined ? [] : (groups.get(branchOf(last)) ?? []);
  const whole = own.length === 0 ? null : findOrder(said, own, matrices);
  if (last !== undefined && whole !== null) groups.delete(branchOf(last));
  const first = said.length === 0 ? [] : [whole ?? said];
  const others = [...groups.values()].flatMap((group) => chainGroup(group, matrices));
  return [...first, ...(order === undefined ? putReadersFirst(others) : others)];
}

/** The modules that `order` names, which must fit each other. */
function readOrder(modules: readonly TorchRecurrent[], order: readonly string[]): TorchPath {
  const path = order.map((name) => {
    const module = modules.find((each) => each.name === name);
    if (module !== undefined) return module;
    const known = modules.slice(0, 12).map((each) => `"${each.name}"`);
    throw wrongSetting(
      `"order" names "${name.slice(0, 60)}", but the recurrent modules of the file are ${known.join(', ')}`,
    );
  });
  path.forEach((module, index) => {
    const before = path[index - 1];
    if (before !== undefined && before.outputWidth !== module.inputWidth)
      throw wrongSetting(
        `"order" puts "${module.name}" after "${before.name}", but it takes ${module.inputWidth} numbers and "${before.name}" gives ${before.outputWidth}`,
      );
  });
  return path;
}

/** A setting that does not fit the file. */
export function wrongSetting(why: string): InspectorError {
  return new InspectorError('model-needs-answer', `${why}. Change it in the .inspector.json.`);
}

function chainGroup(group: TorchPath, matrices: readonly TorchMatrix[]): readonly TorchPath[] {
  const whole = group.length <= 8 ? findOrder([], group, matrices) : null;
  return whole === null ? group.map((module) => [module]) : [whole];
}

function findOrder(done: TorchPath, left: TorchPath, matrices: readonly TorchMatrix[]): TorchPath | null {
  if (left.length === 0) return done;
  const last = done[done.length - 1];
  for (const next of left) {
    if (last !== undefined && !canFollow(last, next, matrices)) continue;
    const rest = left.filter((module) => module !== next);
    const found = findOrder([...done, next], rest, matrices);
    if (found !== null) return found;
  }
  return null;
}

function canFollow(first: TorchRecurrent, second: TorchRecurrent, matrices: readonly TorchMatrix[]): boolean {
  if (first.outputWidth !== second.inputWidth) return false;
  return !matrices.some(
    ({ name, bias, columns }) =>
      bias === undefined && columns === second.inputWidth && /emb/i.test(name) && belongsTo(name, [second], [first]),
  );
}

/**
 * Whether a name holds a word that tells some modules from others, and none that tells the others; numbers count where
 * no word does.
 */
function belongsTo(name: string, modules: TorchPath, others: TorchPath): boolean {
  const [own, foreign] = [modules, others].map((path) => path.flatMap((module) => wordsOf(module.name))) as [
    string[],
    string[],
  ];
  const mine = own.filter((word) => !foreign.includes(word));
  const theirs = foreign.filter((word) => !own.includes(word));
  const hasWords = [...mine, ...theirs].some((word) => !/^\d+$/.test(word));
  const words = wordsOf(name).filter((word) => !hasWords || !/^\d+$/.test(word));
  return words.some((word) => mine.includes(word)) && !words.some((word) => theirs.includes(word));
}

const readerWords = ['encoder', 'enc', 'en', 'source', 'src'];
const writerWords = ['decoder', 'dec', 'de', 'target', 'tgt', 'trg'];

/** Whether the path writes what another reads: a decoder, whose first state is the encoder's. */
export function isDecoder(path: TorchPath): boolean {
  return path.some(({ name }) => wordsOf(name).some((word) => writerWords.includes(word)));
}

function isEncoder(path: TorchPath): boolean {
  return path.some(({ name }) => wordsOf(name).some((word) => readerWords.includes(word)));
}

/** Encoders before what is none, where there is a decoder. */
function putReadersFirst(paths: readonly TorchPath[]): readonly TorchPath[] {
  if (!paths.some(isDecoder) || !paths.some(isEncoder)) return paths;
  return [...paths].sort((a, b) => Number(isEncoder(b)) - Number(isEncoder(a)));
}

/**
 * The matrices that a path may use: all where it is the only one, else those whose names belong to it. `shared` are
 * those of no path: a table all may read, but a layer behind may be any one's, or join several.
 */
export function matricesOf(
  path: TorchPath,
  paths: readonly TorchPath[],
  matrices: readonly TorchMatrix[],
): { readonly own: readonly TorchMatrix[]; readonly shared: readonly TorchMatrix[] } {
  const others = paths.filter((each) => each !== path);
  if (others.length === 0) return { own: matrices, shared: [] };
  const owns = (owner: TorchPath, { name }: TorchMatrix): boolean => {
    const rest = paths.filter((each) => each !== owner).flat();
    return belongsTo(name, owner, rest);
  };
  return {
    own: matrices.filter((matrix) => owns(path, matrix)),
    shared: matrices.filter((matrix) => !paths.some((each) => owns(each, matrix))),
  };
}

/** How many parts of two names, cut at dots, agree from the beginning. */
export function sharedPrefix(a: string, b: string): number {
  const [left, right] = [a.split('.'), b.split('.')];
  let count = 0;
  while (count < left.length && left[count] === right[count]) count++;
  return count;
}
