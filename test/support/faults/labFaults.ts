import assert from 'node:assert/strict';
import { sharedData } from '../sharedData';
import { type FaultResult, type FaultTable } from './runFault';

const train = (name: string) => ['train', `${name}.lstm-lab.json`, '--out', 'out'];

/** The accuracy on the test part, at least. */
const learns =
  (least: number) =>
  async ({ json }: FaultResult): Promise<void> => {
    const { test } = (await json('out/results.json')) as { readonly test: { readonly accuracy: number } };
    assert.ok(test.accuracy >= least, String(test.accuracy));
  };

const vocabularyHas =
  (...wanted: readonly string[]) =>
  async ({ json }: FaultResult): Promise<void> => {
    const { vocabulary } = (await json('out/inspector.json')) as { readonly vocabulary: readonly string[] };
    for (const token of wanted) assert.ok(vocabulary.includes(token), token);
  };

const transfer = (name: string) => [
  ...['transfer', `${name}.lstm-lab.json`, '--out', 'out'],
  ...['--data', sharedData('corpora/uci-sentiment') ?? ''],
];

interface Judged {
  readonly way: string;
  readonly validation: { readonly loss: number };
  readonly test: { readonly accuracy: number };
}

async function resultsOf({ json }: FaultResult, way: string): Promise<readonly Judged[]> {
  const { results } = (await json('out/transfer.json')) as { readonly results: readonly Judged[] };
  return results.filter((each) => each.way === way);
}

/** The source as it is reads the target with its own vocabulary, whatever the transfer's vocabulary is. */
async function judgesSource(result: FaultResult): Promise<void> {
  const accuracies = (await resultsOf(result, 'source')).map(({ test }) => test.accuracy);
  assert.deepEqual(accuracies, [0.64, 0.76]);
}

/**
 * The last seed's fine-tuning validates worse than its new head: the head is written, whose recurrent layer is the
 * source's.
 */
async function writesTheHead(result: FaultResult): Promise<void> {
  const [tuned, head] = [await resultsOf(result, 'fine-tuned'), await resultsOf(result, 'new head')];
  assert.ok((tuned.at(-1)?.validation.loss ?? 0) > (head.at(-1)?.validation.loss ?? Infinity));
  const { moved } = (await result.json('out/transfer.json')) as { readonly moved: readonly { relative: number }[] };
  assert.ok(moved.length > 0 && moved.every(({ relative }) => relative === 0));
}

/**
 * Faults of training, transfer and the lab: the folders of shared/data/faults, with the right value or sentence of each
 * call.
 */
export const labFaults: FaultTable = {
  'lab-character-ascii-only': [
    { args: train('chinese'), check: learns(0.95) },
    { args: train('latin'), check: learns(0.95) },
    { args: train('cyrillic'), check: vocabularyHas('р', 'е', 'к', 'а', 'я', ' ') },
  ],
  'lab-word-marks-stripped': [
    { args: train('german'), check: learns(0.95) },
    { args: train('hindi'), check: learns(0.95) },
    { args: train('vietnamese'), check: learns(0.95) },
  ],
  'lab-windows-1252': [
    { args: train('smart'), check: vocabularyHas('can\u2019t', '\u2013', '\u201c', '\u2026', '\u20ac') },
  ],
  'lab-finetune-worse': [{ args: transfer('m2a'), check: writesTheHead }],
  'lab-source-as-is': ['m2a', 'm2ak'].map((name) => ({ args: transfer(name), check: judgesSource })),
  'labels-after-duplicates': [{ args: train('twice-text'), refuses: /duplicate columns: 2 are named "text"/ }],
};
