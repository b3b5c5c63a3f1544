import { type Random } from '../../../src/base/random';
import { patternOf } from './patterns';
import { changeJson, encode, type FuzzVariant, numberLie, outside, pick } from './variant';

const rows = Array.from(
  { length: 60 },
  (_, at) => `${at % 3 === 0 ? 'bad' : 'good'},the ${at} was ${at % 2 === 0 ? 'fine' : 'dull'}`,
);

function labOf(random: Random): unknown {
  const format = pick(random, ['table', 'lines', 'lines', 'jsonl', 'folders', 'text']);
  const path = pick(random, [
    'mood.csv',
    'mood.csv',
    'mood.csv',
    `${outside}/words`,
    '/dev/zero',
    '/etc/passwd',
    'link',
    'pipe',
    '.',
    '..',
    '\0',
    '',
  ]);
  const file = { path, ...(format === 'lines' ? { label: 'x', pattern: patternOf(random) } : {}) };
  return {
    name: random() < 0.9 ? 'a' : pick(random, ['../a', 'x'.repeat(300)]),
    task: format === 'text' ? 'next-token' : 'classify',
    data: {
      format,
      files: [file, file],
      split: { by: format === 'text' ? 'last-tenths' : pick(random, ['line-modulo', 'stratified']) },
    },
    tokens: { level: pick(random, ['word', 'character']), vocabularySize: 50 },
    model: { cell: pick(random, ['lstm', 'gru']) },
    hyperparameters: { embedding_dim: 4, units: 4, epochs: 1 },
  };
}

/** Numbers, patterns and paths of a lab file, which is read with its data up to the first step. */
export function labVariant(random: Random): FuzzVariant {
  let lab = labOf(random);
  const changes = pick(random, [0, 0, 1, 2]);
  for (let at = 0; at < changes; at++) lab = changeJson(random, lab, () => numberLie(random));
  return {
    what: `lab file ${JSON.stringify(lab).slice(0, 400)}`,
    main: 'a.lstm-lab.json',
    files: {
      'a.lstm-lab.json': encode(lab),
      'mood.csv': encode(`label,text\n${rows.join('\n')}\n${'a'.repeat(40)}!\n`),
    },
    links: { link: pick(random, [`${outside}/words`, '/dev/zero', '/proc/self/mem', 'link', '/']) },
    pipes: ['pipe'],
    isLab: true,
  };
}
