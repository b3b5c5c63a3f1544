import { readFileSync, writeFileSync } from 'node:fs';
import { writeMoodLab } from './moodLab';

/** {@link writeMoodLab}, with a transfer of sentiment-lstm to it that ends in seconds; gives the lab file's path. */
export function writeMoodTransfer(folder: string, name: string, transfer: object = {}): string {
  const file = writeMoodLab(folder, name, { method: 'random', space: {} });
  const settings = JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, unknown>>;
  const asked = {
    source: 'sentiment-lstm',
    sourceLabels: { good: 'positive', bad: 'negative' },
    labels: [20, 60],
    seeds: 2,
    fineTune: { epochs: 2, learning_rate: 0.003 },
    pseudoLabels: { confidence: 0.6, epochs: 1 },
    baseline: { learning_rates: [0.01], epochs: 3 },
    ...transfer,
  };
  writeFileSync(file, JSON.stringify({ ...settings, search: undefined, transfer: asked }, null, 2));
  return file;
}
