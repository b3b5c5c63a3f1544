import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');

/** What an LSTM has: its gates, its candidate and its states. */
export const fields = ['f', 'i', 'g', 'o', 'c', 'h'] as const;
export type Field = (typeof fields)[number];

/**
 * What the built command line's `trace` prints for a text read by prose-lstm: per field the mean over the units at each
 * step.
 */
export function traceMeans(text: string): Record<Field, number[]> {
  const out = path.join(root, 'out/person/trace.json');
  mkdirSync(path.dirname(out), { recursive: true });
  execFileSync(process.execPath, [path.join(root, 'dist/cli.js'), 'trace', 'prose-lstm', '--text', text, '--out', out]);
  const { arrays } = JSON.parse(readFileSync(out, 'utf8')) as { arrays: Record<string, { data: number[][] }> };
  const means = (field: Field): number[] =>
    arrays[`0.forward.${field}`]?.data.map((row) => row.reduce((sum, value) => sum + value, 0) / row.length) ?? [];
  return Object.fromEntries(fields.map((field) => [field, means(field)])) as Record<Field, number[]>;
}
