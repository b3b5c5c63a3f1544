import { type Stage } from '../../network/recurrentModel';
import { matricesOf, sharedPrefix, type TorchBranch, wrongSetting } from './branches';
import { type TorchMatrix } from './torchModules';
import { type TorchOptions } from './torchOptions';

const embeddingName = /emb|lookup|wte|word|token|char|vocab|encoder/i;

/** The matrices without bias that a branch may read: its own, else those of no branch. */
function tablesOf({ path, paths, modules }: TorchBranch): readonly TorchMatrix[] {
  const isTable = ({ bias }: TorchMatrix): boolean => bias === undefined;
  const { own, shared } = matricesOf(path, paths, modules.matrices);
  const tables = own.filter(isTable);
  return tables.length > 0 ? tables : shared.filter(isTable);
}

/** Every table [V, D] whose D the first recurrent module takes. */
export function fittingTables(branch: TorchBranch): readonly TorchMatrix[] {
  return tablesOf(branch).filter(({ columns }) => columns === branch.path[0]?.inputWidth);
}

/** The table that is taken as the embedding; what a person names must be one that fits. */
export function findTable(branch: TorchBranch, { embedding }: TorchOptions): TorchMatrix | undefined {
  const [first] = branch.path;
  if (embedding === null || first === undefined) return undefined;
  if (embedding !== undefined) return namedTable(embedding, branch);
  const tables = fittingTables(branch);
  const named = tables.filter(({ name }) => embeddingName.test(name));
  const nearest = [...named].sort((a, b) => sharedPrefix(b.name, first.name) - sharedPrefix(a.name, first.name))[0];
  return nearest ?? (tables.length === 1 && branch.modules.matrices.length > 1 ? tables[0] : undefined);
}

function namedTable(name: string, { path, modules }: TorchBranch): TorchMatrix {
  const width = path[0]?.inputWidth ?? 0;
  const fitting = modules.matrices.filter(({ bias, columns }) => bias === undefined && columns === width);
  const table = fitting.find((matrix) => matrix.name === name);
  if (table !== undefined) return table;
  const known = fitting.slice(0, 12).map((matrix) => `"${matrix.name}"`);
  throw wrongSetting(
    `"embedding" names "${name.slice(0, 60)}", but a table that gives the ${width} numbers which "${path[0]?.name ?? ''}" takes is ${known.length === 0 ? 'not in the file' : known.join(', ')}`,
  );
}

/** The table [V, D] whose D the first recurrent module takes; by name, then by standing alone. */
export function findFront(
  branch: TorchBranch,
  options: TorchOptions,
): { readonly stages: readonly Stage[]; readonly notes: readonly string[]; readonly table?: TorchMatrix } {
  const table = findTable(branch, options);
  if (table !== undefined) {
    const { name, rows, columns, weight } = table;
    const sizes = { vocabularySize: rows, width: columns };
    return {
      stages: [{ kind: 'embedding', name, table: weight.read(), ...sizes }],
      notes: [`"${name}" [${rows}, ${columns}] is taken as the embedding.`],
      table,
    };
  }
  const [first] = branch.path;
  const other = tablesOf(branch).find(({ name }) => /emb/i.test(name));
  if (other === undefined || first === undefined || options.embedding === null) return { stages: [], notes: [] };
  const why = `the table "${other.name}" gives ${other.columns} numbers, but "${first.name}" takes ${first.inputWidth}, and the file does not say what stands between`;
  return { stages: [{ kind: 'unsupported', name: other.name, why }], notes: [] };
}
