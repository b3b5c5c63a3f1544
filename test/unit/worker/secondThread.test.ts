import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { writeTfjs } from '../../../src/models/tfjs/writeTfjs';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { unpackFrame } from '../../../src/trace/reading/frame';
import { startWorkerThread, type WorkerThread } from '../../support/workerThread';

/** Wide enough for two threads, and whole panels in every build. */
const H = 384;
const D = 3;
const T = 40;

const wave = (length: number, scale: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => scale * Math.sin(1.7 * at));

function writeWideLstm(folder: string): string {
  const config = {
    name: 'lstm',
    units: H,
    activation: 'tanh',
    recurrent_activation: 'sigmoid',
    use_bias: true,
    return_sequences: true,
    batch_input_shape: [null, null, D],
    dtype: 'float32',
  };
  const weights = [
    ['kernel', [D, 4 * H], 0.5],
    ['recurrent_kernel', [H, 4 * H], 0.03],
    ['bias', [4 * H], 0.1],
  ] as const;
  const layer = {
    className: 'LSTM',
    config,
    weights: weights.map(([name, shape, scale]) => ({
      name: `lstm/${name}`,
      shape,
      data: wave(
        shape.reduce((n, size) => n * size, 1),
        scale,
      ),
    })),
  };
  const { modelJson, weights: bytes } = writeTfjs('wide', [layer]);
  writeFileSync(path.join(folder, 'weights.bin'), bytes);
  writeFileSync(path.join(folder, 'model.json'), modelJson);
  return path.join(folder, 'model.json');
}

const smallLab = {
  name: 'small',
  task: 'next-token',
  data: { format: 'text', folder: '.', files: [{ path: 'text.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model: { cell: 'lstm', input: 'one-hot' },
  hyperparameters: { optimizer: 'Adam', units: 128, batch_size: 32, sequence_length: 40, steps: 8, validate_every: 8 },
};

describe('the worker and its second thread', function () {
  this.timeout(60_000);
  const logged: string[] = [];
  let worker: WorkerThread;
  before(async () => {
    worker = await startWorkerThread({ onLog: ({ message }) => logged.push(message) });
  });
  after(() => worker.dispose());

  /** All fields of the wide LSTM, freshly opened, with at most so many threads; 0 leaves it to the engine. */
  const readWith = async (threads: number): Promise<ArrayBuffer> => {
    const folder = mkdtempSync(path.join(tmpdir(), 'second-'));
    try {
      const input = { kind: 'values', data: wave(T * D, 1), width: D } as const;
      const read = await worker.ask('read', {
        inspection: threads,
        model: { kind: 'file', path: writeWideLstm(folder) },
        input,
        threads,
        stream: false,
      }).answer;
      assert.ok(read.ok, JSON.stringify(read));
      const range = await worker.ask('range', {
        inspection: threads,
        layer: 0,
        direction: 'forward',
        fields: fieldsOf('lstm'),
        from: 0,
        to: T,
      }).answer;
      assert.ok(range.ok, JSON.stringify(range));
      return range.value as ArrayBuffer;
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  /** The weights that a training of a few steps ends with, in a worker of its own. */
  const trainWith = async (
    threads: number,
  ): Promise<{ readonly weights: Uint8Array; readonly log: readonly string[] }> => {
    const log: string[] = [];
    const folder = mkdtempSync(path.join(tmpdir(), 'second-'));
    const own = await startWorkerThread({ threads, onLog: ({ message }) => log.push(message) });
    try {
      writeFileSync(
        path.join(folder, 'text.txt'),
        Array.from({ length: 8000 }, (_, k) => 'etaoin shrdlu'[(k * k + k) % 13]).join(''),
      );
      writeFileSync(path.join(folder, 'small.lstm-lab.json'), JSON.stringify(smallLab));
      const answer = await own.ask('train', {
        training: 1,
        settingsPath: path.join(folder, 'small.lstm-lab.json'),
        outFolder: folder,
      }).answer;
      assert.ok(answer.ok, JSON.stringify(answer));
      return { weights: readFileSync(path.join(folder, 'weights.bin')), log };
    } finally {
      await own.dispose();
      rmSync(folder, { recursive: true });
    }
  };

  it('trains to the same bits, and in one thread only where one may compute', async () => {
    const [one, free] = [await trainWith(1), await trainWith(0)];
    const shares = (log: readonly string[]): boolean => log.includes('A second thread shares the training.');
    assert.equal(shares(one.log), false);
    assert.equal(shares(free.log), availableParallelism() > 1);
    assert.deepEqual(free.weights, one.weights);
  });

  it('starts none where only one may compute, one for a wide LSTM where there are cores, and reads the same bits', async () => {
    const startsSecond = (): boolean => logged.some((message) => message.startsWith('A second thread'));
    const one = await readWith(1);
    assert.equal(startsSecond(), false);
    const free = await readWith(0);
    assert.equal(startsSecond(), availableParallelism() > 1);
    assert.deepEqual(unpackFrame(free).planes, unpackFrame(one).planes);
  });
});
