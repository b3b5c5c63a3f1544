import { type FuzzBox } from './fuzzBox';
import { type FuzzProcess, type Outcome } from './fuzzProcess';
import { variantOf } from './generators';
import { type FuzzVariant } from './variant';
import path from 'node:path';

/** A reader without progress is ended after two seconds, any other after twenty, and as much again for every 64 MB. */
const patienceMs = 2000;
const readingMs = 20_000;
const bytesForAsMuchAgain = 64 * 2 ** 20;
const mostMegabytes = 512;

/** What came of the variants of a format. */
export interface FuzzFigures {
  variants: number;
  opened: number;
  /** Those that the watch over readings, or a time limit, ended. */
  givenUp: number;
  slowestMs: number;
  peakMegabytes: number;
  /** A line for each that did what no file may. */
  readonly faults: string[];
}

/** The latest that an answer may come. */
function limitOf({ files }: FuzzVariant): number {
  const bytes = Object.values(files).reduce((sum, { length }) => sum + length, 0);
  return patienceMs + readingMs * (1 + bytes / bytesForAsMuchAgain);
}

function faultsOf({ code, message, peakMegabytes }: Outcome): readonly string[] {
  return [
    ...(['hang', 'abort', 'internal'].includes(code) ? [`${code}: ${message.slice(0, 300)}`] : []),
    ...(/[\n\r]/.test(message) ? [`several lines: ${message.slice(0, 300)}`] : []),
    ...(peakMegabytes > mostMegabytes ? [`${Math.round(peakMegabytes)} MB of memory`] : []),
  ];
}

/** Where variants are put, and what opens them: processes that work side by side. */
export interface FuzzPlace {
  readonly box: FuzzBox;
  readonly processes: readonly FuzzProcess[];
}

/** Opens the first `count` variants of a format. */
export async function runFuzz(format: string, count: number, { box, processes }: FuzzPlace): Promise<FuzzFigures> {
  const figures: FuzzFigures = { variants: 0, opened: 0, givenUp: 0, slowestMs: 0, peakMegabytes: 0, faults: [] };
  let next = 0;
  const work = async (process: FuzzProcess): Promise<void> => {
    for (let seed = next++; seed < count; seed = next++) {
      const variant = await variantOf(format, seed);
      const [outcome, faults] = await openOne(variant, box, process);
      countIn(figures, outcome);
      figures.faults.push(...faults.map((fault) => `seed ${seed}, ${variant.what}: ${fault}`));
    }
  };
  await Promise.all(processes.map(work));
  return figures;
}

type Seen = readonly [outcome: Outcome, faults: readonly string[]];

async function openOne(variant: FuzzVariant, box: FuzzBox, process: FuzzProcess): Promise<Seen> {
  const { main, isLab = false, text } = variant;
  const folder = box.write(variant);
  const order = { file: path.join(folder, main), isLab, ...(text === undefined ? {} : { text }) };
  const outcome = await process.open(order, limitOf(variant));
  // The highest mark of memory stays: the next variant gets a process that has none.
  if (outcome.peakMegabytes > mostMegabytes / 2) process.dispose();
  return [outcome, [...faultsOf(outcome), ...box.remove(folder, variant)]];
}

function countIn(figures: FuzzFigures, { code, message, tookMs, peakMegabytes }: Outcome): void {
  figures.variants++;
  if (code === 'opened') figures.opened++;
  if (/came to no end|takes too long/.test(message)) figures.givenUp++;
  figures.slowestMs = Math.max(figures.slowestMs, Math.round(tookMs));
  figures.peakMegabytes = Math.max(figures.peakMegabytes, Math.round(peakMegabytes));
}
