import { type LabAction } from '../../../src/protocol/labMessages';
import { progressOfTransfer, type TransferState } from '../../store/transferState';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element, setText } from '../element';
import { nameOfStage, nameOfWay } from './wayNames';

/** Title, where the transfer stands, and what can be done with it. */
export interface TransferHeader {
  readonly root: HTMLElement;
  update(state: TransferState): void;
}

/** What the header asks for. */
export interface TransferHeaderActions {
  act(action: LabAction): void;
  openSettings(): void;
  inspect(): void;
  compare(): void;
  save(): void;
}

/** Makes the header; only buttons that mean something at present are there. */
export function createTransferHeader({
  act,
  openSettings,
  inspect,
  compare,
  save,
}: TransferHeaderActions): TransferHeader {
  const title = element('h1', { class: 'title' });
  const subtitle = element('p', { class: 'subtitle', attributes: { role: 'status' } });
  const start = createButton(say('Transfer'), () => act('start'), { isPrimary: true });
  const cancel = createButton(say('Cancel'), () => act('cancel'));
  const results = [
    createButton(say('Inspect Before and After'), compare),
    createButton(say('Inspect Transferred Model'), inspect),
    createButton('CSV', save, { label: say('Save the figures as CSV') }),
  ];
  const bar = element('div', { class: 'progress-bar' });
  const busy = element('div', { class: 'loading', children: [element('div', { class: 'progress', children: [bar] })] });
  const row = element('div', {
    class: 'lab-buttons',
    attributes: { role: 'group', 'aria-label': say('Transfer') },
    children: [start, cancel, ...results, createButton(say('Settings File'), openSettings)],
  });
  const header = element('header', {
    class: 'toolbar',
    children: [element('div', { class: 'titles', children: [title, subtitle] }), row],
  });
  return {
    root: element('div', { children: [header, busy] }),
    update: (state) => {
      const { kind } = state.status;
      const isActive = kind === 'running' || kind === 'paused' || kind === 'ending';
      setText(title, titleOf(state));
      setText(subtitle, sayStatus(state));
      setText(start, startText(state));
      start.hidden = isActive;
      cancel.hidden = !isActive || kind === 'ending';
      for (const button of results) button.hidden = state.finished === null || isActive;
      busy.classList.toggle('is-busy', isActive);
      bar.style.transform = `scaleX(${progressOfTransfer(state)})`;
    },
  };
}

function startText({ started, finished, results }: TransferState): string {
  if (finished !== null) return say('Transfer Again');
  return started !== null && results.length > 0 ? say('Go On Transferring') : say('Transfer');
}

function titleOf({ started, source }: TransferState): string {
  return started === null ? source.replace(/\.lstm-lab\.json$/, '') : `${started.source} \u2192 ${started.name}`;
}

function sayStatus(state: TransferState): string {
  const { status, started, finished } = state;
  switch (status.kind) {
    case 'running':
    case 'paused':
      return sayRunning(state);
    case 'ending':
      return say('Ending...');
    case 'cancelled':
      return say('Cancelled. Transferring again goes on with what is not finished.');
    case 'failed':
      return say('Failed.');
    case 'idle':
    case 'complete':
      return started === null
        ? say('Not transferred yet.')
        : finished === null
          ? say(
              'Interrupted in training {0} of {1}; transferring goes on with what is not finished.',
              state.phases.length,
              started.phases,
            )
          : `${sayKinds(started.kinds)} ${say('Complete: {0} trainings.', state.phases.length)}`;
  }
}

function sayRunning({ started, phases }: TransferState): string {
  const plan = phases.at(-1)?.plan;
  if (started === null) return say('Reading the data...');
  if (plan === undefined) return sayKinds(started.kinds);
  const size = plan.labels > 0 ? say('{0} labels', plan.labels) : say('no labels');
  return `${say('Seed {0} of {1}, {2}', plan.seed + 1, started.seeds, size)}: ${nameOfWay(plan.way)} (${nameOfStage(plan.stage)}). ${say('Training {0} of {1}.', phases.length, started.phases)}`;
}

/** What each kind is, since few know them apart. */
function sayKinds(kinds: readonly string[]): string {
  const names: Readonly<Record<string, string>> = {
    inductive: say('Inductive: the target has labels.'),
    transductive: say("Transductive: the target's texts are used without their labels."),
    unsupervised: say("Unsupervised: a language model goes on with the target's text."),
  };
  return kinds.map((kind) => names[kind] ?? kind).join(' ');
}
