import { type Frame } from 'playwright-core';
import { startHostSession, type HostSession } from '../host/session';
import { type Row, type Side } from '../row';

/** Text of a stated length, of words that any bundled model knows. */
function createText(length: number): string {
  const words = 'the king said that no man should leave the city before the winter, and the lords of France agreed. ';
  return words.repeat(Math.ceil(length / words.length)).slice(0, length);
}

const text = createText(2000);
const units = 128;
let session: Promise<HostSession> | undefined;

/** One window for all rows; they run one after the other. */
function open(): Promise<HostSession> {
  return (session ??= startHostSession());
}

/** Called when the last row has run. */
export async function dispose(): Promise<void> {
  if (session) await (await session).end();
}

/** Milliseconds from the command until the columns in sight are on the screen. */
async function inspect(host: HostSession, input = text): Promise<{ readonly tookMs: number; readonly frame: Frame }> {
  const begin = await host.ask<number>('inspect', input);
  const frame = await host.paintedFrame();
  const paintedAt = await frame.evaluate(() => globalThis.__bench?.paintedAt[0] ?? NaN);
  return { tookMs: paintedAt - begin, frame };
}

async function closePanels(host: HostSession): Promise<void> {
  await host.ask('closeAll');
  await host.page.waitForTimeout(300);
}

/** The whole trace has come when the view asks for no more: half a second without a task is taken for it. */
async function settle(host: HostSession): Promise<void> {
  await host.page.waitForTimeout(2500);
}

const isPositive = (value: number | undefined): void => {
  if (value === undefined || !Number.isFinite(value)) throw new Error(`Expected a figure, got ${value}.`);
};

interface HostRow {
  readonly name: string;
  readonly must?: number;
  readonly unit?: string;
  readonly runs?: number;
  readonly measure: (host: HostSession) => Promise<number>;
}

/** A row of a figure of ours, measured in the window; no warm-up where the first time is what counts. */
function createRow({ name, must, unit, runs, measure }: HostRow): Row {
  return {
    name: `VS Code: ${name}`,
    peer: null,
    nodes: [20],
    ...(unit ? { unit } : {}),
    ...(must === undefined ? {} : { bars: { 20: { must } } }),
    minimumRuns: runs ?? 7,
    mostRuns: runs ?? 7,
    warmUps: 0,
    async prepare() {
      const host = await open();
      let last: number | undefined;
      const ours: Side = async () => (last = await measure(host));
      return { ours, check: () => isPositive(last) };
    },
  };
}

/** A new panel in a fresh window, beyond what an empty panel costs as the first of a fresh window. */
async function measureCold(host: HostSession): Promise<number> {
  await host.restart();
  const empty = await host.ask<number>('emptyPanel');
  await host.restart();
  return (await inspect(host)).tookMs - empty;
}

async function measureWarm(host: HostSession): Promise<number> {
  await closePanels(host);
  const empty = await host.ask<number>('emptyPanel');
  await closePanels(host);
  return (await inspect(host)).tookMs - empty;
}

/** The text of a panel that is open already, read again. */
async function measureOpen(host: HostSession): Promise<number> {
  await closePanels(host);
  const { frame } = await inspect(host);
  await settle(host);
  await frame.evaluate(() => globalThis.__bench?.arm());
  const begin = await host.ask<number>('again');
  await host.paintedFrame();
  return (await frame.evaluate(() => globalThis.__bench?.paintedAt[0] ?? NaN)) - begin;
}

/** From the first painting until the last block of the trace has arrived in the view. */
async function measureWhole(host: HostSession): Promise<number> {
  await closePanels(host);
  const { frame } = await inspect(host);
  await settle(host);
  return frame.evaluate(() => (globalThis.__bench?.lastFrameAt ?? NaN) - (globalThis.__bench?.paintedAt[0] ?? NaN));
}

/**
 * From the last block of the trace of 1,000 characters until all its gradient norms are on the screen; 0 where they
 * were there before.
 */
async function measureGradients(host: HostSession): Promise<number> {
  await closePanels(host);
  const { frame } = await inspect(host, createText(1000));
  await settle(host);
  const took = await frame.evaluate(
    () => (globalThis.__bench?.gradientAt ?? NaN) - (globalThis.__bench?.lastFrameAt ?? NaN),
  );
  return Math.max(0, took);
}

async function measureViewBlock(host: HostSession): Promise<number> {
  await closePanels(host);
  const { frame } = await inspect(host);
  await settle(host);
  return frame.evaluate(() => Math.max(0, ...(globalThis.__bench?.longTasks ?? [])));
}

/** Of a text of so many characters; a long one is read for seconds. */
function measureHostBlock(length: number): (host: HostSession) => Promise<number> {
  return async (host) => {
    await closePanels(host);
    await inspect(host, createText(length));
    await settle(host);
    if (length > 200_000) await settle(host);
    return host.ask<number>('longestBlock');
  };
}

