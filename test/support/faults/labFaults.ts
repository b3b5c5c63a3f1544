import assert from 'node:assert/strict';
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

/** Faults of training, transfer and the lab: the folders of shared/data/faults, with the right value or sentence of each call. */
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
  'labels-after-duplicates': [{ args: train('twice-text'), refuses: /duplicate columns: 2 are named "text"/ }],
};
