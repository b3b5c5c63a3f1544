import { type Result } from '../base/result';
import { type Connectivity } from '../trace/reading/lossMatrix';
import { type Inspection } from './inspection';

/** How sensitive the output after one step is to every token. */
export interface SensitivityRow {
  readonly step: number;
  /** [T] log10 of the norm; -Infinity is an exact zero. */
  readonly log10: Float32Array;
  readonly maximum: number;
  /** The output that it is of. */
  readonly target: string;
}

const mostKept = 64;
const rowsAround = 6;
/** With more steps than this a row is asked for alone: its neighbours would make the mouse wait. */
const longestWithNeighbours = 1500;

/** Asks for rows of connectivity as the mouse moves: the newest question wins, and what has come is kept. */
export class SensitivityRows {
  private readonly kept = new Map<string, SensitivityRow>();
  private asking = new AbortController();

  /** The row of a step; `cancelled` when another was asked for meanwhile. */
  async ask(inspection: Inspection, step: number): Promise<Result<SensitivityRow>> {
    this.asking.abort();
    const known = this.kept.get(`${inspection.id}.${step}`);
    if (known) return { ok: true, value: known };
    this.asking = new AbortController();
    const steps = inspection.tokens.length;
    const around = steps > longestWithNeighbours ? 0 : rowsAround;
    const range = { from: Math.max(0, step - around), to: Math.min(steps, step + around + 1) };
    let answer = await inspection.ask('connectivity', range, this.asking.signal);
    // A model that answers once has no neighbours to give.
    if (!answer.ok && answer.error.code === 'out-of-range')
      answer = await inspection.ask('connectivity', { from: steps - 1, to: steps }, this.asking.signal);
    if (!answer.ok) return answer;
    const rows = rowsOf(answer.value as Connectivity);
    for (const row of rows) this.keep(`${inspection.id}.${row.step}`, row);
    const row = rows.find((candidate) => candidate.step === step) ?? rows[0];
    return row
      ? { ok: true, value: row }
      : { ok: false, error: { code: 'out-of-range', message: `There is no step ${step}.` } };
  }

  clear(): void {
    this.asking.abort();
    this.kept.clear();
  }

  private keep(name: string, row: SensitivityRow): void {
    this.kept.set(name, row);
    for (const oldest of [...this.kept.keys()].slice(0, Math.max(0, this.kept.size - mostKept)))
      this.kept.delete(oldest);
  }
}

function rowsOf({ from, to, steps, log10, rowMaximum, targets }: Connectivity): readonly SensitivityRow[] {
  return Array.from({ length: to - from }, (_, row) => ({
    step: from + row,
    log10: log10.subarray(row * steps, (row + 1) * steps),
    maximum: rowMaximum[row] ?? NaN,
    target: targets[row]?.name ?? '',
  }));
}
