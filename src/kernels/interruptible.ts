import { checkInterrupt } from '../base/interrupt';
import { type Call } from './callPair';
import { type CellLayout, kernelKind } from './cellLayout';
import { type Heap } from './heap';
import { type KernelExports, type Pointer } from './loadKernels';
import { limitPlan, planBytes, type SequencePlan, writePlan } from './sequencePlan';

/** Multiply-adds between two looks at whether the work is to end: about 5 ms. */
const operationsAtOnce = 1e8;
/** Fewest for which it pays to meet another thread: about 10 microseconds. */
const operationsForTwo = 5e5;
/** Fewest sequences of which two threads take a half each: both fill tiles of rows. */
const sequencesForTwo = 8;

type Product = Parameters<KernelExports['multiply']>;

/**
 * {@link KernelExports.multiply} that can be interrupted, in two threads where these help. The bits do not depend on
 * where it is cut.
 */
export function multiplyInSlices(
  heap: Heap,
  ...[a, aStride, rows, depth, panels, columns, c, cStride, init, initStride]: Product
): void {
  const rowsAtOnce = 12 * Math.ceil(operationsAtOnce / Math.max(1, 12 * depth * columns));
  for (let from = 0; from < rows; from += rowsAtOnce) {
    checkInterrupt();
    const count = Math.min(rowsAtOnce, rows - from);
    multiplyInTwo(heap, [
      a + from * aStride,
      aStride,
      count,
      depth,
      panels,
      columns,
      c + from * cStride,
      cStride,
      init + from * initStride,
      initStride,
    ]);
  }
}

function multiplyInTwo(heap: Heap, product: Product): void {
  const [, , rows, depth, , columns] = product;
  const operations = rows * depth * columns;
  const pair = operations < operationsForTwo ? undefined : heap.pair?.();
  if (pair)
    pair.run({
      whole: ['multiply', ...product],
      halves: halve(product, heap.kernels.panelBytes(1, 1) / 4),
      operations,
    });
  else heap.kernels.multiply(...product);
}

/** A product as two: of half of the columns where these are whole panels and enough, or of half of the rows. */
function halve(
  [a, aStride, rows, depth, panels, columns, c, cStride, init, initStride]: Product,
  panel: number,
): readonly [Call, Call] {
  if (columns > rows && columns >= 4 * panel) {
    const n = Math.ceil(columns / 2 / panel) * panel;
    return [
      ['multiply', a, aStride, rows, depth, panels, n, c, cStride, init, initStride],
      [
        'multiply',
        a,
        aStride,
        rows,
        depth,
        panels + n * depth * 4,
        columns - n,
        c + n * 4,
        cStride,
        init + n * 4,
        initStride,
      ],
    ];
  }
  const n = halfOf(rows);
  return [
    ['multiply', a, aStride, n, depth, panels, columns, c, cStride, init, initStride],
    [
      'multiply',
      a + n * aStride,
      aStride,
      rows - n,
      depth,
      panels,
      columns,
      c + n * cStride,
      cStride,
      init + n * initStride,
      initStride,
    ],
  ];
}

/** About half of some rows, so that tiles are filled. */
function halfOf(rows: number): number {
  return Math.min(rows, Math.ceil(rows / 8) * 4);
}

/**
 * Runs the steps of a plan a few at a time, from the first on or from the last back; two threads have half of the batch
 * each.
 */
export function runInSlices(
  heap: Heap,
  layout: CellLayout,
  plan: SequencePlan,
  { pass, allocate }: { pass: 'Forward' | 'Backward'; allocate: (bytes: number) => Pointer },
): void {
  const { B, T, H, G, P, cell, row } = layout;
  const steps = Math.max(1, Math.floor(operationsAtOnce / (B * H * G * P)));
  const operations = Math.min(steps, T) * B * H * G * P;
  const pair = B < sequencesForTwo || operations < operationsForTwo ? undefined : heap.pair?.();
  const write = (part: SequencePlan): Pointer => {
    const at = allocate(planBytes);
    writePlan(heap.memory, at, part);
    return at;
  };
  const whole = write(plan);
  const n = halfOf(B);
  const halves =
    pair &&
    ([
      write(partOf(layout, plan, [0, n])),
      write({ ...partOf(layout, plan, [n, B]), scratch: allocate(2 * row) }),
    ] as const);
  const name = `${kernelKind(cell)}${pass}` as const;
  for (let done = 0; done < T; done += steps) {
    checkInterrupt();
    const until = Math.min(T, done + steps);
    for (const at of [whole, ...(halves ?? [])])
      limitPlan(heap.memory, at, pass === 'Forward' ? [done, until] : [T - until, T - done]);
    if (pair && halves)
      pair.run({
        whole: [name, whole],
        halves: [
          [name, halves[0]],
          [name, halves[1]],
        ],
        operations: (until - done) * B * H * G * P,
      });
    else heap.kernels[name](whole);
  }
}

/** The plan of some sequences of a batch. */
function partOf(
  { B, T, H, row, gatesRow }: CellLayout,
  plan: SequencePlan,
  [from, until]: readonly [number, number],
): SequencePlan {
  const bytes = {
    gates: gatesRow,
    z: gatesRow,
    dz: gatesRow,
    c: row,
    hIn: row,
    h: row,
    mask: row,
    dh: row,
    dc: row,
    y: T * H * 4,
    dy: T * H * 4,
  };
  const moved = Object.entries(bytes).map(([name, stride]) => {
    const at = plan[name as keyof typeof bytes] ?? 0;
    return [name, at === 0 ? 0 : at + from * stride];
  });
  return { ...plan, ...(Object.fromEntries(moved) as SequencePlan), batch: until - from, stepRows: B };
}
