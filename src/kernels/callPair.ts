import { type Handed, instantiator, type KernelExports, type Pointer, type SharedKernels } from './loadKernels';
import { sleepUntil, spinUntil } from './waiting';
import { Worth } from './worth';

// Two threads share tfjs's memory, and each makes half of the calls of kernels that a step of training is made of.
// Every number is computed by one call, which does not hang on the thread that makes it: the bits are those of one
// thread.

const names = [
  'multiply',
  'packPanels',
  'lstmForward',
  'lstmBackward',
  'gruForward',
  'gruBackward',
  'rnnForward',
  'rnnBackward',
] as const;

/** A kernel and what it is called with. */
export type Call = readonly [name: (typeof names)[number], ...args: number[]];

/** A call, and two that do the same between them; neither touches what the other writes. */
export interface DividedCall {
  readonly whole: Call;
  readonly halves: readonly [Call, Call];
  /** How much it is, in a unit of the kernel's own. */
  readonly operations: number;
}

/** The first of two threads. */
export interface CallPair {
  /** Makes a call: whole, or in two threads where that has been seen to be faster. */
  run(call: DividedCall): void;
}

/** Words of the shared control block. A job is a call: its number, then its arguments. */
const word = { job: 0, isUp: 1, takenJob: 2, finishedJob: 3, constants: 4, name: 5, count: 6, args: 7 } as const;
const words = 32;

/** A shared memory, kernels in it, and where their constants lie. */
export interface SharedPlace {
  readonly kernels: KernelExports;
  readonly memory: WebAssembly.Memory;
  readonly constants: Pointer;
}

/** Starts the second thread; until it is up, the first makes all calls. */
export function createCallPair(
  shared: SharedKernels,
  at: SharedPlace,
  worth: Pick<Worth, 'isPaired' | 'note'> = new Worth(),
): CallPair {
  const control = new Int32Array(new SharedArrayBuffer(words * 4));
  control[word.constants] = at.constants;
  shared.startThread({
    kind: 'calls',
    module: shared.module,
    memory: at.memory,
    control: control.buffer as SharedArrayBuffer,
  });
  return {
    run({ whole, halves, operations }) {
      if (Atomics.load(control, word.isUp) === 0) return make(at.kernels, whole);
      const { isPaired } = worth;
      const begin = performance.now();
      if (isPaired) makeBoth(at.kernels, control, halves);
      else make(at.kernels, whole);
      worth.note(whole[0], { operations, ms: performance.now() - begin, isPaired });
    },
  };
}

function makeBoth(kernels: KernelExports, control: Int32Array, [first, [name, ...args]]: readonly [Call, Call]): void {
  const job = Atomics.load(control, word.job) + 1;
  control[word.name] = names.indexOf(name);
  control[word.count] = args.length;
  control.set(args, word.args);
  Atomics.store(control, word.job, job);
  Atomics.notify(control, word.job);
  make(kernels, first);
  // What the second thread has not begun by then, because it sleeps or its core is taken, the first does itself.
  if (take(control, job)) return make(kernels, [name, ...args]);
  if (!spinUntil(control, word.finishedJob, job)) sleepUntil(control, word.finishedJob, job);
}

/** Whether the caller is the one of the two threads to do the job. */
function take(control: Int32Array, job: number): boolean {
  return Atomics.compareExchange(control, word.takenJob, job - 1, job) === job - 1;
}

function make(kernels: KernelExports, [name, ...args]: Call): void {
  (kernels[name] as (...args: number[]) => void)(...args);
}

/** The second thread: makes the calls that it is in time for, until it is ended from outside. */
export function serveCalls({ module, memory, control: buffer }: Handed): never {
  const control = new Int32Array(buffer);
  const kernels = instantiator(module)(memory);
  kernels.prepareConstants(control[word.constants] as number);
  Atomics.store(control, word.isUp, 1);
  for (let seen = 0; ;) {
    // The next job mostly follows soon.
    if (!spinUntil(control, word.job, seen + 1)) Atomics.wait(control, word.job, seen);
    seen = Atomics.load(control, word.job);
    if (!take(control, seen)) continue;
    const args = Array.from(control.subarray(word.args, word.args + (control[word.count] as number)));
    make(kernels, [names[control[word.name] as number] as Call[0], ...args]);
    Atomics.store(control, word.finishedJob, seen);
  }
}
