import { type ViewEdit } from '../../../src/protocol/viewMessages';
import { toggleEdit } from '../../store/edits';
import { sayEffect, sayExpectations } from '../../store/editSentence';
import { type Action, type InspectorState } from '../../store/inspectorState';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element, setText } from '../element';
import { type View } from '../view';

/** The edits as chips, what is done with them, and what they changed; hidden where there are none. */
export function createEditRow(container: HTMLElement, dispatch: (action: Action) => void, isLive: boolean): View {
  const chips = element('ul', { class: 'edit-chips', attributes: { 'aria-label': say('Edits') } });
  const untouched = createButton(say('Before'), () => dispatch({ type: 'untouched' }));
  const undo = createButton('\u21b6', () => dispatch({ type: 'undo' }), { label: say('Undo the last edit (Ctrl+Z)') });
  const redo = createButton('\u21b7', () => dispatch({ type: 'redo' }), { label: say('Redo the edit (Ctrl+Y)') });
  const clear = createButton(say('Clear'), () => dispatch({ type: 'edits', edits: [] }), {
    label: say('Clear all edits'),
  });
  const effect = element('p', { class: 'edit-effect', attributes: { role: 'status' } });
  const problem = element('p', { class: 'edit-problem', attributes: { role: 'alert' } });
  const buttons = element('div', { class: 'button-row', children: [untouched, undo, redo, clear] });
  container.append(element('div', { class: 'edit-line', children: [chips, buttons] }), problem, effect);
  // A report shows what was changed; there is nobody to read again.
  buttons.hidden = !isLive;
  container.classList.toggle('is-report', !isLive);
  let shown: readonly ViewEdit[] | null = null;
  return {
    update: (state) => {
      const edits = state.view.edits ?? [];
      const { past, future } = state.history;
      container.hidden = edits.length + past.length + future.length === 0 && state.editProblem === null;
      if (edits !== shown) chips.replaceChildren(...edits.map((_edit, k) => createChip(edits, k, dispatch)));
      shown = edits;
      const isOff = state.view.showsUntouched === true;
      container.classList.toggle('is-off', isOff);
      setText(untouched, isOff ? say('After') : say('Before'));
      untouched.toggleAttribute('disabled', edits.length === 0);
      undo.toggleAttribute('disabled', past.length === 0);
      redo.toggleAttribute('disabled', future.length === 0);
      clear.toggleAttribute('disabled', edits.length === 0);
      setText(problem, state.editProblem === null ? '' : say('The edits are off. {0}', state.editProblem));
      problem.hidden = state.editProblem === null;
      setText(effect, sayState(state));
    },
  };
}

function sayState(state: InspectorState): string {
  if (state.view.showsUntouched === true) return say('The reading as it is, without the edits.');
  return [sayEffect(state), sayExpectations(state)].filter((text) => text !== '').join(' ');
}

function createChip(edits: readonly ViewEdit[], index: number, dispatch: (action: Action) => void): HTMLElement {
  const { text, isOff = false } = edits[index] as ViewEdit;
  const toggle = element('button', {
    class: 'edit-chip-name',
    text,
    attributes: {
      type: 'button',
      'aria-pressed': String(!isOff),
      title: isOff ? say('Switch this edit on') : say('Switch this edit off'),
    },
  });
  const remove = element('button', {
    class: 'edit-chip-remove',
    text: '\u00d7',
    attributes: { type: 'button', 'aria-label': say('Take away {0}', text), title: say('Take away {0}', text) },
  });
  toggle.addEventListener('click', () => dispatch({ type: 'edits', edits: toggleEdit(edits, index) }));
  remove.addEventListener('click', () => dispatch({ type: 'edits', edits: edits.filter((_, k) => k !== index) }));
  return element('li', { class: isOff ? 'edit-chip is-off' : 'edit-chip', children: [toggle, remove] });
}
