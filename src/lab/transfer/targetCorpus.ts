import { type DataPlace } from '../../data/dataPlace';
import { createRandom, shuffle } from '../../base/random';
import { createTokenizer, type InspectorSettings } from '../../models/inspectorSettings';
import { type VocabularyMeeting } from '../../trace/lab/transferEvents';
import { type Corpus, type EncodedExample, readCorpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';

/** The target's data in the source's ids. */
export interface TargetCorpus {
  readonly corpus: Corpus;
  /** Rows to add to the source's embedding. */
  readonly added: number;
  readonly vocabulary: VocabularyMeeting;
}

/** The source's tokens, and whether the target's own words come behind them. */
export interface SourceTokens {
  readonly inspector: InspectorSettings;
  readonly isExtended: boolean;
}

/** Reads the target's data with the source's vocabulary, kept as it is or with the target's own words behind it. */
export async function readTargetCorpus(
  settings: LabSettings,
  place: DataPlace,
  { inspector: source, isExtended }: SourceTokens,
): Promise<TargetCorpus> {
  let counts = { target: 0, shared: 0, added: 0 };
  const { folding, lowercase } = source;
  // What the source folds or lower-cases is looked up so, and would never be found otherwise.
  const tokens = {
    ...settings.tokens,
    ...(folding === 'ascii' ? { folding } : {}),
    ...(lowercase ? { lowercase } : {}),
  };
  const corpus = await readCorpus({ ...settings, tokens }, place, (own) => {
    const known = new Set(source.vocabulary);
    const ownTokens = own.vocabulary.filter((_, id) => id !== own.unknown && id !== own.padding);
    const fresh = ownTokens.filter((token) => !known.has(token));
    counts = {
      target: ownTokens.length,
      shared: ownTokens.length - fresh.length,
      added: isExtended ? fresh.length : 0,
    };
    const { labels: _labels, figures: _figures, description: _description, ...rest } = source;
    return {
      ...rest,
      name: settings.name,
      task: settings.task,
      vocabulary: isExtended ? [...source.vocabulary, ...fresh] : source.vocabulary,
    };
  });
  return {
    corpus,
    added: counts.added,
    vocabulary: { source: source.vocabulary.length, ...counts, ...sharesOf(corpus, source) },
  };
}

/** Of the training part's tokens: known to the source, added, and unknown or left out. */
function sharesOf(
  { examples, texts, inspector }: Corpus,
  source: InspectorSettings,
): Pick<VocabularyMeeting, 'keptShare' | 'addedShare' | 'unknownShare'> {
  const parts = [...(examples?.training ?? []), ...(texts?.training ?? [])];
  let [all, kept, added] = [0, 0, 0];
  for (const { ids } of parts) {
    all += ids.length;
    for (const id of ids) {
      if (id >= source.vocabulary.length) added++;
      else if (id !== inspector.unknown) kept++;
    }
  }
  if (inspector.unknown === undefined) all += countLeftOut(examples?.training ?? [], inspector);
  return all === 0
    ? { keptShare: 0, addedShare: 0, unknownShare: 0 }
    : { keptShare: kept / all, addedShare: added / all, unknownShare: (all - kept - added) / all };
}

/** Tokens without an id, where the vocabulary has no entry for the unknown: counted with one behind the others. */
function countLeftOut(training: readonly EncodedExample[], inspector: InspectorSettings): number {
  const unknown = inspector.vocabulary.length;
  const tokenizer = createTokenizer({ ...inspector, vocabulary: [...inspector.vocabulary, '\ufffd'], unknown });
  return training.reduce(
    (sum, { example }) => sum + tokenizer.tokenize(example.text).filter(({ id }) => id === unknown).length,
    0,
  );
}

/**
 * `count` examples, each class with its share (at least one), drawn by the seed; all of them where there are no more.
 */
export function drawLabelled(
  training: readonly EncodedExample[],
  count: number,
  seed: number,
): readonly EncodedExample[] {
  if (count >= training.length) return training;
  const byLabel = new Map<number, EncodedExample[]>();
  for (const example of shuffle([...training], createRandom(seed))) {
    const queue = byLabel.get(example.label);
    if (queue === undefined) byLabel.set(example.label, [example]);
    else queue.push(example);
  }
  const queues = [...byLabel.values()];
  const taken = queues.map((queue) => Math.max(1, Math.floor((count * queue.length) / training.length)));
  for (let k = 0; taken.reduce((sum, each) => sum + each, 0) < count; k = (k + 1) % queues.length) {
    taken[k] = Math.min((taken[k] ?? 0) + 1, queues[k]?.length ?? 0);
  }
  return shuffle(
    queues.flatMap((queue, k) => queue.slice(0, taken[k])),
    createRandom(seed + 1),
  ).slice(0, Math.max(count, queues.length));
}
