import { type Random } from '../../../src/base/random';
import { fixture } from './fixture';
import { lstmHeader, safetensorsOf } from './safetensors';
import { encode, type FuzzVariant, outside, pick } from './variant';

/** What stands in place of a file that belongs to a model. */
const targets = [
  `${outside}/words`,
  `${outside}/w.bin`,
  outside,
  '/dev/zero',
  '/dev/random',
  '/dev/tty',
  '/dev/stdin',
  '/proc/self/mem',
  '/proc/kmsg',
  '/proc/self/fd/0',
  '/etc/passwd',
  '/',
  '.',
  'inside',
  'nowhere',
];

const tfjs = encode({
  modelTopology: {
    class_name: 'Sequential',
    config: { layers: [{ class_name: 'LSTM', config: { name: 'l', units: 2, batch_input_shape: [null, 4, 3] } }] },
  },
  weightsManifest: [{ paths: ['w.bin'], weights: [{ name: 'l/kernel', shape: [3, 8], dtype: 'float32' }] }],
});

const models: readonly (readonly [string, Readonly<Record<string, Uint8Array>>])[] = [
  ['model.json', { 'model.json': tfjs, 'w.bin': new Uint8Array(192) }],
  [
    'a.safetensors',
    {
      'a.safetensors': safetensorsOf(lstmHeader()),
      'a.inspector.json': encode({ vocabulary: 'words' }),
      words: encode('a\nb\nc'),
    },
  ],
  [
    'a.h5',
    {
      'a.h5': fixture('weights-only.weights.h5'),
      'a.json': fixture('weights-only.json'),
      'a.inspector.json': encode({ architecture: 'a.json' }),
    },
  ],
];

/** Pipes, devices, folders and links where a model, its settings, its vocabulary or its shards should be. */
export function specialVariant(random: Random): FuzzVariant {
  const [main, healthy] = pick(random, models);
  const name = pick(random, Object.keys(healthy));
  const { [name]: replaced, ...rest } = healthy;
  const files = { ...rest, inside: replaced ?? new Uint8Array(0) };
  if (random() < 0.2) return { what: `${name} of ${main} is a pipe`, main, files, pipes: [name] };
  const target = pick(random, [...targets, name]);
  // What a person opens may be a link of theirs; what lies outside must not be read for what the files say of
  // themselves.
  const opened = name === main && target.startsWith(outside) ? 'nowhere' : target;
  return { what: `${name} of ${main} is a link to ${opened}`, main, files, links: { [name]: opened } };
}
