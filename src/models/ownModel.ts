import { InspectorError } from '../base/errors';
import { type ModelFiles } from './fileAccess';
import { openModel } from './openModel';
import { type OwnSettings, readOwnSettings } from './ownSettings';
import { withBudget } from './readBudget';
import { remarkOnSettings } from './remarkOnSettings';
import { type RecurrentModel, type Task } from '../network/recurrentModel';
import { shift, specOfList, type VocabularyChoice } from './vocabulary/parseVocabulary';
import { readVocabulary } from './vocabulary/readVocabulary';
import { type NamedList } from '../text/vocabularySpec';
import { describeOffsets } from './vocabulary/offsets';
import { chooseSaved } from './vocabulary/savedLists';
import { type VocabularySpec } from '../text/vocabularySpec';

/** How a model file of a person's own is opened. */
export interface OwnModelOptions {
  readonly layer?: string;
  /** A vocabulary named by the user, with its name for messages and the key of the list to take. */
  readonly vocabulary?: { readonly bytes: Uint8Array; readonly name: string; readonly key?: string };
  /** Added to every id of the vocabulary; goes before what the settings say. */
  readonly offset?: number;
}

/** A model file with what lies beside it, as plain data that a reader thread can hand over. */
export interface OwnModel {
  readonly model: RecurrentModel;
  readonly vocabulary?: VocabularySpec;
  readonly task?: Task;
  readonly labels?: readonly string[];
  readonly window?: number;
  readonly padding?: number;
  readonly paddingSide?: 'left' | 'right';
}

/** Opens a model file with its `.inspector.json` and its vocabulary. */
export function readOwnModel(files: ModelFiles, options: OwnModelOptions = {}): Promise<OwnModel> {
  return withBudget(files, () => readWithSettings(files, options));
}

async function readWithSettings(files: ModelFiles, options: OwnModelOptions): Promise<OwnModel> {
  const settings = withOffset(readOwnSettings(files), options.offset);
  const { layer } = options;
  const { savedLists = [], ...opened } = await openModel(files, {
    ...settings?.open,
    ...(layer === undefined ? {} : { layer }),
  });
  const saved = layer === undefined ? findSaved(opened, savedLists, { settings, options }) : {};
  const { description, figures } = settings ?? {};
  const model = {
    ...opened,
    ...(description === undefined ? {} : { description }),
    ...(figures === undefined ? {} : { figures }),
    notes: [...opened.notes, ...(saved.notes ?? [])],
  };
  const vocabulary =
    saved.vocabulary ?? (layer === undefined ? findVocabulary(model, files, { settings, options }) : undefined);
  if (vocabulary !== undefined && vocabulary !== model.ownVocabulary && settings?.offset === undefined)
    checkSize(vocabulary, model, {
      list: options.vocabulary?.name ?? '',
      place: settings === null ? `${files.name}.inspector.json` : 'its .inspector.json',
    });
  const { task, labels, window, padding, paddingSide } = settings ?? {};
  const remarked = { model, isPart: layer !== undefined, ...(vocabulary === undefined ? {} : { vocabulary }) };
  const remarks = settings === null ? [] : remarkOnSettings(settings, remarked);
  return {
    model: withOwnName({ ...model, notes: [...model.notes, ...remarks] }, settings?.name),
    ...(vocabulary === undefined ? {} : { vocabulary }),
    ...(task === undefined || layer !== undefined ? {} : { task }),
    ...(labels === undefined ? {} : { labels }),
    ...(window === undefined ? {} : { window }),
    ...(padding === undefined ? {} : { padding: checkPadding(padding, model) }),
    ...(paddingSide === undefined ? {} : { paddingSide }),
  };
}

function withOffset(settings: OwnSettings | null, offset: number | undefined): OwnSettings | null {
  return offset === undefined ? settings : { open: {}, ...settings, offset };
}

/** A vocabulary of another size than the model's may begin with any id: the user says which, in `place`. */
function checkSize(
  vocabulary: VocabularySpec,
  { name, input }: RecurrentModel,
  { list, place }: { readonly list: string; readonly place: string },
): void {
  if (input.kind !== 'tokens') return;
  const open = describeOffsets(vocabulary, input.vocabularySize);
  if (open === null) return;
  throw new InspectorError(
    'model-needs-answer',
    `${name}: the vocabulary ${list}${list === '' ? '' : ' '}${open}? Say it with "offset" in ${place}, or with --offset N.`,
  );
}

