import * as vscode from 'vscode';
import { type TorchChoices } from './modelSettings';
import { type Answer, pickOne } from '../pickOne';

/** What a person says of a PyTorch file, as `.inspector.json` keeps it. */
export interface TorchAnswer {
  readonly order: readonly string[];
  readonly embedding: string | null;
  readonly head: readonly string[];
  readonly activations: Readonly<Record<string, string>>;
  readonly task?: string;
}

type Matrix = TorchChoices['heads'][number];
type Part = 'accept' | 'order' | 'embedding' | 'head' | 'task' | { readonly activation: string };

/**
 * Shows what was taken for what in a PyTorch file, with shapes; each line can be changed before the whole is confirmed.
 * Undefined when dismissed.
 */
export async function confirmTorch(choices: TorchChoices, title: string): Promise<TorchAnswer | undefined> {
  let answer = firstAnswer(choices);
  for (;;) {
    const part = await pickOne<Part>(
      title,
      vscode.l10n.t('A PyTorch file names its tensors, not their use. Is this right?'),
      linesOf(choices, answer),
    );
    if (part === undefined) return undefined;
    if (part === 'accept') return answer;
    answer = { ...answer, ...(await change(part, choices, { answer, title })) };
  }
}

function firstAnswer({ recurrent, embedding, head, activations }: TorchChoices): TorchAnswer {
  const known = activations.flatMap(({ name, taken }) => (taken === null ? [] : [[name, taken] as const]));
  return {
    order: recurrent.map(({ name }) => name),
    embedding: embedding?.name ?? null,
    head: head.map(({ name }) => name),
    activations: Object.fromEntries(known),
  };
}

function linesOf(choices: TorchChoices, answer: TorchAnswer): readonly Answer<Part>[] {
  const none = vscode.l10n.t('none');
  const embedding = choices.embeddings.find(({ name }) => name === answer.embedding);
  const heads = [...choices.head, ...choices.heads];
  const head = answer.head.map((name) => shapeOf(heads.find((matrix) => matrix.name === name))).join(' \u2192 ');
  const recurrent = answer.order.flatMap((name) => choices.recurrent.find((module) => module.name === name) ?? []);
  const activations = openActivations(choices, answer).map(({ name, of }): Answer<Part> => ({
    icon: 'symbol-operator',
    label:
      of === 'recurrent'
        ? vscode.l10n.t('Nonlinearity of the RNN \u201c{0}\u201d', name)
        : vscode.l10n.t('Function behind \u201c{0}\u201d', name),
    description: answer.activations[name] ?? vscode.l10n.t('not said: what follows is not computed'),
    value: { activation: name },
  }));
  return [
    {
      icon: 'check',
      label: vscode.l10n.t('This is right'),
      detail: vscode.l10n.t('Kept beside the model, and read from there from now on'),
      value: 'accept',
    },
    {
      icon: 'symbol-array',
      label: vscode.l10n.t('Embedding'),
      description: embedding ? shapeOf(embedding) : none,
      detail: others(choices.embeddings, embedding?.name),
      value: 'embedding',
    },
    {
      icon: 'layers',
      label: vscode.l10n.t('Recurrent layers'),
      description: recurrent
        .map(
          ({ name, cell, inputWidth, outputWidth }) =>
            `${name}: ${cell.toUpperCase()} ${inputWidth} \u2192 ${outputWidth}`,
        )
        .join(', '),
      value: 'order',
    },
    {
      icon: 'output',
      label: vscode.l10n.t('Output layers'),
      description: head === '' ? none : head,
      detail: others(choices.heads, answer.head[0]),
      value: 'head',
    },
    ...activations,
    {
      icon: 'target',
      label: vscode.l10n.t('Task'),
      description: answer.task ?? vscode.l10n.t('as its output layer says'),
      value: 'task',
    },
  ];
}

/** Functions that matter for what was chosen: of RNNs, and between the layers of the head. */
function openActivations({ activations }: TorchChoices, { head }: TorchAnswer): TorchChoices['activations'] {
  return activations.filter(({ name, of }) => of === 'recurrent' || head.slice(0, -1).includes(name));
}

