import { type Failure } from './errors';

/** The answer of something that may fail for a reason the user can act on. */
export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: Failure };

/** Wraps a value as a success. */
export function succeed<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Wraps a code and a sentence for the user as a failure. */
export function fail(code: Failure['code'], message: string): { readonly ok: false; readonly error: Failure } {
  return { ok: false, error: { code, message } };
}
