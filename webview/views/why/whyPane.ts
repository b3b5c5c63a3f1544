import { type ShareMethod, shareMethodNames, shareMethods } from '../../../src/trace/reading/shares';
import { type Action, type InspectorState } from '../../store/inspectorState';
import { placeOfPhrase, whyOffered, type WhyState, whyUnasked } from '../../store/whyState';
import { type Store } from '../../store/createStore';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, setText } from '../element';
import { type View } from '../view';
import { createEditRow } from './editRow';
import { outputOptions } from './outputOptions';
import { createProofStrip } from './proofStrip';
import { sayAnswer, sayEdits, sayPhrase } from './whyWords';
import { createWaterfall } from './waterfall';

/** What the pane does to the rest of the view. */
type Dispatch = (action: Action) => void;

/**
 * The pane *Why*: the shares of the words as a waterfall from the state before the first to the answer, by one method
 * or two, what to change in the text, and the proof beneath. A page that nobody answers holds the default only.
 */
export function createWhyPane(
  container: HTMLElement,
  { get, dispatch }: Pick<Store<InspectorState, Action>, 'get' | 'dispatch'>,
  { palette, isLive }: { readonly palette: () => Palette; readonly isLive: boolean },
): View {
  const set = (change: Partial<WhyState>): void => dispatch({ type: 'why', change: { go: goAgain(get()), ...change } });
  const choices = createChoices(set);
  const wait = createWaitBox(set);
  const answer = element('p', { class: 'why-answer' });
  const edited = element('p', { class: 'why-edited', attributes: { 'aria-live': 'polite' } });
  const phrase = element('div', { class: 'why-phrase', attributes: { 'aria-live': 'polite' } });
  const edits = createEditRow(get, set);
  const proofs = element('div');
  const stepOf = (place: number): number => get().why.shown?.steps?.[place] ?? place;
  const waterfall = createWaterfall({
    look: (place) => dispatch({ type: 'cursor', step: stepOf(place) }),
    brush: (places) => {
      const steps = places === null ? [] : [stepOf(places.from), stepOf(places.to)];
      set({ phrase: places === null ? null : { from: Math.min(...steps), to: Math.max(...steps) } });
    },
    cover: edits.cover,
  });
  container.append(choices.root, wait.root, answer, edited, waterfall.root, phrase, edits.root, proofs);
  choices.root.hidden = edits.root.hidden = !isLive;
  let shownKey: readonly unknown[] = [];
  return {
    update: (next) => {
      const { why, view } = next;
      if (!why.isWanted) return;
      choices.update(next);
      wait.update(next);
      edits.update(next);
      setText(answer, why.shown === null ? '' : sayAnswer(why.shown.report, why.unedited));
      setText(edited, sayEdits(why));
      edited.hidden = why.edits.length === 0;
      const key = [why.shown, next.themeVersion];
      if (key.some((part, k) => part !== shownKey[k])) {
        shownKey = key;
        waterfall.root.hidden = why.shown === null;
        if (why.shown !== null) waterfall.show(why.shown.report);
        container.style.setProperty('--share-for', palette().diverging[5] ?? '');
        container.style.setProperty('--share-against', palette().diverging[1] ?? '');
        proofs.replaceChildren(...proofsOf(why, palette()));
      }
      const steps = why.shown?.steps ?? null;
      const cursor = view.cursor === null ? null : (steps?.indexOf(view.cursor) ?? view.cursor);
      waterfall.mark(cursor === -1 ? null : cursor, placeOfPhrase(why.phrase, steps));
      showPhrase(phrase, next);
    },
  };
}

/** Opens the pane: asks for the shares, and colours the text by them. */
export function wantWhy(state: InspectorState, dispatch: Dispatch): void {
  if (state.why.isWanted) return;
  dispatch({ type: 'why', change: { isWanted: true } });
  dispatch({ type: 'choose', choice: { ribbon: 'share' } });
}

/** Another question starts the work again that was stopped. */
function goAgain(state: InspectorState): WhyState['go'] {
  if (state.why.go !== 'stopped') return state.why.go;
  return state.tokens.length > whyUnasked ? 'asked' : 'unasked';
}

