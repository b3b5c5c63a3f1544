import { writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A small classifier that learns in a second, and its search; writes mood.csv and NAME.lstm-lab.json, gives the
 * latter's path.
 */
export function writeMoodLab(folder: string, name: string, search: object, epochs = 3): string {
  const moods = { good: ['fine', 'lovely', 'great'], bad: ['awful', 'poor', 'dull'] };
  const rows = Array.from({ length: 120 }, (_, at) => {
    const label = at % 3 === 0 ? 'bad' : 'good';
    return `${label},the ${at} was ${moods[label][at % 3]} ${moods[label][(at >> 2) % 3]} indeed`;
  });
  writeFileSync(path.join(folder, 'mood.csv'), `label,text\n${rows.join('\n')}\n`);
  const file = path.join(folder, `${name}.lstm-lab.json`);
  const data = { format: 'table', files: [{ path: 'mood.csv' }], split: { by: 'line-modulo' } };
  const tokens = { level: 'word', vocabularySize: 50 };
  writeFileSync(
    file,
    JSON.stringify(
      {
        name,
        task: 'classify',
        data,
        tokens,
        model: { cell: 'lstm' },
        hyperparameters: { embedding_dim: 4, epochs },
        search,
      },
      null,
      2,
    ),
  );
  return file;
}

/** Two hyperparameters of {@link writeMoodLab}. */
export const moodSpace = { learning_rate: { low: 0.001, high: 0.1, log: true }, units: { low: 2, high: 8 } };
