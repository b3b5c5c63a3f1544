import { type ViewEdit, type ViewState } from './viewMessages';

/** The edits with which a text is read; none while the untouched reading is shown. */
export function editsInForce(state: Pick<ViewState, 'edits' | 'showsUntouched'> | null): readonly string[] {
  if (state?.showsUntouched === true) return [];
  return (state?.edits ?? []).filter(({ isOff }) => isOff !== true).map(({ text }) => text);
}

/** All edits out of force, kept to be looked at. */
export function switchedOff(edits: readonly ViewEdit[]): readonly ViewEdit[] {
  return edits.map(({ text }) => ({ text, isOff: true }));
}
