import * as vscode from 'vscode';
import { askText } from '../../show/askText';
import { notify } from '../../show/notify';
import { type Answer, likeliestFirst, pickOne } from '../pickOne';
import { type ModelQuestions, type VocabularyCandidate } from './modelSettings';

/** What is said of a vocabulary in an `.inspector.json`; only what the files themselves leave open. */
export interface VocabularyAnswer {
  readonly vocabulary: string;
  readonly level?: 'character' | 'word';
  readonly lowercase?: boolean;
  readonly unknown?: number;
  readonly offset?: number;
  readonly window?: number;
  readonly paddingSide?: 'left' | 'right';
}

/**
 * Asks which file beside the model lists its tokens and how a text becomes those; undefined when dismissed at any step.
 */
export async function askVocabulary(questions: ModelQuestions, title: string): Promise<VocabularyAnswer | undefined> {
  const chosen = await askFile(questions.vocabularies, title);
  if (!chosen) return undefined;
  const offset = await askOffset(chosen, title);
  if (!offset) return undefined;
  const how = chosen.saysHow ? {} : await askHow(chosen, title);
  if (!how) return undefined;
  const window = questions.window === undefined ? await askWindow(title) : {};
  return window && { vocabulary: chosen.file, ...offset, ...withOffset(how, offset), ...window };
}

async function askFile(
  candidates: readonly VocabularyCandidate[],
  title: string,
): Promise<VocabularyCandidate | undefined> {
  if (candidates.length === 0) {
    const text = vscode.l10n.t(
      'No file beside the model lists its tokens. Put the vocabulary (a Keras Tokenizer, a word_index, tokenizer.json, or a token a line) into the same folder and try again.',
    );
    await notify('warning', text).chosen;
    return undefined;
  }
  const answers = candidates.map((candidate) => ({
    label: candidate.file,
    description: describeSize(candidate),
    detail: sampleOf(candidate),
    value: candidate,
  }));
  return pickOne(
    title,
    vscode.l10n.t('Which file lists the tokens of this model? These lie beside it and fit.'),
    answers,
  );
}

function describeSize({ size, level }: VocabularyCandidate): string {
  const names = {
    character: vscode.l10n.t('{0} characters', size),
    word: vscode.l10n.t('{0} words', size),
    subword: vscode.l10n.t('{0} subwords', size),
  };
  return names[level];
}

function sampleOf({ sample }: VocabularyCandidate): string {
  return sample.map((text) => JSON.stringify(text)).join(' ');
}

/** Which id is whose, where the list has another number of tokens than the model has ids. */
async function askOffset(
  { offsets = [], size }: VocabularyCandidate,
  title: string,
): Promise<Pick<VocabularyAnswer, 'offset'> | undefined> {
  if (offsets.length === 0) return {};
  const answers = offsets.map(({ offset, first }) => ({
    label: first.map(({ id, text }) => `${id} ${JSON.stringify(text)}`).join('  '),
    description: offset === 0 ? vscode.l10n.t('nothing in front') : vscode.l10n.t('{0} ids in front', offset),
    value: offset,
  }));
  const question = vscode.l10n.t(
    'The list has {0} tokens, which is not the number of ids that the model knows. Which ids have its first tokens?',
    size,
  );
  const offset = await pickOne(title, question, answers);
  return offset === undefined ? undefined : { offset };
}

/** The unknown token was chosen by its place in the list. */
function withOffset<How extends { readonly unknown?: number }>(
  how: How,
  { offset = 0 }: { readonly offset?: number },
): How {
  return how.unknown === undefined ? how : { ...how, unknown: how.unknown + offset };
}

async function askHow(
  chosen: VocabularyCandidate,
  title: string,
): Promise<Pick<VocabularyAnswer, 'level' | 'lowercase' | 'unknown'> | undefined> {
  const level = await askLevel(chosen, title);
  if (level === undefined) return undefined;
  const lowercase = await askLowercase(chosen, title);
  if (lowercase === undefined) return undefined;
  const unknown = await askUnknown(chosen, title);
  return unknown === undefined ? undefined : { level, lowercase, ...(unknown === null ? {} : { unknown }) };
}

function askLevel({ level }: VocabularyCandidate, title: string): Promise<'character' | 'word' | undefined> {
  const answers: readonly Answer<'character' | 'word'>[] = [
    {
      label: vscode.l10n.t('Characters'),
      detail: vscode.l10n.t('Every character of a text is a token'),
      value: 'character',
    },
    {
      label: vscode.l10n.t('Words'),
      detail: vscode.l10n.t('A text is split at white space and punctuation'),
      value: 'word',
    },
  ];
  return pickOne(
    title,
    vscode.l10n.t('What is a token? The first is what the list looks like.'),
    likeliestFirst(answers, level === 'character' ? 'character' : 'word'),
  );
}

function askLowercase({ lowercase }: VocabularyCandidate, title: string): Promise<boolean | undefined> {
  const answers: readonly Answer<boolean>[] = [
    {
      label: vscode.l10n.t('Lower-case the text'),
      detail: vscode.l10n.t('The list has no capital letters if this is right'),
      value: true,
    },
    { label: vscode.l10n.t('Keep the text as it is'), value: false },
  ];
  return pickOne(
    title,
    vscode.l10n.t('Is a text lower-cased before its tokens are looked up?'),
    likeliestFirst(answers, lowercase),
  );
}

/** Null: there is none. */
function askUnknown({ special, unknown }: VocabularyCandidate, title: string): Promise<number | null | undefined> {
  const likely = unknown ?? null;
  const tokens: readonly Answer<number | null>[] = special.map(({ id, text }) => ({
    label: text === '' ? vscode.l10n.t('(empty)') : text,
    description: vscode.l10n.t('id {0}', id),
    value: id,
  }));
  const none: Answer<number | null> = {
    label: vscode.l10n.t('None'),
    detail: vscode.l10n.t('What is not in the list is left out'),
    value: null,
  };
  return pickOne(
    title,
    vscode.l10n.t('Which token stands for what is not in the list?'),
    likeliestFirst([...tokens, none], likely),
  );
}

async function askWindow(title: string): Promise<Pick<VocabularyAnswer, 'window' | 'paddingSide'> | undefined> {
  const typed = await askText({
    title,
    prompt: vscode.l10n.t(
      'Steps that the model was trained on at a time. Leave it empty if it reads texts of any length.',
    ),
    ignoreFocusOut: true,
    objection: (text) => (/^\d{0,6}$/.test(text.trim()) ? undefined : vscode.l10n.t('A whole number, or nothing.')),
  });
  if (typed === undefined) return undefined;
  const window = Number(typed.trim());
  if (window === 0) return {};
  const paddingSide = await pickOne<'left' | 'right'>(
    title,
    vscode.l10n.t('Where were shorter texts filled with id 0?'),
    [
      {
        label: vscode.l10n.t('Before the text'),
        detail: vscode.l10n.t('The default of Keras\u2019s pad_sequences'),
        value: 'left',
      },
      { label: vscode.l10n.t('After the text'), value: 'right' },
    ],
  );
  return paddingSide && { window, paddingSide };
}
