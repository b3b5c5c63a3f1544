import { InspectorError } from '../../base/errors';
import { createRandom, shuffle } from '../../base/random';
import { type Example, type Split } from '../../data/example';
import { describeExamples } from '../../data/describeExamples';
import { type DataPlace } from '../../data/dataPlace';
import { readExamples, readRunningTexts, type RunningText } from '../../data/readSources';
import { excerptOf, splitLastTenths } from '../../data/runningText';
import { remarkOnLabels } from '../../data/remarkOnLabels';
import { removeDuplicates, splitByLine, splitStratified } from '../../data/splitExamples';
import { createTokenizer, type InspectorSettings } from '../../models/inspectorSettings';
import { type DataSummary } from '../../trace/lab/trainingEvents';
import { describeTokens, encoderOf, remarksOnTokens } from './corpusTokens';
import { type LabSettings } from './labSettings';

/** The ids of a running text, with the name of its file. */
export interface NamedIds {
  readonly name: string;
  readonly ids: Int32Array;
}

/** A labelled text as ids; at least one. */
export interface EncodedExample {
  readonly ids: Int32Array;
  /** Index of its label. */
  readonly label: number;
  readonly example: Example;
}

/** Everything that training needs of the data. `inspector` is what will be saved beside the weights. */
export interface Corpus {
  readonly inspector: InspectorSettings;
  /** next-token: each part a list of texts. */
  readonly texts?: Split<readonly NamedIds[]>;
  /** classify. */
  readonly examples?: Split<readonly EncodedExample[]>;
  readonly data?: DataSummary;
  /** A text of the validation part, or a line of one. */
  readonly sample?: string;
  readonly remarks: readonly string[];
}

/**
 * Reads the data of a lab file and turns it into ids; the vocabulary comes from the training part only. `adapt`
 * replaces it, for a transfer. `breathe` lets messages in while long texts are turned into ids; it rejects to end that.
 */
export async function readCorpus(
  settings: LabSettings,
  place: DataPlace,
  adapt: Adapt = (own) => own,
  breathe: Breathe = () => Promise.resolve(),
): Promise<Corpus> {
  return settings.task === 'next-token'
    ? readTexts(settings, place, { adapt, breathe })
    : readLabelled(settings, place, adapt);
}

type Breathe = () => Promise<void>;

/** Makes another vocabulary of the one that the training part gives. */
export type Adapt = (own: InspectorSettings) => InspectorSettings;

async function readTexts(
  settings: LabSettings,
  place: DataPlace,
  { adapt, breathe }: { readonly adapt: Adapt; readonly breathe: Breathe },
): Promise<Corpus> {
  const split = splitTexts(await readRunningTexts(settings.data, place), settings);
  const inspector = adapt(
    describeTokens(
      settings,
      split.training.map(({ text }) => text),
      'next-token',
    ),
  );
  const encode = encoderOf(inspector);
  const encodePart = async (part: readonly RunningText[]): Promise<readonly NamedIds[]> => {
    const encoded: NamedIds[] = [];
    for (const { name, text } of part) {
      const work = encode(text);
      let next = work.next();
      for (; next.done !== true; next = work.next()) await breathe();
      encoded.push({ name, ids: next.value });
    }
    return encoded;
  };
  const texts = {
    training: await encodePart(split.training),
    validation: await encodePart(split.validation),
    test: await encodePart(split.test),
  };
  for (const part of ['training', 'validation', 'test'] as const) {
    const isEmpty = texts[part].every(({ ids }) => ids.length < 2);
    if (isEmpty) throw new InspectorError('data-invalid', `The ${part} part of the data is empty; give more text.`);
  }
  return {
    inspector,
    texts,
    sample: excerptOf(split.validation.find(({ text }) => text.trim() !== '')?.text ?? ''),
    remarks: remarksOnTokens(inspector, texts),
  };
}

/**
 * Whole files by their hash (order shuffled by the seed, so that neighbours in a stream differ), or the last tenths of
 * each.
 */
function splitTexts(texts: readonly RunningText[], { data, seed }: LabSettings): Split<readonly RunningText[]> {
  if (data.split.by === 'file-hash') {
    const residue = ({ sha256 }: RunningText): number => Number(BigInt(`0x${sha256}`) % 10n);
    const training = texts.filter((text) => residue(text) < 8);
    return {
      training: shuffle([...training], createRandom(seed)),
      validation: texts.filter((text) => residue(text) === 8),
      test: texts.filter((text) => residue(text) === 9),
    };
  }
  const parts = texts.map((whole) => ({ whole, parts: splitLastTenths(whole.text) }));
  const pick = (part: keyof Split<string>) => parts.map(({ whole, parts: split }) => ({ ...whole, text: split[part] }));
  return { training: pick('training'), validation: pick('validation'), test: pick('test') };
}

async function readLabelled(settings: LabSettings, place: DataPlace, adapt: Adapt): Promise<Corpus> {
  const { examples, remarks } = await readExamples(settings.data, place);
  const { kept, removed, removedOf } = removeDuplicates(examples);
  const { by, rotation, validation, test } = settings.data.split;
  const split =
    by === 'line-modulo'
      ? splitByLine(kept, rotation)
      : splitStratified(kept, { validation, test, seed: settings.seed, removed: removedOf });
  const labels = [...new Set(split.training.map(({ label }) => label))].sort();
  if (labels.length < 2)
    throw new InspectorError(
      'data-invalid',
      `A classifier needs at least two labels; the training part has ${labels.length}.`,
    );
  const inspector = {
    ...adapt(
      describeTokens(
        settings,
        split.training.map(({ text }) => text),
        'classify',
      ),
    ),
    labels,
  };
  const encoded = mapSplit(split, encodeExamples(inspector, settings.tokens.length));
  return {
    inspector,
    examples: encoded,
    ...(split.validation[0] === undefined ? {} : { sample: split.validation[0].text }),
    data: describeExamples(examples),
    remarks: [
      ...remarks,
      ...(removed > 0 ? [`${removed} duplicates were left out.`] : []),
      ...remarkOnLabels(split),
      ...remarksOnTokens(inspector, encoded),
    ],
  };
}

/** Examples of a label that training has not seen, or without any token, are left out. */
function encodeExamples(
  inspector: InspectorSettings,
  length: number,
): (part: readonly Example[]) => readonly EncodedExample[] {
  const tokenizer = createTokenizer(inspector);
  return (part) =>
    part.flatMap((example) => {
      const ids = Int32Array.from(tokenizer.tokenize(example.text).slice(0, length), ({ id }) => id);
      const label = inspector.labels?.indexOf(example.label) ?? -1;
      return ids.length === 0 || label < 0 ? [] : [{ ids, label, example }];
    });
}

function mapSplit<A, B>(split: Split<A>, map: (part: A) => B): Split<B> {
  return { training: map(split.training), validation: map(split.validation), test: map(split.test) };
}
