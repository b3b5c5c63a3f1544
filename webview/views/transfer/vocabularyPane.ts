import { type VocabularyMeeting } from '../../../src/trace/lab/transferEvents';
import { type TransferState } from '../../store/transferState';
import { say } from '../../theme/strings';
import { element } from '../element';

/** How the target's words meet the source's vocabulary, what the data is, and what else was said. */
export interface VocabularyPane {
  readonly root: HTMLElement;
  update(state: TransferState): void;
}

/** Makes the pane: a bar of the text's tokens, and the sentences that explain it. */
export function createVocabularyPane(): VocabularyPane {
  const body = element('div');
  const root = element('section', {
    class: 'lab-pane',
    attributes: { 'aria-label': say('Vocabulary and data') },
    children: [body],
  });
  let shown: unknown = null;
  return {
    root,
    update: ({ started }) => {
      root.hidden = started === null;
      if (started === null || started === shown) return;
      shown = started;
      const { vocabulary, sizes, remarks, task } = started;
      const [training, validation, test] = sizes.map((size) => size.toLocaleString());
      const parts =
        task === 'classify'
          ? say('{0} training, {1} validation and {2} test examples.', training ?? 0, validation ?? 0, test ?? 0)
          : say('{0} training, {1} validation and {2} test tokens.', training ?? 0, validation ?? 0, test ?? 0);
      const notes =
        remarks.length === 0
          ? []
          : [element('ul', { class: 'lab-remarks', children: remarks.map((text) => element('li', { text })) })];
      body.replaceChildren(
        element('h2', { text: say('Vocabulary') }),
        barOf(vocabulary),
        ...sentencesOf(vocabulary),
        element('h2', { text: say('Data') }),
        element('p', { text: parts }),
        ...notes,
      );
    },
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

function barOf({ keptShare, addedShare, unknownShare }: VocabularyMeeting): HTMLElement {
  const parts = [
    { name: 'kept', share: keptShare },
    { name: 'added', share: addedShare },
    { name: 'unknown', share: unknownShare },
  ];
  const segments = parts
    .filter(({ share }) => share > 0)
    .map(({ name, share }) => {
      const segment = element('span', { class: `transfer-share transfer-share-${name}` });
      segment.style.width = `${100 * share}%`;
      return segment;
    });
  return element('div', { class: 'transfer-shares', attributes: { 'aria-hidden': 'true' }, children: segments });
}

function sentencesOf({
  source,
  target,
  shared,
  added,
  keptShare,
  addedShare,
  unknownShare,
}: VocabularyMeeting): readonly HTMLElement[] {
  const rows: readonly (readonly [string, string, string])[] = [
    [
      'kept',
      say('kept: {0} tokens, {1} of the text', shared.toLocaleString(), percent(keptShare)),
      say('the source knows them; their weights are taken over'),
    ],
    [
      'added',
      say('added: {0} tokens, {1} of the text', added.toLocaleString(), percent(addedShare)),
      say('new rows of the embedding, which learn from the start'),
    ],
    [
      'unknown',
      say(
        'unknown: {0} tokens, {1} of the text',
        Math.max(0, target - shared - added).toLocaleString(),
        percent(unknownShare),
      ),
      say('read as the unknown token, or left out'),
    ],
  ];
  return [
    element('dl', {
      class: 'transfer-meeting',
      children: rows.flatMap(([name, text, why]) => [
        element('dt', {
          children: [
            element('span', { class: `transfer-key transfer-share-${name}`, attributes: { 'aria-hidden': 'true' } }),
            element('span', { text }),
          ],
        }),
        element('dd', { text: why }),
      ]),
    }),
    element('p', {
      class: 'lab-hint',
      text: say(
        "The source's vocabulary has {0} entries; the target's training text has {1} different tokens.",
        source.toLocaleString(),
        target.toLocaleString(),
      ),
    }),
  ];
}
