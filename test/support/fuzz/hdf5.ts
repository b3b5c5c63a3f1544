import type * as H5WasmNamespace from 'h5wasm';
import { type Random } from '../../../src/base/random';
import { fixture, placesOf } from './fixture';
import { type FuzzVariant, lie, pick, whole } from './variant';

type H5Wasm = typeof H5WasmNamespace;

const signatures = ['TREE', 'SNOD', 'HEAP', 'GCOL', 'OHDR', 'OCHK', 'FRHP', 'FHDB', 'BTHD', 'BTLF', '\x89HDF'];
const healthy = [
  ...['keras1-lstm.h5', 'keras2-cudnn.h5', 'keras2-functional.h5', 'keras2-hierarchy.h5', 'keras2-text.h5'],
  ...['keras2-with-optimizer.h5', 'weights-only.weights.h5'],
];

function only(what: string, bytes: Uint8Array): FuzzVariant {
  return { what, main: 'a.h5', files: { 'a.h5': bytes } };
}

/** Fields behind the signature of a structure: sizes, counts and addresses become lies. */
function lyingStructures(random: Random): FuzzVariant {
  const name = pick(random, healthy);
  const bytes = fixture(name).slice();
  const places = signatures.flatMap((signature) => placesOf(bytes, Buffer.from(signature, 'latin1')));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const changes = 1 + whole(random, 4);
  for (let count = 0; count < changes; count++) {
    const at = pick(random, places) + 4 + 4 * whole(random, 30);
    if (at + 8 > bytes.length) continue;
    if (random() < 0.5) view.setBigUint64(at, lie(random, view.getBigUint64(at, true)), true);
    else view.setUint32(at, Number(BigInt.asUintN(32, lie(random, BigInt(view.getUint32(at, true))))), true);
  }
  return only(`${name}: ${changes} fields of its structures`, bytes);
}

/** Addresses of structures exchanged for one another: heaps that are trees, groups that hold themselves. */
function crossedAddresses(random: Random): FuzzVariant {
  const name = pick(random, healthy);
  const bytes = fixture(name).slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isAddress = (at: number): boolean => {
    const value = view.getBigUint64(at, true);
    return value >= 8n && value < BigInt(bytes.length) && value % 8n === 0n;
  };
  const places = Array.from({ length: Math.floor(bytes.length / 8) }, (_, at) => at * 8).filter(isAddress);
  const addresses = places.map((at) => view.getBigUint64(at, true));
  const changes = 1 + whole(random, 3);
  for (let count = 0; count < changes; count++) view.setBigUint64(pick(random, places), pick(random, addresses), true);
  return only(`${name}: ${changes} addresses crossed`, bytes);
}

async function written(fill: (file: H5WasmNamespace.File, h5wasm: H5Wasm) => void): Promise<Uint8Array> {
  const h5wasm: H5Wasm = await import('h5wasm');
  const { FS } = await h5wasm.ready;
  const file = new h5wasm.File('fuzz.h5', 'w', { libver: ['earliest', 'latest'] });
  fill(file, h5wasm);
  file.flush();
  file.close();
  const files = FS as unknown as { readFile(name: string): Uint8Array; unlink(name: string): void };
  const bytes = Uint8Array.from(files.readFile('fuzz.h5'));
  files.unlink('fuzz.h5');
  return bytes;
}

/** Groups that hard and soft links lead round in, and deep ones. */
async function circles(random: Random): Promise<FuzzVariant> {
  const count = pick(random, [3, 30, 300]);
  const links = pick(random, [1, 5]);
  const isSoft = random() < 0.3;
  const bytes = await written((file) => {
    for (let at = 0; at < count; at++) file.create_group(`g${at}`);
    for (let at = 0; at < count; at++) {
      const group = file.get(`g${at}`) as H5WasmNamespace.Group;
      for (let link = 0; link < links; link++) {
        const target = `/g${whole(random, count)}`;
        if (isSoft) group.create_soft_link(target, `to${link}`);
        else group.create_hard_link(target, `to${link}`);
      }
    }
  });
  return only(`${count} groups with ${links} ${isSoft ? 'soft' : 'hard'} links each`, bytes);
}

/** Datasets that say much and hold little: many zeros packed, many dimensions, texts. */
async function datasets(random: Random): Promise<FuzzVariant> {
  const count = pick(random, [1 << 10, 1 << 20, 1 << 22]);
  const many = pick(random, [1, 1, 100]);
  const bytes = await written((file) => {
    const data = new Float32Array(many > 1 ? Math.min(count, 1 << 12) : count);
    for (let at = 0; at < many; at++) {
      file.create_group(`lstm${at}`);
      const shape = [data.length / 4, 4];
      file.create_dataset({ name: `lstm${at}/kernel:0`, data, shape, dtype: '<f4', chunks: shape, compression: 9 });
    }
    const names = Array.from({ length: pick(random, [1, 1000]) }, () => 'lstm'.repeat(pick(random, [1, 50])));
    file.create_attribute('layer_names', names, [names.length], 'S');
  });
  return only(`${many} datasets of ${count} zeros`, bytes);
}

/** Lies in an HDF5 file, which a library in WebAssembly reads. */
export function hdf5Variant(random: Random): FuzzVariant | Promise<FuzzVariant> {
  return pick(random, [lyingStructures, lyingStructures, crossedAddresses, crossedAddresses, circles, datasets])(
    random,
  );
}
