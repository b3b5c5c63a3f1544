import { fail, succeed, type Result } from '../../src/base/result';
import { answerKey, decodeReportData, type ReportData } from '../../src/protocol/reportData';
import { type ViewToHost } from '../../src/protocol/viewMessages';
import { type RangeParams } from '../../src/protocol/requestParams';
import { coarsen } from '../../src/trace/reading/coarsen';
import { packFrame, unpackFrame } from '../../src/trace/reading/frame';
import { type Connectivity } from '../../src/trace/reading/lossMatrix';
import { say } from '../theme/strings';
import { type Host } from './host';

/** Answers the view from the data inside a report page; null where the page has none. */
export function connectToReport(): Host | null {
  const holder = document.getElementById('report-data');
  if (holder === null) return null;
  const data = decodeReportData(holder.textContent);
  holder.remove();
  const answers = new Map(data.answers.map(({ kind, params, value }) => [answerKey(kind, params), value]));

  const answer = (kind: string, params: unknown): Result<unknown> => {
    if (kind === 'range') return succeed(rangeOf(data, params as RangeParams));
    if (kind === 'connectivity') return connectivityRows(answers, params as { from: number; to: number });
    const value = answers.get(answerKey(kind, params));
    if (value === undefined)
      return fail('out-of-range', say('This page does not hold that; it can be had in VS Code.'));
    return succeed(value instanceof ArrayBuffer ? value.slice(0) : value);
  };

  return {
    isLive: false,
    post: leaveThePage,
    keep: () => undefined,
    request: ((kind: string, params: unknown) => Promise.resolve(answer(kind, params))) as Host['request'],
    listen: (listener) =>
      queueMicrotask(() => {
        listener(data.hydrate);
        data.frames.forEach((frame, sequence) => listener({ type: 'frame', sequence, frame }));
      }),
  };
}

/** What only a page's own browser can do: copy, and save as a download. */
function leaveThePage(message: ViewToHost): void {
  if (message.type === 'copy') void navigator.clipboard.writeText(message.text).catch(() => undefined);
  if (message.type !== 'save') return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([message.data]));
  link.download = message.suggestedName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** A range of a coarser level, made from the frames of the page. */
function rangeOf({ frames }: ReportData, { layer, direction, fields, from, to, stride = 1 }: RangeParams): ArrayBuffer {
  const parts = frames
    .map(unpackFrame)
    .filter(
      ({ header }) => header.layer === layer && header.direction === direction && header.from < to && header.to > from,
    );
  const widths = fields.map((field) => parts[0]?.header.widths[parts[0].header.fields.indexOf(field)] ?? 0);
  const planes = fields.map((field, k) => {
    const width = widths[k] ?? 0;
    const values = new Float32Array((to - from) * width).fill(NaN);
    for (const { header, planes: given } of parts) {
      const plane = given[header.fields.indexOf(field)];
      const first = Math.max(from, header.from);
      const last = Math.min(to, header.to);
      if (plane !== undefined)
        values.set(plane.subarray((first - header.from) * width, (last - header.from) * width), (first - from) * width);
    }
    return stride === 1 ? values : coarsen(values, width, stride);
  });
  return packFrame({ header: { layer, direction, fields, from, to, widths, stride }, planes });
}

/** Some rows of the one block of connectivity that a page may hold. */
function connectivityRows(
  answers: ReadonlyMap<string, unknown>,
  { from, to }: { from: number; to: number },
): Result<unknown> {
  const whole = [...answers].find(([key]) => key.startsWith('connectivity '))?.[1] as Connectivity | undefined;
  if (whole === undefined || from < whole.from || to > whole.to)
    return fail('out-of-range', say('This page does not hold that; it can be had in VS Code.'));
  const first = from - whole.from;
  const last = to - whole.from;
  return succeed({
    ...whole,
    from,
    to,
    log10: whole.log10.slice(first * whole.steps, last * whole.steps),
    rowMaximum: whole.rowMaximum.slice(first, last),
    targets: whole.targets.slice(first, last),
  });
}
