import { saySystemError } from './systemErrors';

/** Why an expected failure happened; decides what the surface offers next (pick another model, shorten the text...). */
export type FailureCode =
  | 'cancelled'
  | 'empty-input'
  | 'input-too-long'
  | 'unknown-input'
  | 'model-missing'
  | 'model-damaged'
  | 'model-unsupported'
  | 'model-needs-answer'
  | 'settings-invalid'
  | 'data-invalid'
  | 'out-of-range'
  | 'edit-invalid'
  | 'worker-died'
  | 'file'
  | 'untrusted'
  | 'internal';

/** An expected failure: one short sentence that says what is wrong and what to do. */
export interface Failure {
  readonly code: FailureCode;
  readonly message: string;
}

/** An expected failure on its way up the stack; turned into a {@link Failure} at the border that catches it. */
export class InspectorError extends Error {
  constructor(
    readonly code: FailureCode,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
    this.name = 'InspectorError';
  }
}

/** Turns anything thrown into a {@link Failure}; an unknown error becomes `internal` with its own message. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof InspectorError) return { code: thrown.code, message: thrown.message };
  if (thrown instanceof Error && thrown.name === 'AbortError') return { code: 'cancelled', message: 'Cancelled.' };
  const ofFile = saySystemError(thrown);
  if (ofFile !== null) return { code: 'file', message: ofFile };
  // A value nested so deep that what walks it has no stack left, or a text that no string can hold.
  if (thrown instanceof RangeError && /call stack|string length/i.test(thrown.message))
    return { code: 'data-invalid', message: 'The file is nested too deeply, or too large, to be read.' };
  return { code: 'internal', message: thrown instanceof Error ? thrown.message : String(thrown) };
}
