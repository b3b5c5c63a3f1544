// prose-lstm on plain operations of tfjs as npm has it, without our kernels: answers each line "read" by {"ms"}, the
// time it took to read `LENGTH` characters, and "keep FILE" by writing all fields of the last reading to a file:
// `plainPeer.ts LENGTH`.
import { writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { BlockCache } from '../../src/engine/forward/blockCache';
import { createPlainRunner } from '../../src/engine/forward/plainRunner';
import { prepareModel } from '../../src/engine/forward/preparedModel';
import { useWasmBackend } from '../support/tfjsBackend';
import { fieldsRead, makeText, openProse, readText } from './proseReading';

async function main(): Promise<void> {
  await useWasmBackend();
  const prepared = prepareModel(openProse(), createPlainRunner);
  const text = makeText(Number(process.argv[2]));
  const cache = new BlockCache();
  for await (const line of createInterface({ input: process.stdin })) {
    const begin = performance.now();
    const reading = await readText(prepared, text, cache);
    const ms = performance.now() - begin;
    if (line.startsWith('keep '))
      writeFileSync(
        line.slice(5),
        Buffer.concat(
          fieldsRead(reading).map((field) => new Uint8Array(field.buffer, field.byteOffset, field.byteLength)),
        ),
      );
    reading.dispose();
    process.stdout.write(`${JSON.stringify({ ms })}\n`);
  }
}

void main();
