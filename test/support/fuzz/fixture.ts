import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A healthy model file of the tests. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(path.resolve(__dirname, '../../fixtures/models', name)));
}

/** Every place where some bytes stand in others. */
export function placesOf(file: Uint8Array, wanted: Uint8Array | string): readonly number[] {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  const found: number[] = [];
  for (let at = bytes.indexOf(wanted); at >= 0; at = bytes.indexOf(wanted, at + 1)) found.push(at);
  return found;
}
