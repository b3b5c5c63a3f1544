import { createRandom, shuffle } from '../../base/random';
import { type InspectorSettings } from '../../models/inspectorSettings';
import { type TransferEvent } from '../../trace/transferEvents';
import { type Corpus, type EncodedExample, readCorpus } from '../training/corpus';
import { type LabSettings } from '../training/labSettings';

/** How the target's words meet the source's vocabulary. */
export type VocabularyReport = Extract<TransferEvent, { type: 'transfer-started' }>['vocabulary'];

/** The target's data in the source's ids. */
export interface TargetCorpus {
  readonly corpus: Corpus;
  /** Rows to add to the source's embedding. */
  readonly added: number;
  readonly report: VocabularyReport;
}

/** Reads the target's data with the source's vocabulary, kept as it is or with the target's own words behind it. */
export async function readTargetCorpus(settings: LabSettings, folder: string, source: InspectorSettings, isExtended: boolean): Promise<TargetCorpus> {
  let [own, shared, added] = [0, 0, 0];
  const corpus = await readCorpus(settings, folder, (described) => {
    const known = new Set(source.vocabulary);
    const words = described.vocabulary.filter((_, id) => id !== described.unknown && id !== described.padding);
    const fresh = words.filter((word) => !known.has(word));
    own = words.length;
    shared = words.length - fresh.length;
    added = isExtended ? fresh.length : 0;
    const { labels: _labels, figures: _figures, description: _description, ...tokens } = source;
    return { ...tokens, name: settings.name, task: 'classify', vocabulary: isExtended ? [...source.vocabulary, ...fresh] : source.vocabulary };
  });
  return { corpus, added, report: { source: source.vocabulary.length, target: own, shared, added, unknownShare: unknownShareOf(corpus) } };
}

function unknownShareOf({ examples, inspector }: Corpus): number {
  let [all, unknown] = [0, 0];
  for (const { ids } of examples?.training ?? []) {
    all += ids.length;
    for (const id of ids) if (id === inspector.unknown) unknown++;
  }
  return all === 0 ? 0 : unknown / all;
}

/** `count` examples, each class with its share (at least one), drawn by the seed; all of them where there are no more. */
export function drawLabelled(training: readonly EncodedExample[], count: number, seed: number): readonly EncodedExample[] {
  if (count >= training.length) return training;
  const byLabel = new Map<number, EncodedExample[]>();
  for (const example of shuffle([...training], createRandom(seed))) byLabel.set(example.label, [...(byLabel.get(example.label) ?? []), example]);
  const queues = [...byLabel.values()];
  const taken = queues.map((queue) => Math.max(1, Math.floor((count * queue.length) / training.length)));
  for (let k = 0; taken.reduce((sum, each) => sum + each, 0) < count; k = (k + 1) % queues.length) taken[k] = (taken[k] ?? 0) + 1;
  return shuffle(queues.flatMap((queue, k) => queue.slice(0, taken[k])), createRandom(seed + 1)).slice(0, Math.max(count, queues.length));
}
