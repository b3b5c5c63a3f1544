/** Whether a value read from a file is what its type says. */
export type Check<T> = (value: unknown) => value is T;
type Test = (value: unknown) => boolean;

/** One line of a log. JSON writes NaN and infinities as null: they are NaN again, but for a field that may be null. */
export function parseLogLine(line: string, nullable: readonly string[] = []): unknown {
  return JSON.parse(line, (key, value: unknown) => (value === null && !nullable.includes(key) ? NaN : value));
}

/** A number, NaN included. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number';
}

export function isText(value: unknown): boolean {
  return typeof value === 'string';
}

export function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** A list, of `length` entries where that is given. */
export function isListOf(test: Test, length?: number): Test {
  return (value) => Array.isArray(value) && (length === undefined || value.length === length) && value.every(test);
}

export function optional(test: Test): Test {
  return (value) => value === undefined || test(value);
}

/** An object whose own fields pass their tests; others are let be. */
export function isFields<T>(fields: Readonly<Record<string, Test>>): Check<T> {
  return (value): value is T =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, test]) =>
      test(Object.hasOwn(value, name) ? (value as Readonly<Record<string, unknown>>)[name] : undefined),
    );
}
