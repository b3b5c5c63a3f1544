import { type ModelReference } from '../protocol/modelReference';
import { type StoredPanel, type StoredSource, type ViewState } from '../protocol/viewMessages';

/**
 * Checks what a panel kept over a reload; null if it cannot be used, since an older version or another hand may have
 * written it.
 */
export function parseStoredPanel(value: unknown): StoredPanel | null {
  if (!isRecord(value)) return null;
  const source = parseStoredSource(value['source']);
  return source && { source, state: parseState(value['state']) };
}

/** Checks where a restored text came from. */
export function parseStoredSource(value: unknown): StoredSource | null {
  if (!isRecord(value)) return null;
  const { uri, ranges, hash, text, isValues } = value;
  const model = parseModel(value['model']);
  if (!model || typeof hash !== 'string' || !Array.isArray(ranges) || !ranges.every(isRange)) return null;
  return {
    ranges: ranges.map(({ start, end }) => ({ start, end })),
    hash,
    model,
    ...(typeof uri === 'string' ? { uri } : {}),
    ...(typeof text === 'string' ? { text } : {}),
    ...(isValues === true ? { isValues } : {}),
  };
}

function parseModel(value: unknown): ModelReference | null {
  if (!isRecord(value)) return null;
  const { kind, name, path, vocabularyPath, window } = value;
  if (kind === 'bundled' && typeof name === 'string') return { kind, name };
  if (kind !== 'file' || typeof path !== 'string') return null;
  return {
    kind,
    path,
    ...(typeof vocabularyPath === 'string' ? { vocabularyPath } : {}),
    ...(typeof window === 'boolean' ? { window } : {}),
  };
}

function parseState(value: unknown): ViewState | null {
  if (!isRecord(value)) return null;
  const { layer, direction, pins, order, ribbon, stateScale } = value;
  if (typeof layer !== 'number' || (direction !== 'forward' && direction !== 'backward') || typeof ribbon !== 'string')
    return null;
  if (!Array.isArray(pins) || !pins.every((pin) => Number.isInteger(pin))) return null;
  if (order !== 'stored' && order !== 'activity' && order !== 'cluster') return null;
  if (stateScale !== undefined && stateScale !== 'linear' && stateScale !== 'tanh' && stateScale !== 'log') return null;
  // The rest is the view's own and was written with these.
  return value as unknown as ViewState;
}

function isRange(value: unknown): value is { start: number; end: number } {
  return isRecord(value) && Number.isInteger(value['start']) && Number.isInteger(value['end']);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
