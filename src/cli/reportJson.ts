/** A report as JSON: typed arrays as lists, NaN and infinities as strings. */
export function toReportJson(report: unknown): string {
  return `${JSON.stringify(report, replace, 1)}\n`;
}

function replace(_key: string, value: unknown): unknown {
  if (value instanceof Float64Array) return Array.from(value);
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
}
