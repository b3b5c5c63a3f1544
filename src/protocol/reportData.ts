import { type Hydrate, type ViewRequestKind } from './viewMessages';

/** An answer of the worker kept for a page that has no worker; `params` without the inspection. */
export interface RecordedAnswer {
  readonly kind: ViewRequestKind;
  readonly params: unknown;
  readonly value: unknown;
}

/** Everything a report page shows: what a panel would be sent, once and for all. */
export interface ReportData {
  readonly hydrate: Hydrate;
  /** Packed frames (trace/frame.ts) with a stride of 1 that hold the whole trace. */
  readonly frames: readonly ArrayBuffer[];
  readonly answers: readonly RecordedAnswer[];
}

const arrays = { f32: Float32Array, f64: Float64Array, i32: Int32Array, u8: Uint8Array } as const;

/**
 * Data as JSON that can stand inside a script element: buffers and typed arrays as base64, NaN and infinities as marked
 * strings, every `<` escaped.
 */
export function encodeReportData(data: ReportData): string {
  const text = JSON.stringify(data, (_key, value: unknown) => {
    if (value instanceof ArrayBuffer) return { $buffer: toBase64(new Uint8Array(value)) };
    for (const [name, kind] of Object.entries(arrays)) {
      if (value instanceof kind)
        return { $array: name, base64: toBase64(new Uint8Array(value.buffer, value.byteOffset, value.byteLength)) };
    }
    if (typeof value === 'number' && !Number.isFinite(value)) return { $number: String(value) };
    return value;
  });
  return text.replaceAll('<', '\\u003c');
}

/** The inverse of {@link encodeReportData}. */
export function decodeReportData(text: string): ReportData {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null) return value;
    const marked = value as {
      readonly $buffer?: string;
      readonly $array?: keyof typeof arrays;
      readonly base64?: string;
      readonly $number?: string;
    };
    if (marked.$buffer !== undefined) return fromBase64(marked.$buffer);
    if (marked.$array !== undefined) return new arrays[marked.$array](fromBase64(marked.base64 ?? ''));
    return marked.$number === undefined ? value : Number(marked.$number);
  }) as ReportData;
}

/** One key for the same question, whatever the order of its parameters. */
export function answerKey(kind: string, params: unknown): string {
  return `${kind} ${JSON.stringify(params, (_key, value: unknown) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value))}`;
}

const sliceBytes = 8190; // a multiple of 3, so that the pieces' base64 can be joined

function toBase64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += sliceBytes)
    pieces.push(btoa(String.fromCharCode(...bytes.subarray(at, at + sliceBytes))));
  return pieces.join('');
}

function fromBase64(base64: string): ArrayBuffer {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let k = 0; k < text.length; k++) bytes[k] = text.charCodeAt(k);
  return bytes.buffer;
}
