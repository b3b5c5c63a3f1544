import { say } from '../theme/strings';
import { createButton } from './controls';
import { element } from './element';

/** The keys of the pictures, opened and closed by `?`. */
export interface KeysHelp {
  readonly root: HTMLElement;
  toggle(): void;
}

/** Makes the list; Escape, `?` or a press elsewhere closes it and gives the focus back to the pictures. */
export function createKeysHelp(pictures: HTMLElement, isLive: boolean): KeysHelp {
  const close = createButton(say('Close'), () => setOpen(false));
  const root = element('div', {
    class: 'keys-help',
    attributes: { role: 'dialog', 'aria-labelledby': 'keys-title' },
    children: [
      element('h2', { class: 'edit-title', text: say('Keys'), attributes: { id: 'keys-title' } }),
      element('dl', { class: 'keys-list', children: keysOf(isLive).flatMap(createRow) }),
      close,
    ],
  });
  root.hidden = true;
  const setOpen = (isOpen: boolean): void => {
    root.hidden = !isOpen;
    if (isOpen) close.focus();
    else pictures.focus();
  };
  root.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' || event.key === '?') setOpen(false);
    event.stopPropagation();
  });
  document.addEventListener('pointerdown', (event) => {
    if (!root.hidden && event.target instanceof Node && !root.contains(event.target)) setOpen(false);
  });
  return { root, toggle: () => setOpen(root.hidden !== false) };
}

function createRow([keys, meaning]: readonly [string, string]): readonly HTMLElement[] {
  return [element('dt', { text: keys }), element('dd', { text: meaning })];
}

/** What each key does; a report page cannot read again. */
function keysOf(isLive: boolean): readonly (readonly [string, string])[] {
  return [
    ['\u2190 \u2192', say('one token back or on; ten with Shift')],
    ['\u2191 \u2193', say('another unit; ten with Shift')],
    ['Home End', say('the first or the last token')],
    ['Enter', say('pin the token, or take the pin away')],
    ['Escape', say('take all pins away')],
    ['Space', say('play, pause')],
    ['+ \u2212', say('zoom in, zoom out')],
    ['Page Up, Page Down', say('move the columns in sight')],
    ['Alt + wheel', say('zoom the rows of units')],
    ['C', say('copy the values of the token')],
    ...(isLive
      ? ([
          ['R', say('show the token in the editor')],
          ['E', say('change a gate or a state')],
          ['B', say('the reading before its edits, and after')],
          ['Ctrl+Z, Ctrl+Y', say('undo an edit, redo it')],
        ] as const)
      : []),
    ['?', say('these keys')],
  ];
}
