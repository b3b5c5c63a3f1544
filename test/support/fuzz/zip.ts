import { zipSync } from 'fflate';
import { type Random } from '../../../src/base/random';
import { fixture, placesOf } from './fixture';
import { encode, type FuzzVariant, lie, outside, pick, whole } from './variant';

const directoryEntry = Uint8Array.of(0x50, 0x4b, 1, 2);
const endRecord = Uint8Array.of(0x50, 0x4b, 5, 6);

/** Fields of a record of the directory and of the end, by their names: place and size in bytes. */
const fields = {
  method: [10, 2],
  packedSize: [20, 4],
  size: [24, 4],
  nameLength: [28, 2],
  extraLength: [30, 2],
  headerAt: [42, 4],
} as const;
const endFields = { entries: [10, 2], directorySize: [12, 4], directoryAt: [16, 4], commentLength: [20, 2] } as const;

function setLie(random: Random, bytes: Uint8Array, [at, size]: readonly [number, number]): void {
  const value = lie(random, BigInt(bytes[at] ?? 0));
  for (let byte = 0; byte < size; byte++) bytes[at + byte] = Number((value >> BigInt(8 * byte)) & 255n);
}

/** Fields of a real archive's directory changed to lies. */
function lyingDirectory(random: Random): Uint8Array {
  const name = pick(random, [
    'keras3-text.keras',
    'keras3-masked.keras',
    'lstm-bidirectional.pt',
    'torch-scripted.pt',
    'rnn-half.pt',
  ]);
  const bytes = fixture(name).slice();
  const changes = 1 + whole(random, 3);
  for (let at = 0; at < changes; at++) {
    const isEnd = random() < 0.2;
    const record = pick(random, placesOf(bytes, isEnd ? endRecord : directoryEntry));
    const [place, size] = pick(random, Object.values(isEnd ? endFields : fields));
    setLie(random, bytes, [record + place, size]);
  }
  return bytes;
}

/** All names of the directory lead to the same bytes. */
function overlapping(random: Random): Uint8Array {
  const count = pick(random, [10, 500, 5000]);
  const content = new Uint8Array(pick(random, [100, 1 << 20]));
  const names = Object.fromEntries(Array.from({ length: count }, (_, at) => [`m/data/${at}`, new Uint8Array(0)]));
  const bytes = zipSync(
    { 'm/data/x': content, ...names, 'm/data.pkl': fixture('rnn.legacy.pth').subarray(40) },
    { level: 1 },
  );
  const places = placesOf(bytes, directoryEntry);
  const first = bytes.slice(places[0], (places[0] ?? 0) + 46);
  for (const at of places.slice(1, -1))
    for (const [from, size] of [fields.method, fields.packedSize, fields.size, fields.headerAt])
      bytes.set(first.subarray(from, from + size), at + from);
  return bytes;
}

/** Zeros that deflate to a thousandth, also inside each other. */
function bomb(random: Random): Uint8Array {
  const zeros = new Uint8Array(pick(random, [1 << 16, 1 << 22, 1 << 25]));
  const inner = random() < 0.5 ? zeros : zipSync({ z: zeros }, { level: 6 });
  const settings = random() < 0.5 ? encode(`{"class_name":"Sequential","a":"${' '.repeat(1 << 22)}"}`) : zeros;
  const keras = {
    'config.json': settings,
    'metadata.json': encode('{}'),
    'model.weights.h5': inner,
    'assets/vocabulary.txt': zeros,
  };
  return zipSync(random() < 0.5 ? keras : { 'm/data.pkl': inner, 'm/data/0': zeros }, { level: 6 });
}

/** Names that lead out, that are everywhere, or that nobody could have given. */
function names(random: Random): Uint8Array {
  const name = pick(random, [
    `${outside}/written`,
    '/etc/passwd',
    '..',
    'constructor',
    '',
    'a\\..\\..\\b',
    'x'.repeat(60_000),
    'm/data.pkl/',
    'C:\\a',
  ]);
  const many: Record<string, Uint8Array> =
    random() < 0.3
      ? Object.fromEntries(Array.from({ length: 20_000 }, (_, at) => [`${name}${at}`.slice(0, 100), new Uint8Array(0)]))
      : {};
  return zipSync({
    [name]: encode('{}'),
    [`${name}/config.json`]: encode('{}'),
    'config.json': encode('{"class_name":"Sequential","config":{"layers":[]}}'),
    'model.weights.h5': new Uint8Array(8),
    ...many,
  });
}

/** Lies in a zip archive. */
export function zipVariant(random: Random): FuzzVariant {
  const make = pick(random, [lyingDirectory, lyingDirectory, lyingDirectory, overlapping, bomb, names]);
  const name = pick(random, ['a.keras', 'a.pt']);
  return { what: make.name, main: name, files: { [name]: make(random) } };
}
