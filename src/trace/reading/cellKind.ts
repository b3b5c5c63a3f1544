import { type CellDescription, type CellSetting, type FieldRole } from '../cells/cellDescription';
import { gru } from '../cells/gru';
import { lstm } from '../cells/lstm';
import { minGru } from '../cells/minGru';
import { rnn } from '../cells/rnn';

const described = { rnn, mingru: minGru, gru, lstm } as const;

/** The recurrent cells we read; the description of each is in its file of `trace/cells`. */
export type CellKind = keyof typeof described;

/** The direction in which a layer reads. Traces are in reading order of the text either way. */
export type Direction = 'forward' | 'backward';

type Described = (typeof described)[CellKind];
type KeysOf<T> = T extends unknown ? keyof T : never;

/** What a cell computes at every step, by the letter of its literature. */
export type Field = KeysOf<Described['fields']>;

/** The blocks of a cell's weight matrices, in our order; the pre-activations are `a` for a simple RNN. */
export type Gate = Described['gates'][number];

/** What carries over from one step to the next. */
export type StateName = Described['states'][number];

/** Something for every state of a cell, by name; every cell has an h. */
export type States<T> = Readonly<Partial<Record<StateName, T>>> & { readonly h: T };

/** What is known of each kind. */
export const cellDescriptions: Readonly<Record<CellKind, CellDescription<Field, Gate, StateName>>> = described;

/** Every kind, the plainest first. */
export const cellKinds = Object.keys(described) as readonly CellKind[];

const facts = new Map(Object.values(cellDescriptions).flatMap(({ fields }) => Object.entries(fields))) as ReadonlyMap<
  string,
  { readonly name: string; readonly role: FieldRole }
>;

const fields = Object.fromEntries(
  cellKinds.map((kind) => [kind, Object.keys(described[kind].fields)]),
) as unknown as Readonly<Record<CellKind, readonly Field[]>>;

/** The fields of a cell's trace, in the order in which they are stored. */
export function fieldsOf(cell: CellKind): readonly Field[] {
  return fields[cell];
}

/** The gates of a cell, in the order of the blocks in its weight matrices. */
export function gatesOf(cell: CellKind): readonly Gate[] {
  return cellDescriptions[cell].gates;
}

/** The states of a cell, h first. */
export function statesOf(cell: CellKind): readonly StateName[] {
  return cellDescriptions[cell].states;
}

/** Whether a cell has a state of its own behind h, the c of an LSTM. */
export function hasCellState(cell: CellKind): boolean {
  return statesOf(cell).includes('c');
}

/** Whether h of the step before enters the gates of a cell, so that it has a recurrent kernel. */
export function hasRecurrentKernel(cell: CellKind): boolean {
  return cellDescriptions[cell].gatesReadState;
}

/** Whether anything in a cell is a gate: a number in [0, 1] that multiplies. */
export function hasGates(cell: CellKind): boolean {
  return fieldsOf(cell).some((field) => roleOf(field) === 'gate');
}

/** Whether an untrained cell of a kind knows a setting that not all know. */
export function knowsSetting(cell: CellKind, setting: CellSetting): boolean {
  return cellDescriptions[cell].untrained.settings.includes(setting);
}

/** What a field does; undefined for a letter that no cell has, such as the `a` of a simple RNN. */
export function roleOf(letter: string): FieldRole | undefined {
  return facts.get(letter)?.role;
}

/** The English name of a field, the same in every cell that has it. */
export function fieldName(field: Field): string {
  return facts.get(field)?.name ?? field;
}

/** Those of a step's fields that carry over. */
export function statesIn<T>(fields: Readonly<Partial<Record<Field, T>>> & { readonly h: T }): States<T> {
  return Object.fromEntries(
    Object.entries(fields).filter(([field]) => roleOf(field) === 'state'),
  ) as unknown as States<T>;
}

/** One thing for each state made from another. */
export function mapStates<T, U>(states: States<T>, make: (value: T, state: StateName) => U): States<U> {
  const made = Object.entries(states).map(([state, value]) => [state, make(value as T, state as StateName)]);
  return Object.fromEntries(made) as unknown as States<U>;
}

/** The fields from the top down: what is kept, what enters, the candidate, what leaves, then the states. */
export const displayOrder: readonly Field[] = ['f', 'i', 'g', 'o', 'c', 'z', 'r', 'n', 'h'];

/** The fields of a cell as the views, the hover and the lists show them, from the top down. */
export function shownFieldsOf(cell: CellKind): readonly Field[] {
  return displayOrder.filter((field) => fieldsOf(cell).includes(field));
}