function shapeOf(matrix: Matrix | undefined): string {
  return matrix === undefined ? '' : `${matrix.name} [${matrix.rows}, ${matrix.columns}]`;
}

function others(all: readonly Matrix[], chosen: string | undefined): string {
  const rest = all.filter(({ name }) => name !== chosen);
  return rest.length === 0 ? '' : vscode.l10n.t('Also possible: {0}', rest.slice(0, 4).map(shapeOf).join(', '));
}

interface Change {
  readonly answer: TorchAnswer;
  readonly title: string;
}

async function change(
  part: Exclude<Part, 'accept'>,
  choices: TorchChoices,
  { answer, title }: Change,
): Promise<Partial<TorchAnswer>> {
  if (part === 'embedding') return changeEmbedding(choices, title);
  if (part === 'head') return changeHead(choices, title);
  if (part === 'order') return changeOrder(choices, answer, title);
  if (part === 'task') return changeTask(title);
  return changeActivation(part.activation, answer, title);
}

async function changeEmbedding({ embeddings }: TorchChoices, title: string): Promise<Partial<TorchAnswer>> {
  const none: Answer<string | null> = { label: vscode.l10n.t('None: it reads rows of numbers'), value: null };
  const embedding = await pickOne(title, vscode.l10n.t('Which matrix is the embedding?'), [
    ...embeddings.map((matrix): Answer<string | null> => ({ label: shapeOf(matrix), value: matrix.name })),
    none,
  ]);
  return embedding === undefined ? {} : { embedding };
}

async function changeHead({ head, heads }: TorchChoices, title: string): Promise<Partial<TorchAnswer>> {
  const whole =
    head.length > 1 ? [{ label: head.map(shapeOf).join(' \u2192 '), value: head.map(({ name }) => name) }] : [];
  const single = heads.map((matrix) => ({ label: shapeOf(matrix), value: [matrix.name] }));
  const none = { label: vscode.l10n.t('None: it gives states only'), value: [] as string[] };
  const chosen = await pickOne(title, vscode.l10n.t('Which linear layers follow the last recurrent layer?'), [
    ...whole,
    ...single,
    none,
  ]);
  return chosen === undefined ? {} : { head: chosen };
}

/** The next of two or more modules is asked for until all have their place. */
async function changeOrder(
  { recurrent }: TorchChoices,
  { order }: TorchAnswer,
  title: string,
): Promise<Partial<TorchAnswer>> {
  const chosen: string[] = [];
  while (recurrent.length - chosen.length > 1) {
    const left = recurrent.filter(({ name }) => !chosen.includes(name));
    const next = await pickOne(
      title,
      vscode.l10n.t('Which recurrent layer is number {0}?', chosen.length + 1),
      left.map(({ name, inputWidth, outputWidth }) => ({
        label: name,
        description: `${inputWidth} \u2192 ${outputWidth}`,
        value: name,
      })),
    );
    if (next === undefined) return {};
    chosen.push(next);
  }
  return { order: [...chosen, ...order.filter((name) => !chosen.includes(name))] };
}

async function changeTask(title: string): Promise<Partial<TorchAnswer>> {
  const task = await pickOne(title, vscode.l10n.t('What was the model trained for?'), [
    { label: vscode.l10n.t('To predict the next token'), value: 'next-token' },
    { label: vscode.l10n.t('To classify'), value: 'classify' },
    { label: vscode.l10n.t('To give numbers'), value: 'regress' },
    { label: vscode.l10n.t('Only its states matter'), value: 'states' },
  ]);
  return task === undefined ? {} : { task };
}

async function changeActivation(
  name: string,
  { activations }: TorchAnswer,
  title: string,
): Promise<Partial<TorchAnswer>> {
  const names = ['tanh', 'relu', 'sigmoid', 'linear', 'leaky_relu', 'elu', 'gelu'];
  const chosen = await pickOne(
    title,
    vscode.l10n.t('Which function is it?'),
    names.map((label) => ({ label, value: label })),
  );
  return chosen === undefined ? {} : { activations: { ...activations, [name]: chosen } };
}
