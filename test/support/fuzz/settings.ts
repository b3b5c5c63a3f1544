import { type Random } from '../../../src/base/random';
import { fixture } from './fixture';
import { lstmHeader, safetensorsOf } from './safetensors';
import { changeJson, encode, type FuzzVariant, numberLie, outside, pick, whole } from './variant';

/** What may be said, and what would be healthy. */
const keys: Readonly<Record<string, readonly unknown[]>> = {
  offset: [0, 1, 4_999_999],
  window: [1, 8, 1_000_000],
  padding: [0, 1],
  unknown: [0, 1],
  labels: [['a', 'b'], []],
  vocabularyKey: ['a', 'word_index', '__proto__'],
  level: ['word', 'character'],
  name: ['m', '__proto__'],
  task: ['classify', 'next-token', 'regress', 'states'],
  order: [['l'], []],
  embedding: ['e'],
  head: ['h'],
  gates: ['ifco'],
  activation: ['tanh'],
  architecture: ['words', `${outside}/words`],
  lookup: ['exact', 'nearest'],
  folding: ['ascii', 'none'],
  paddingSide: ['left', 'right'],
};

function vocabularyText(random: Random): string {
  const count = pick(random, [3, 3, 4, 1000, 100_000]);
  const words = Array.from({ length: count }, (_, at) => `w${at}`);
  const index = Object.fromEntries(words.map((word) => [word, numberLie(random)]));
  return pick(random, [
    words.join('\n'),
    words.map((word) => `${word}\t${String(numberLie(random))}`).join('\n'),
    JSON.stringify(words),
    JSON.stringify(count > 1000 ? words : index),
    JSON.stringify({
      class_name: 'Tokenizer',
      config: {
        num_words: numberLie(random),
        word_index: JSON.stringify(count > 1000 ? {} : index),
        index_word: '{}',
        oov_token: numberLie(random),
      },
    }),
    JSON.stringify({
      config: { vocabulary: words, max_tokens: numberLie(random), output_sequence_length: numberLie(random) },
    }),
    `{"a":[${'[],'.repeat(count)}[]]}`,
    `"${'\\'.repeat(count)}`,
  ]);
}

/** Numbers and names in NAME.inspector.json and in the vocabulary that it names. */
export function settingsVariant(random: Random): FuzzVariant {
  const said = Array.from({ length: 1 + whole(random, 3) }, () => {
    const key = pick(random, Object.keys(keys));
    return [key, random() < 0.6 ? pick(random, keys[key] ?? []) : numberLie(random)] as const;
  });
  const vocabulary = pick(random, [
    'words',
    'words',
    'words',
    'words',
    'words',
    'words#a',
    ['a', 'b', 'c'],
    `${outside}/words`,
    '/dev/zero',
    '',
    '\0',
    'a/../words',
  ]);
  let settings: unknown = { vocabulary, ...Object.fromEntries(said) };
  if (random() < 0.15) settings = changeJson(random, settings, () => numberLie(random));
  const text = random() < 0.1 ? `// "\n${'['.repeat(whole(random, 200_000))}` : JSON.stringify(settings);
  const [name, model] = pick(random, [
    ['a.safetensors', safetensorsOf(lstmHeader())],
    ['a.onnx', fixture('onnx-tf-text.onnx')],
    ['a.h5', fixture('keras2-text.h5')],
    ['a.pt', fixture('rnn.pt')],
  ] as const);
  const files = { [name]: model, [`${name}.inspector.json`]: encode(text), words: encode(vocabularyText(random)) };
  return { what: `settings ${text.slice(0, 120)}`, main: name, files, text: 'w1 abc w2' };
}