/** The id that fills short texts must be one of the model's. */
function checkPadding(padding: number, { name, input }: RecurrentModel): number {
  const size = input.kind === 'tokens' ? input.vocabularySize : input.width;
  if (padding < size) return padding;
  throw new InspectorError(
    'model-needs-answer',
    `${name}: "padding" is ${padding}, but the model knows the ids 0 to ${size - 1}. Change it in the .inspector.json.`,
  );
}

/** All of TensorFlow.js's models are called model.json; what the lab wrote beside one says whose it is. */
function withOwnName(model: RecurrentModel, name: string | undefined): RecurrentModel {
  return model.name === 'model.json' && name !== undefined && name !== '' ? { ...model, name } : model;
}

interface Sources {
  readonly settings: OwnSettings | null;
  readonly options: OwnModelOptions;
}

/** A checkpoint's own vocabulary, where neither the user nor the settings name one. */
function findSaved(
  { name, input }: RecurrentModel,
  savedLists: readonly NamedList[],
  { settings, options }: Sources,
): { readonly vocabulary?: VocabularySpec; readonly notes?: readonly string[] } {
  if (options.vocabulary !== undefined || settings?.vocabulary !== undefined) return {};
  const isTable = input.kind === 'tokens';
  const size = isTable ? input.vocabularySize : input.width;
  const key = settings?.vocabularyKey;
  const { list, note } = chooseSaved(savedLists, { name, size, isTable, ...(key === undefined ? {} : { key }) });
  return {
    ...(list === undefined ? {} : { vocabulary: specOfList(list, choiceOf(settings, size)) }),
    ...(note === undefined ? {} : { notes: [note] }),
  };
}

/** What the settings say of how a text becomes tokens. */
function choiceOf(settings: OwnSettings | null, size: number): VocabularyChoice {
  const { lowercase, level, unknown, offset, folding, lookup } = settings ?? {};
  return {
    size,
    ...(lowercase === undefined ? {} : { lowercase }),
    ...(level === undefined ? {} : { level }),
    ...(unknown === undefined ? {} : { unknown }),
    ...(offset === undefined ? {} : { offset }),
    ...(folding === undefined ? {} : { folding }),
    ...(lookup === undefined ? {} : { lookup }),
  };
}

function findVocabulary(
  model: RecurrentModel,
  files: ModelFiles,
  { settings, options }: Sources,
): VocabularySpec | undefined {
  const size = model.input.kind === 'tokens' ? model.input.vocabularySize : model.input.width;
  const { vocabularyKey: key, lowercase, level, unknown, vocabulary, folding, lookup } = settings ?? {};
  const said = choiceOf(settings, size);
  const named = options.vocabulary;
  if (named !== undefined)
    return readVocabulary(named.bytes, named.name, { ...said, ...(named.key === undefined ? {} : { key: named.key }) });
  if (typeof vocabulary === 'string')
    return readVocabulary(readBeside(files, vocabulary), vocabulary, {
      ...said,
      ...(key === undefined ? {} : { key }),
    });
  if (vocabulary === undefined) return model.ownVocabulary;
  return {
    kind: 'list',
    level: level ?? (vocabulary.every((text) => [...text].length <= 1) ? 'character' : 'word'),
    vocabulary: shift(vocabulary, said),
    ...(unknown === undefined ? {} : { unknownId: unknown }),
    lowercase: lowercase ?? false,
    saysCase: lowercase !== undefined,
    folding: folding ?? 'none',
    lookup: lookup ?? 'nearest',
  };
}

function readBeside(files: ModelFiles, name: string): Uint8Array {
  const file = files.sibling(name.replace(/^\.\//, ''));
  if (file === null)
    throw new InspectorError(
      'model-missing',
      `${files.name}: the vocabulary "${name}" is not beside it. Put it into the same folder.`,
    );
  if (file.size > 256 * 2 ** 20)
    throw new InspectorError('model-unsupported', `${files.name}: the vocabulary "${name}" is larger than 256 MB.`);
  return file.read(0, file.size);
}
