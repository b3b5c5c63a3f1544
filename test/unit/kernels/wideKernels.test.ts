import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createRandom, drawNormal } from '../../../src/base/random';
import { type CellWeights } from '../../../src/cells/cellWeights';
import { createArena } from '../../../src/kernels/arena';
import { type Kernels, hasRelaxedSimd, loadKernels } from '../../../src/kernels/loadKernels';
import { createSequenceReader } from '../../../src/kernels/sequenceReader';
import { type CellKind, fieldsOf, gatesOf } from '../../../src/trace/reading/cellKind';
import { tryWide } from '../../../src/worker/wideVectors';
import { useKernels } from '../../support/kernels';

function draw(n: number, seed: number): Float32Array {
  const random = createRandom(seed);
  return Float32Array.from({ length: n }, () => drawNormal(random) / 2);
}

function bitsOf(values: Float32Array | Float64Array): Int32Array {
  return new Int32Array(values.buffer, values.byteOffset, values.byteLength / 4);
}

function readFields(kernels: Kernels, cell: CellKind, [D, H, T]: readonly [number, number, number]): Int32Array[] {
  const columns = gatesOf(cell).length * H;
  const weights: CellWeights = {
    cell,
    inputWidth: D,
    units: H,
    activation: 'tanh',
    recurrentActivation: 'sigmoid',
    kernel: draw(D * columns, 1),
    recurrentKernel: draw(H * columns, 2),
    bias: draw(columns, 3),
  };
  const rows = draw(T * D, 4);
  if (T > 8) rows[D * 8] = NaN;
  const fields = createSequenceReader(kernels, weights).run({ kind: 'rows', rows }, T, {
    h: draw(H, 5),
    c: draw(H, 6),
  });
  return fieldsOf(cell).map((field) => bitsOf(fields[field] as Float32Array));
}

/** c = c + a b for a matrix of each size, in float32 and float64. */
function multiplyAll(kernels: Kernels, rows: number, depth: number, columns: number): Int32Array[] {
  const { kernels: own, allocate, floats, memory } = createArena(kernels);
  const [a, b, c] = [rows * depth, depth * columns, rows * columns].map((length, k) => {
    const at = allocate(length * 4);
    floats(at, length).set(draw(length, k));
    return at;
  }) as [number, number, number];
  const panels = allocate(own.panelBytes(depth, columns));
  own.packPanels(b, columns * 4, 4, depth, columns, panels);
  own.multiply(a, depth * 4, rows, depth, panels, columns, c, columns * 4, c, columns * 4);
  const [left, right, product] = [rows * depth, depth * 32, rows * 32].map((length, k) => {
    const at = allocate(length * 8);
    new Float64Array(memory.buffer, at, length).set(draw(length, k));
    return at;
  }) as [number, number, number];
  own.multiplyDouble(left, depth * 8, rows, depth, right, 32, product, 32 * 8);
  return [bitsOf(floats(c, rows * columns)), bitsOf(new Float64Array(memory.buffer, product, rows * 32))];
}

const isWideExpected =
  process.arch === 'x64' &&
  parseInt(process.versions.v8, 10) >= 13 &&
  / avx2 /.test(readFileSync('/proc/cpuinfo', 'utf8'));

describe('the wide kernels', () => {
  it('are what V8 from 13 on with AVX2 gets, and no other host', async () => {
    assert.equal((await useKernels('wide')).isWide, isWideExpected);
    assert.equal((await useKernels('relaxed')).isWide, false);
  });

  if (isWideExpected) {
    for (const cell of ['lstm', 'gru', 'rnn'] as const) {
      it(`read a ${cell} to the same bits as the narrow ones`, async () => {
        const [wide, narrow] = [await useKernels('wide'), await useKernels('relaxed')];
        for (const size of [
          [1, 1, 1],
          [3, 5, 40],
          [7, 24, 9],
          [9, 100, 12],
          [33, 127, 40],
          [64, 128, 200],
          [4, 130, 20],
        ] as const) {
          assert.deepEqual(readFields(wide, cell, size), readFields(narrow, cell, size), String(size));
        }
      });
    }

    it('multiply matrices to the same bits as the narrow ones', async () => {
      const [wide, narrow] = [await useKernels('wide'), await useKernels('relaxed')];
      for (const rows of [1, 2, 4, 5, 6, 7, 9, 11, 14]) {
        for (const columns of [8, 16, 32, 40, 72, 136]) {
          for (const depth of [1, 5, 300])
            assert.deepEqual(
              multiplyAll(wide, rows, depth, columns),
              multiplyAll(narrow, rows, depth, columns),
              `${rows} ${depth} ${columns}`,
            );
        }
      }
    });
  }
});

describe('trying the wide kernels', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'wide-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('sets flags of V8 while the module is compiled, and sets them back, also where that fails', () => {
    const set: string[] = [];
    const wideHost = { setFlags: (flag: string) => void set.push(flag), now: () => 0 };
    const simd = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    const load = (): unknown => loadKernels({ simd, relaxed: simd, wide: new Uint8Array([1]), wideHost });
    if (!hasRelaxedSimd()) {
      load();
      assert.deepEqual(set, []);
      return;
    }
    assert.throws(load, /CompileError|WebAssembly/);
    assert.deepEqual(set, [
      '--experimental-wasm-revectorize',
      '--no-liftoff',
      '--no-wasm-lazy-compilation',
      '--no-experimental-wasm-revectorize',
      '--liftoff',
      '--wasm-lazy-compilation',
    ]);
  });

  it('is left where a row of 64 columns takes twice as long as one of 32, as it does where no vectors are joined', async () => {
    await useKernels();
    const [simd, relaxed, wide] = ['simd', 'relaxed', 'wide'].map((build) =>
      readFileSync(path.resolve(__dirname, `../../../out/kernels/kernels-${build}.wasm`)),
    ) as [Buffer, Buffer, Buffer];
    let calls = 0;
    let time = 0;
    // Asked before and after each of 32, 64, 32, 64, ... columns.
    const slow = (): number => (time += calls++ % 4 === 3 ? 2 : 1);
    assert.equal(
      loadKernels({ simd, relaxed, wide, wideHost: { setFlags: () => undefined, now: slow } })?.isWide,
      false,
    );
  });

  it('leaves no mark when it went well, outlives two processes that ended during it, and is left alone after three', () => {
    const isPossible = process.arch === 'x64' && parseInt(process.versions.v8, 10) >= 13;
    const isTried = (): boolean => tryWide((host) => host !== undefined, folder);
    const leaveMark = (k: number): void => {
      const mark = path.join(folder, nameOf(k));
      writeFileSync(mark, '');
      utimesSync(mark, 0, 0);
    };
    assert.equal(isTried(), isPossible);
    assert.deepEqual(readdirSync(folder), []);
    [1, 2].forEach(leaveMark);
    assert.equal(isTried(), isPossible);
    assert.deepEqual(readdirSync(folder), isPossible ? [] : [1, 2].map(nameOf));
    [1, 2, 3].forEach(leaveMark);
    assert.equal(isTried(), false);
    assert.deepEqual(readdirSync(folder), [1, 2, 3].map(nameOf));
  });
});

function nameOf(k: number): string {
  return `lstm-inspector-wide-${process.versions.v8}-${k}`;
}
