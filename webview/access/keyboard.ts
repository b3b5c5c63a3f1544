import { type Action, editTarget, type InspectorState } from '../store/inspectorState';

/** What a key does in the pictures. */
export type KeyCommand =
  | { readonly kind: 'act'; readonly action: Action }
  | { readonly kind: 'zoom'; readonly factor: number }
  | { readonly kind: 'pan'; readonly share: number }
  | { readonly kind: 'play' }
  | { readonly kind: 'reveal' }
  | { readonly kind: 'copy' }
  | { readonly kind: 'keys' };

/** A key press as the pictures see it. */
export interface KeyPress {
  readonly key: string;
  readonly shift: boolean;
}

/**
 * Arrows move the cursor and the chosen unit (in the order shown), Home and End jump, Enter pins, Escape unpins, Space
 * plays and pauses, + and - zoom, Page Up and Page Down move the columns in sight, R shows the token in the editor, C
 * copies, E changes a gate or a state, B shows the reading before its edits and after, ? lists the
 * keys.
 */
export function commandOf(press: KeyPress, state: InspectorState, order: readonly number[]): KeyCommand | null {
  const stride = press.shift ? 10 : 1;
  const cursor = state.view.cursor;
  const move = (step: number): KeyCommand => ({ kind: 'act', action: { type: 'cursor', step } });
  switch (press.key) {
    case 'ArrowRight':
      return move((cursor ?? -1) + stride);
    case 'ArrowLeft':
      return move((cursor ?? 1) - stride);
    case 'Home':
      return move(0);
    case 'End':
      return move(state.tokens.length - 1);
    case 'ArrowDown':
      return moveUnit(state, order, stride);
    case 'ArrowUp':
      return moveUnit(state, order, -stride);
    case 'Enter':
    case 'p':
      return { kind: 'act', action: { type: 'pin', step: cursor ?? 0 } };
    case 'Escape':
      return { kind: 'act', action: { type: 'unpin' } };
    case ' ':
      return { kind: 'play' };
    case '+':
    case '=':
      return { kind: 'zoom', factor: 1.5 };
    case '-':
      return { kind: 'zoom', factor: 1 / 1.5 };
    case 'PageDown':
      return { kind: 'pan', share: 0.8 };
    case 'PageUp':
      return { kind: 'pan', share: -0.8 };
    case 'r':
      return { kind: 'reveal' };
    case 'c':
      return { kind: 'copy' };
    case '?':
      return { kind: 'keys' };
    case 'e':
      return { kind: 'act', action: { type: 'editing', target: targetAtCursor(state), at: null } };
    case 'b':
      return (state.view.edits ?? []).length === 0 ? null : { kind: 'act', action: { type: 'untouched' } };
    default:
      return null;
  }
}

/** Ctrl+Z (Cmd+Z) undoes an edit, Ctrl+Y and Ctrl+Shift+Z bring it back. */
export function editingCommandOf({ key, shift }: KeyPress): Action | null {
  const letter = key.toLowerCase();
  if (letter === 'y' || (letter === 'z' && shift)) return { type: 'redo' };
  return letter === 'z' ? { type: 'undo' } : null;
}

function targetAtCursor(state: InspectorState): ReturnType<typeof editTarget> {
  const { cursor, unit, pins } = state.view;
  return editTarget(state, { step: cursor ?? pins.at(-1) ?? 0, unit, field: null });
}

function moveUnit(state: InspectorState, order: readonly number[], by: number): KeyCommand | null {
  if (order.length === 0) return null;
  const row = state.view.unit === null ? (by > 0 ? -1 : order.length) : order.indexOf(state.view.unit);
  const next = Math.max(0, Math.min(order.length - 1, row + by));
  return { kind: 'act', action: { type: 'unit', unit: order[next] ?? 0 } };
}
