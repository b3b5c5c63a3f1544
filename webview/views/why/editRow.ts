import { createRandom, shuffle } from '../../../src/base/random';
import { type InspectorState } from '../../store/inspectorState';
import { cover, keepOnly, type Phrase, stepsNow, type WhyState } from '../../store/whyState';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element } from '../element';
import { quoteTokens } from './quoteTokens';

/** The buttons that change what is read, and undo it. */
export interface EditRow {
  readonly root: HTMLElement;
  /** Leaves out the phrase, or the word at the cursor. */
  cover(): void;
  update(state: InspectorState): void;
}

/** Makes the row; every change is one of the text as it is read now and is undone by one click. */
export function createEditRow(read: () => InspectorState, set: (change: Partial<WhyState>) => void): EditRow {
  const edit = (state: InspectorState, steps: readonly number[], words: string): void =>
    set({ edits: [...state.why.edits, { steps, words }] });
  const onChosen = (change: (state: InspectorState, chosen: Phrase) => void): void => {
    const state = read();
    const chosen = chosenOf(state);
    if (chosen !== null) change(state, chosen);
  };
  const coverChosen = (): void =>
    onChosen((state, chosen) => {
      const left = cover(stepsOf(state), chosen);
      if (left.length > 0) edit(state, left, say('without {0}', quote(state, chosen)));
    });
  const keep = (): void =>
    onChosen((state, chosen) => edit(state, keepOnly(stepsOf(state), chosen), say('only {0}', quote(state, chosen))));
  const mix = (): void => {
    const state = read();
    const seed = state.why.edits.length + 1;
    edit(state, shuffle([...stepsOf(state)], createRandom(seed)), say('shuffled (seed {0})', seed));
  };
  const undo = (): void => {
    set({ edits: read().why.edits.slice(0, -1) });
  };
  const buttons = {
    cover: createButton(say('Cover'), coverChosen, {
      label: say('Cover: read the text without the chosen word or phrase'),
    }),
    keep: createButton(say('Keep only'), keep, { label: say('Keep only: read the chosen word or phrase alone') }),
    mix: createButton(say('Shuffle'), mix, { label: say('Shuffle: read the words in another order') }),
    undo: createButton(say('Undo'), undo, { label: say('Undo: take the last change of the text back') }),
  };
  return {
    root: element('div', { class: 'button-row why-edits', children: Object.values(buttons) }),
    cover: coverChosen,
    update: (state) => {
      const steps = stepsOf(state);
      const chosen = chosenOf(state);
      const kept = chosen === null ? 0 : keepOnly(steps, chosen).length;
      setDisabled(buttons.cover, kept === 0 || kept === steps.length);
      setDisabled(buttons.keep, kept === 0 || kept === steps.length);
      setDisabled(buttons.mix, steps.length < 2);
      setDisabled(buttons.undo, state.why.edits.length === 0);
    },
  };
}

function setDisabled(button: HTMLElement, isDisabled: boolean): void {
  button.toggleAttribute('disabled', isDisabled);
}

function stepsOf({ why, tokens }: InspectorState): readonly number[] {
  return stepsNow(why) ?? Array.from({ length: tokens.length }, (_, step) => step);
}

/** The phrase, else the word at the cursor. */
function chosenOf({ why, view }: InspectorState): Phrase | null {
  return why.phrase ?? (view.cursor === null ? null : { from: view.cursor, to: view.cursor });
}

function quote(state: InspectorState, phrase: Phrase): string {
  const steps = keepOnly(stepsOf(state), phrase);
  return quoteTokens(steps.map((step) => ({ text: state.tokens.at(step)?.text ?? '' })));
}
