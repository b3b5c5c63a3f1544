/** A table of T rows with a name a row and three columns of numbers, as a person would have it, and one value of it. */
export const weatherColumns = ['temperature (\u00b0C)', 'pressure (hPa)', 'wind'] as const;

/** Column `column` of row `row`, to two decimals. */
export function weatherAt(row: number, column: number): number {
  const value = [12 + 8 * Math.sin(row / 4), 1013 + 5 * Math.cos(row / 9), row % 10 === 7 ? 3 : -0.5][column] ?? 0;
  return Number(value.toFixed(2));
}

/** The table as CSV, its rows named by days. */
export function weatherCsv(rows: number): string {
  const day = (row: number): string => new Date(Date.UTC(2024, 0, 1 + row)).toISOString().slice(0, 10);
  const lines = Array.from({ length: rows }, (_, row) =>
    [day(row), ...weatherColumns.map((_name, column) => weatherAt(row, column))].join(','),
  );
  return `${['day', ...weatherColumns].join(',')}\n${lines.join('\n')}\n`;
}
