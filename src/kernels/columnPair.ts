import { type CellWeights } from '../cells/cellWeights';
import { type CellKind, cellKinds } from '../trace/reading/cellKind';
import { type Arena } from './arena';
import { paddedWidth, kernelCellOf, kernelKind } from './cellLayout';
import { type Handed, instantiator, type KernelExports, type Pointer, type SharedKernels } from './loadKernels';
import { Pause, sleepUntil, spinUntil } from './waiting';

// Two threads read one sequence: each has half of the columns of h and of every gate, and after each step both wait
// until all of h is there. They wait by spinning, since a step takes less than waking a thread; where the other side is
// late, as on a busy machine, the pair comes apart and the sequence goes on in one thread. The bits are those of one
// thread.

/** Words of the shared control block. */
const word = {
  job: 0,
  isUp: 1,
  helperSteps: 2,
  mainSteps: 3,
  stopAt: 4,
  finishedJob: 5,
  constants: 6,
  order: 7,
} as const;
const words = 32;
const forever = 0x7fffffff;

/** to [rows, columns] = bias + input [rows, depth] W, W in panels. */
export interface ProjectionJob {
  readonly input: Pointer;
  readonly depth: number;
  readonly rows: number;
  readonly panels: Pointer;
  readonly columns: number;
  readonly to: Pointer;
  /** Bytes from one row of `to` to the next. */
  readonly stride: number;
  readonly bias: Pointer;
}

/** The first of two threads. Both answer false where the job is left to the caller. */
export interface ColumnPair {
  /** Runs a written plan of `steps` steps, whose rows have `row` bytes. */
  run(plan: Pointer, steps: number, row: number): boolean;
  project(job: ProjectionJob): boolean;
  dispose(): void;
}

/**
 * Fewest weights of a recurrent kernel with which a step takes longer than the threads need to meet: those of an LSTM
 * of 256 units.
 */
const leastWeights = 4 * 256 * 256;

/**
 * Whether a second thread can help with a cell: one wide enough, whose gates all begin with a panel, and whose units
 * meet once a step, which those of a GRU that resets before the product do twice.
 */
export function canPair({ cell, units, recurrentKernel, resetAfter }: CellWeights, panel: number): boolean {
  return (
    recurrentKernel.length >= leastWeights &&
    paddedWidth(units) % panel === 0 &&
    (!kernelCellOf(cell).isCandidateApart || resetAfter === true)
  );
}

/** Starts the second thread; until it is up, everything is left to the caller. */
export function createColumnPair(
  shared: SharedKernels,
  { kernels, memory, constants }: Arena,
  cell: CellKind,
): ColumnPair {
  const control = new Int32Array(new SharedArrayBuffer(words * 4));
  control[word.constants] = constants;
  const thread = shared.startThread({
    kind: 'columns',
    module: shared.module,
    memory,
    control: control.buffer as SharedArrayBuffer,
  });
  const { panel } = shared;
  const name = `${kernelKind(cell)}Columns` as const;
  const pause = new Pause();
  const waitFor = (at: number, value: number): boolean => {
    if (spinUntil(control, at, value)) return true;
    pause.noteLate();
    return false;
  };
  const start = (order: readonly number[]): boolean => {
    if (pause.isOn || Atomics.load(control, word.isUp) === 0) return false;
    if (!waitFor(word.finishedJob, Atomics.load(control, word.job))) return false;
    postJob(control, order);
    return true;
  };
  return {
    run(plan, steps, row) {
      if (!start([orders.run, plan, steps, row, cellKinds.indexOf(cell)])) return false;
      const [from, bytes] = halfOf(row, panel * 4, 0);
      let until = steps;
      for (let t = 0; t < until; t++) {
        kernels[name](plan, t, from, bytes);
        Atomics.store(control, word.mainSteps, t + 1);
        if (waitFor(word.helperSteps, t + 1)) continue;
        // The helper may be at the next step already, but not beyond it before this side has done that too.
        until = Math.min(until, t + 2);
        Atomics.store(control, word.stopAt, until);
        sleepUntil(control, word.helperSteps, t + 1);
      }
      if (!pause.isOn) pause.noteInTime();
      for (let t = until; t < steps; t++) kernels[name](plan, t, 0, row);
      return true;
    },
    project(job) {
      const { input, depth, rows, panels, columns, to, stride, bias } = job;
      if (!start([orders.project, input, depth, rows, panels, columns, to, stride, bias])) return false;
      projectHalf(kernels, job, halfOf(columns, panel, 0));
      if (!waitFor(word.helperSteps, 1)) sleepUntil(control, word.helperSteps, 1);
      return true;
    },
    dispose: () => thread.end(),
  };
}

/** Hands the second thread its next job. */
function postJob(control: Int32Array, order: readonly number[]): void {
  control.set(order, word.order);
  Atomics.store(control, word.helperSteps, 0);
  Atomics.store(control, word.mainSteps, 0);
  Atomics.store(control, word.stopAt, forever);
  Atomics.add(control, word.job, 1);
  Atomics.notify(control, word.job);
}

const orders = { run: 1, project: 2 } as const;

/** Beginning and length of a side's part of a width; the second begins with a panel, in the same unit. */
function halfOf(width: number, panel: number, side: 0 | 1): readonly [from: number, length: number] {
  const first = Math.ceil(width / 2 / panel) * panel;
  return side === 0 ? [0, first] : [first, width - first];
}

function projectHalf(
  kernels: KernelExports,
  { input, depth, rows, panels, to, stride, bias }: ProjectionJob,
  [from, columns]: readonly [number, number],
): void {
  kernels.multiply(
    input,
    depth * 4,
    rows,
    depth,
    panels + from * depth * 4,
    columns,
    to + from * 4,
    stride,
    bias + from * 4,
    0,
  );
}

/** The second thread: takes jobs until it is ended from outside. */
export function serveColumns({ module, memory, control: buffer }: Handed): never {
  const control = new Int32Array(buffer);
  const kernels = instantiator(module)(memory);
  kernels.prepareConstants(control[word.constants] as number);
  const panel = kernels.panelBytes(1, 1) / 4;
  Atomics.store(control, word.isUp, 1);
  for (let done = 0; ; done++) {
    // The next job mostly follows at once.
    if (!spinUntil(control, word.job, done + 1)) Atomics.wait(control, word.job, done);
    const [kind, ...order] = Array.from(control.subarray(word.order)) as [number, ...number[]];
    if (kind === orders.run) runHalf({ kernels, control, panel }, order);
    else {
      const [input, depth, rows, panels, columns, to, stride, bias] = order as [
        number,
        number,
        number,
        number,
        number,
        number,
        number,
        number,
      ];
      projectHalf(kernels, { input, depth, rows, panels, columns, to, stride, bias }, halfOf(columns, panel, 1));
      Atomics.store(control, word.helperSteps, 1);
    }
    Atomics.store(control, word.finishedJob, done + 1);
  }
}

function runHalf(
  { kernels, control, panel }: { kernels: KernelExports; control: Int32Array; panel: number },
  order: readonly number[],
): void {
  const [plan, steps, row, cell] = order as [number, number, number, number];
  const [from, bytes] = halfOf(row, panel * 4, 1);
  const name = `${kernelKind(cellKinds[cell] as CellKind)}Columns` as const;
  for (let t = 0; t < steps && t < Atomics.load(control, word.stopAt); t++) {
    kernels[name](plan, t, from, bytes);
    Atomics.store(control, word.helperSteps, t + 1);
    if (!spinUntil(control, word.mainSteps, t + 1)) sleepUntil(control, word.mainSteps, t + 1);
  }
}
