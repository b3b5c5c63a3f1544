import { type TraceSummary } from '../../src/protocol/summaries';
import { countChanged } from '../../src/trace/reading/staleMarks';
import { type InspectorState } from '../store/inspectorState';
import { say } from '../theme/strings';
import { createButton } from './controls';
import { element } from './element';
import { type View } from './view';

/** What the buttons of a notice do. */
export interface NoticeActions {
  readonly again: () => void;
  readonly chooseModel: () => void;
  readonly showLog: () => void;
}

interface Notice {
  readonly kind: 'info' | 'warning' | 'error';
  readonly text: string;
  readonly buttons: readonly (keyof NoticeActions)[];
}

/**
 * A line over the pictures for what the person should know: failed, cancelled, stale. Empty when all is well; without
 * buttons in a page that nobody answers.
 */
export function createNotice(container: HTMLElement, actions: NoticeActions, isLive: boolean): View {
  const names: Readonly<Record<keyof NoticeActions, string>> = {
    again: say('Inspect again'),
    chooseModel: say('Choose another model'),
    showLog: say('Show log'),
  };
  let shown = '';
  return {
    update: (state) => {
      const notice = noticeOf(state);
      const key = JSON.stringify(notice);
      if (key === shown) return;
      shown = key;
      container.hidden = notice === null;
      container.className = `notice notice-${notice?.kind ?? 'info'}`;
      const buttons = (isLive ? (notice?.buttons ?? []) : []).map((name, k) =>
        createButton(names[name], actions[name], { isPrimary: k === 0 }),
      );
      container.replaceChildren(element('span', { text: notice?.text ?? '' }), ...buttons);
    },
  };
}

/** What is to be said about a state, the gravest first. */
export function noticeOf(state: InspectorState): Notice | null {
  const { status } = state;
  if (status.kind === 'failed') {
    const isModel = status.failure.code.startsWith('model');
    return {
      kind: 'error',
      text: status.failure.message,
      buttons: isModel ? ['chooseModel', 'showLog'] : ['again', 'showLog'],
    };
  }
  if (state.stale === 'gone')
    return {
      kind: 'warning',
      text: say('The text is no longer there. What you see is what was read before.'),
      buttons: [],
    };
  if (state.stale === 'changed') return { kind: 'warning', text: sayChanged(state), buttons: ['again'] };
  if (status.kind === 'cancelled')
    return {
      kind: 'info',
      text: say('Cancelled after {0} tokens. What was read can be explored.', status.done),
      buttons: ['again'],
    };
  if (state.failure !== null) return { kind: 'warning', text: state.failure.message, buttons: ['showLog'] };
  if (state.isHydrated && status.kind === 'complete' && state.tokens.length === 0) {
    return {
      kind: 'info',
      text: say('There is no text to read. Select some text and run Inspect LSTM.'),
      buttons: ['again'],
    };
  }
  // What was left out, taken as unknown or assumed; it concerns how everything below is to be read. How edits were
  // computed is for files and reports.
  const notes = status.kind === 'complete' ? notesBesideEdits(status.summary) : [];
  if (notes.length > 0) return { kind: 'info', text: notes.join(' '), buttons: [] };
  return null;
}

/** How much has changed: tokens that are gone, and places where text was put in. */
function sayChanged({ staleMarks, tokens }: InspectorState): string {
  const gone = countChanged(staleMarks);
  const inserted = staleMarks.insertedBefore.length;
  const parts = [
    say('The text has changed since it was read.'),
    ...(gone === 0
      ? []
      : [
          gone === 1
            ? say('1 of {0} tokens is struck out.', tokens.length)
            : say('{0} of {1} tokens are struck out.', gone, tokens.length),
        ]),
    ...(inserted === 0
      ? []
      : [inserted === 1 ? say('A wedge shows where text was put in.') : say('Wedges show where text was put in.')]),
  ];
  return parts.join(' ');
}

function notesBesideEdits({ notes, editNotes = [] }: TraceSummary): readonly string[] {
  return notes.filter((note) => !editNotes.includes(note));
}