/** Five seconds of wheel and drag over the heatmaps. */
async function panAndZoom(host: HostSession): Promise<Frame> {
  await closePanels(host);
  const { frame } = await inspect(host);
  await settle(host);
  const element = await frame.waitForSelector('.heatmaps canvas');
  const box = await element.boundingBox();
  if (!box) throw new Error('The heatmap has no box.');
  const { mouse } = host.page;
  await frame.evaluate(() => globalThis.__bench?.sample(true));
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const end = Date.now() + 5000;
  for (let step = 0; Date.now() < end; step += 1) {
    await mouse.move(x + (step % 7) * 5, y);
    await host.page.keyboard.down('Control');
    await mouse.wheel(0, step % 20 < 10 ? -60 : 60);
    await host.page.keyboard.up('Control');
    await mouse.down();
    await mouse.move(x + 120 * Math.sin(step / 3), y, { steps: 4 });
    await mouse.up();
    await mouse.wheel(40, 0);
  }
  await frame.evaluate(() => globalThis.__bench?.sample(false));
  return frame;
}

async function measureFrames(host: HostSession): Promise<number> {
  const frame = await panAndZoom(host);
  const intervals = await frame.evaluate(() => [...(globalThis.__bench?.intervals ?? [])]);
  if (intervals.length < 50) throw new Error(`Only ${intervals.length} frames in five seconds.`);
  return intervals.sort((a, b) => a - b)[Math.floor(intervals.length * 0.95)] ?? NaN;
}

async function measurePanTask(host: HostSession): Promise<number> {
  const frame = await panAndZoom(host);
  return frame.evaluate(() => Math.max(0, ...(globalThis.__bench?.longTasks ?? [])));
}

/**
 * Bytes of the worker's process that each token and unit takes: what a long text takes more than a short one, all six
 * fields.
 */
async function measureWorkerMemory(host: HostSession): Promise<number> {
  const [short, long] = [2_000, 20_000];
  const memoryAfter = async (length: number): Promise<number> => {
    await host.restart();
    await inspect(host, createText(length));
    await settle(host);
    await settle(host);
    return host.ask<number>('memory');
  };
  const less = await memoryAfter(short);
  const more = await memoryAfter(long);
  return (more - less) / ((long - short) * units);
}

/**
 * Bytes of the page that each token and unit takes, once the whole trace is there: what the view of two characters
 * takes is taken off.
 */
async function measureViewMemory(host: HostSession): Promise<number> {
  const memoryAfter = async (input: string): Promise<number> => {
    await host.restart();
    await inspect(host, input);
    await settle(host);
    return readViewMemory(host);
  };
  const less = await memoryAfter(createText(2));
  const more = await memoryAfter(text);
  return (more - less) / (text.length * units);
}

/** Bytes of the page's script memory, array buffers included. */
async function readViewMemory(host: HostSession): Promise<number> {
  const cdp = await host.page.context().newCDPSession(host.page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize } = (await cdp.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  await cdp.detach();
  return usedSize + (backingStorageSize ?? 0);
}

/** Six fields of float32 are 24 bytes; half as much again may go to everything else. */
const mostBytes = 36;

export const rows: readonly Row[] = [
  createRow({
    name: 'activation',
    must: 50,
    measure: async (host) => {
      await host.restart();
      return host.ask<number>('activate');
    },
  }),
  createRow({ name: 'command to painted, cold, beyond an empty panel', must: 350, measure: measureCold }),
  createRow({ name: 'command to painted, warm, beyond an empty panel', must: 150, measure: measureWarm }),
  createRow({ name: 'command to painted, in an open panel', must: 150, measure: measureOpen }),
  createRow({ name: 'the whole trace in the view, after the first painting', must: 600, measure: measureWhole }),
  createRow({
    name: 'all gradient norms in the view after the trace, 1,000 characters',
    must: 300,
    measure: measureGradients,
  }),
  createRow({ name: 'longest block of the extension host', must: 50, measure: measureHostBlock(2000) }),
  createRow({
    name: 'longest block of the extension host, 100,000 characters',
    must: 50,
    measure: measureHostBlock(100_000),
  }),
  createRow({
    name: 'longest block of the extension host, a million characters',
    must: 100,
    measure: measureHostBlock(1_000_000),
  }),
  createRow({ name: 'longest block of the view', must: 50, measure: measureViewBlock }),
  createRow({ name: 'pan and zoom, p95 frame interval', must: 20, runs: 7, measure: measureFrames }),
  createRow({ name: 'pan and zoom, longest task', must: 50, runs: 7, measure: measurePanTask }),
  createRow({
    name: 'memory of the worker per token and unit',
    must: mostBytes,
    unit: 'bytes',
    runs: 1,
    measure: measureWorkerMemory,
  }),
  createRow({
    name: 'memory of the view per token and unit',
    must: mostBytes,
    unit: 'bytes',
    runs: 1,
    measure: measureViewMemory,
  }),
];
