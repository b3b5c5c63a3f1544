import path from 'node:path';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { InspectorError, toFailure } from '../base/errors';
import { readRegular } from '../files/regularFile';
import { createModelFiles, type ModelFiles, openModelFiles } from '../models/fileAccess';
import { listenToWork } from '../models/workSignal';
import { type Hdf5Layout } from '../models/keras/kerasH5Layout';
import { readOwnModel, type OwnModel, type OwnModelOptions } from '../models/ownModel';
import { writeHdf5 } from '../models/keras/writeHdf5';
import { progressAt } from './readingWatch';
import { type FromReader, type ReaderStart, type ToReader } from './readerMessages';

/**
 * Entry of the reader thread: it holds the parsers of foreign files and nothing else, so that it may be ended at any
 * time.
 */
function start(port: MessagePort, { progress }: ReaderStart): void {
  const counter = new Int32Array(progress);
  const onWork = (bytes = 0): void => {
    Atomics.store(counter, progressAt.extraMs, 0);
    Atomics.add(counter, progressAt.asked, 1 + Math.floor(bytes / 1024));
  };
  listenToWork({
    onWork,
    onLongStep: (durationMs) => {
      onWork();
      Atomics.store(counter, progressAt.extraMs, Math.ceil(durationMs));
    },
  });
  const post = (message: FromReader, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  port.on('message', (message: ToReader) => {
    Atomics.store(counter, progressAt.fileKilobytes, 0);
    Atomics.store(counter, progressAt.isReading, 1);
    void answer(message, counter, onWork).then((reply) => {
      Atomics.store(counter, progressAt.isReading, 0);
      post(reply, reply.type === 'answer' && reply.result.ok ? buffersOf(reply.result.value) : []);
    });
  });
  post({ type: 'ready' });
}

async function answer(message: ToReader, counter: Int32Array, onWork: (bytes: number) => void): Promise<FromReader> {
  const { id, source } = message;
  const onRead = (bytes: number): void => {
    Atomics.store(counter, progressAt.fileKilobytes, Math.floor((files?.bytes() ?? 0) / 1024));
    onWork(bytes);
  };
  let files: ModelFiles | null = null;
  try {
    files =
      source.kind === 'file'
        ? openModelFiles(source.path, onRead)
        : createModelFiles(source.name, source.files, onRead);
    return { type: 'answer', id, result: { ok: true, value: await read(files, message) } };
  } catch (thrown) {
    return { type: 'answer', id, result: { ok: false, error: toFailure(thrown) } };
  }
}

async function read(files: ModelFiles, { options, vocabularyPath }: ToReader): Promise<OwnModel> {
  try {
    return await readOwnModel(files, {
      ...options,
      ...(vocabularyPath === undefined ? {} : { vocabulary: readVocabulary(vocabularyPath) }),
    });
  } finally {
    files.close();
  }
}

const mostVocabularyBytes = 256 * 2 ** 20;

/** A path with an optional `#KEY` behind it. */
function readVocabulary(given: string): NonNullable<OwnModelOptions['vocabulary']> {
  const [, file = given, key] = /^(.*?)(?:#([^#/\\]*))?$/s.exec(given) ?? [];
  try {
    return {
      bytes: readRegular(file, mostVocabularyBytes),
      name: path.basename(file),
      ...(key === undefined ? {} : { key }),
    };
  } catch (cause) {
    const why = cause instanceof InspectorError ? ` ${cause.message}` : '';
    throw new InspectorError('file', `Cannot read the vocabulary ${file}. Check the path.${why}`, { cause });
  }
}

/** Every array's buffer once, to be handed over and not copied. */
function buffersOf(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>();
  const seen = new Set<unknown>();
  const open: unknown[] = [value];
  for (let item = open.pop(); open.length > 0 || item !== undefined; item = open.pop()) {
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    if (ArrayBuffer.isView(item)) {
      if (item.buffer instanceof ArrayBuffer) buffers.add(item.buffer);
    } else {
      for (const inner of Object.values(item)) if (typeof inner === 'object' && inner !== null) open.push(inner);
    }
  }
  return [...buffers];
}

/** Started with a layout to write, the thread writes it, hands over the bytes and has nothing more to do. */
async function write(port: MessagePort, layout: Hdf5Layout): Promise<void> {
  port.postMessage(await writeHdf5(layout));
}

if (parentPort !== null) {
  const given = workerData as ReaderStart | { readonly write: Hdf5Layout };
  if ('write' in given) void write(parentPort, given.write);
  else start(parentPort, given);
}
