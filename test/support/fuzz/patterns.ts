import { type Random } from '../../../src/base/random';
import { lstmHeader, safetensorsOf } from './safetensors';
import { encode, type FuzzVariant, numberLie, pick, whole } from './variant';

/** Regular expressions that take more than linear time on a row of one letter, and such as are none. */
const endless = [
  '(a+)+$',
  '(a|aa)+$',
  '(a*)*b',
  '(.*a){20}b',
  '^(([a-z])+.)+[A-Z]([a-z])+$',
  '(?:a?){30}a{30}',
  '(a+){2,}c',
  '(?=(a+)+b)',
  '((a{1,9}){1,9}){1,9}b',
];
const quick = [
  '(',
  '[',
  'a{99999999999}',
  '\\p{Nope}',
  '',
  '.',
  '\\s+',
  '(?<a>a)\\k<b>',
  '(?<=a)b',
  '|',
  '\\',
  'a{0}',
  `${'('.repeat(2000)}${')'.repeat(2000)}`,
  '[a-'.repeat(3000),
];

/** A random expression; `isEndless` says that it may be one that does not end. */
export function patternOf(random: Random, isEndless = random() < 0.1): string {
  return pick(random, isEndless ? endless : quick);
}

function tokenizerJson(random: Random): unknown {
  const vocab = { '[UNK]': 0, a: 1, '##a': 2 };
  const model = pick<unknown>(random, [
    { type: 'WordLevel', vocab, unk_token: '[UNK]' },
    {
      type: 'WordPiece',
      vocab,
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: numberLie(random),
    },
    {
      type: 'BPE',
      vocab,
      merges: Array.from({ length: whole(random, 9) }, () =>
        pick<unknown>(random, ['a a', 'a b', 'x', '', ['a', 'b'], 5]),
      ),
    },
    {
      type: 'Unigram',
      vocab: [
        ['a', numberLie(random)],
        ['b', -1],
        ['c', -2],
      ],
      unk_id: numberLie(random),
    },
    { type: pick(random, ['__proto__', '', 'Nope']), vocab: numberLie(random) },
  ]);
  const split = {
    type: 'Split',
    pattern: { Regex: patternOf(random) },
    behavior: pick(random, ['Isolated', 'Removed', '']),
    invert: random() < 0.5,
  };
  const replace = {
    type: 'Replace',
    pattern: pick<unknown>(random, [{ Regex: patternOf(random) }, { String: '' }]),
    content: 'a'.repeat(whole(random, 50)),
  };
  const added = Array.from({ length: random() < 0.2 ? 1 + whole(random, 2) : 0 }, () => ({
    id: numberLie(random),
    content: pick<unknown>(random, ['', 'a', '(', numberLie(random)]),
    special: true,
  }));
  return {
    version: '1.0',
    added_tokens: added,
    normalizer: random() < 0.4 ? replace : null,
    pre_tokenizer: pick<unknown>(random, [
      split,
      split,
      { type: 'Whitespace' },
      { type: 'Sequence', pretokenizers: [split, split] },
      null,
    ]),
    post_processor: null,
    decoder: random() < 0.3 ? replace : null,
    model,
  };
}

/** Regular expressions and numbers of a tokenizer.json, which is put to use. */
export function patternVariant(random: Random): FuzzVariant {
  const json = tokenizerJson(random);
  const text = pick(random, ['aba', `${'a'.repeat(40)}!`, 'a'.repeat(2000), '', '\ud800a\0']);
  const files = {
    'a.safetensors': safetensorsOf(lstmHeader()),
    'a.inspector.json': encode({ vocabulary: 'tokenizer.json' }),
    'tokenizer.json': encode(json),
  };
  return {
    what: `tokenizer ${JSON.stringify(json).slice(0, 300)} on ${text.length} characters`,
    main: 'a.safetensors',
    files,
    text,
  };
}