function showPhrase(box: HTMLElement, { why }: InspectorState): void {
  const lines = why.shown === null ? [] : sayPhrase(why.shown.report);
  const words = lines.join('\n');
  if (box.dataset['words'] === words) return;
  box.dataset['words'] = words;
  box.replaceChildren(...lines.map((text) => element('p', { text })));
}

function proofsOf({ shown }: WhyState, palette: Palette): readonly HTMLElement[] {
  if (shown === null) return [];
  const { methods, refused, notes, tokens } = shown.report;
  return [
    element('p', {
      class: 'hint',
      text: say(
        'Lines: this method; dashed: the mean of {0} random orders of the same {1} tokens.',
        methods[0]?.proof.random.orders ?? 0,
        tokens.length,
      ),
    }),
    ...methods.map((method) => createProofStrip(method, palette)),
    ...refused.map(({ method, why }) =>
      element('p', { class: 'hint', text: say('Not by {0}: {1}', shareMethodNames[method], why) }),
    ),
    ...notes.map((text) => element('p', { class: 'hint', text })),
  ];
}

type Set = (change: Partial<WhyState>) => void;
interface Part {
  readonly root: HTMLElement;
  update(state: InspectorState): void;
}

function createChoices(set: Set): Part {
  const method = createChoice(say('Method'), (value) => set({ method: value as ShareMethod | 'default' }));
  const beside = createChoice(say('Beside it'), (value) => set({ beside: value as ShareMethod | 'none' }));
  const target = createChoice(say('For'), (value) => set({ target: value === 'own' ? null : Number(value) }));
  const against = createChoice(say('Against'), (value) => set({ against: value === 'own' ? null : Number(value) }));
  const named = shareMethods.map((value) => ({ value, label: say(shareMethodNames[value]) }));
  return {
    root: element('div', {
      class: 'pane-choices why-choices',
      children: [method.root, beside.root, target.root, against.root],
    }),
    update: (state) => {
      const { why } = state;
      const own = why.unedited?.methods[0];
      const usual =
        why.method !== 'default' || own === undefined ? say('usual') : say('usual: {0}', shareMethodNames[own.method]);
      method.update([{ value: 'default', label: usual }, ...named], why.method);
      beside.update([{ value: 'none', label: say('none') }, ...named], why.beside);
      target.update(outputOptions(state, 'target'), why.target === null ? 'own' : String(why.target));
      against.update(outputOptions(state, 'against'), why.against === null ? 'own' : String(why.against));
    },
  };
}

/** Why there is nothing to see yet, and what to press. */
function createWaitBox(set: Set): Part {
  const text = element('p', { class: 'hint', attributes: { role: 'status' } });
  const cancel = createButton(say('Cancel'), () => set({ go: 'stopped' }));
  const start = createButton(say('Explain'), () => set({ go: 'asked' }), { isPrimary: true });
  const root = element('div', { class: 'why-wait', children: [text, cancel, start] });
  return {
    root,
    update: (state) => {
      const { why } = state;
      const words = sayWait(state);
      setText(text, words);
      root.hidden = words === '';
      cancel.hidden = why.progress === null;
      const isLong = why.go === 'unasked' && state.tokens.length > whyUnasked && state.tokens.length <= whyOffered;
      start.hidden = state.status.kind !== 'complete' || (why.go !== 'stopped' && !isLong);
    },
  };
}

function sayWait({ why, status, tokens }: InspectorState): string {
  if (status.kind !== 'complete') return say('Shares are computed when the text has been read.');
  if (tokens.length > whyOffered)
    return say('Shares and their proof are for texts of up to {0} tokens; select less.', whyOffered);
  if (why.failure !== null) return why.failure.message;
  if (why.progress !== null) return say('Reading the text again and again: {0} %', Math.floor(100 * why.progress));
  if (why.go === 'stopped') return say('Stopped.');
  if (why.go === 'unasked' && tokens.length > whyUnasked)
    return say(
      '{0} tokens: the shares and their proof read the text some 150 times, which takes a while.',
      tokens.length,
    );
  return '';
}
