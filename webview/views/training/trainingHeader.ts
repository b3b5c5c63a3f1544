import { type LabAction, type LabStatus } from '../../../src/protocol/labMessages';
import { isInterrupted, progressOf, type TrainingState } from '../../store/trainingState';
import { say } from '../../theme/strings';
import { createButton } from '../controls';
import { element, setText } from '../element';

/** Title, where the training stands, and what can be done with it. */
export interface TrainingHeader {
  readonly root: HTMLElement;
  update(state: TrainingState): void;
}

/** What the header asks for. */
export interface HeaderActions {
  act(action: LabAction): void;
  openSettings(): void;
  exportH5(): void;
}

type Button = 'start' | 'pause' | 'resume' | 'stop' | 'cancel';

const offered: Readonly<Record<LabStatus['kind'], readonly Button[]>> = {
  idle: ['start'],
  complete: ['start'],
  cancelled: ['start'],
  failed: ['start'],
  running: ['pause', 'stop', 'cancel'],
  paused: ['resume', 'stop', 'cancel'],
  ending: [],
};

/** Makes the header; only buttons that mean something at present are there. */
export function createTrainingHeader({ act, openSettings, exportH5 }: HeaderActions): TrainingHeader {
  const title = element('h1', { class: 'title' });
  const subtitle = element('p', { class: 'subtitle', attributes: { role: 'status' } });
  const start = createButton(say('Train'), () => act('start'), { isPrimary: true });
  const buttons: Readonly<Record<Button, HTMLElement>> = {
    start,
    pause: createButton(say('Pause'), () => act('pause')),
    resume: createButton(say('Go On'), () => act('resume'), { isPrimary: true }),
    stop: createButton(say('Stop and Keep the Best'), () => act('stop')),
    cancel: createButton(say('Cancel'), () => act('cancel')),
  };
  const save = createButton(say('Save as .h5'), exportH5);
  const bar = element('div', { class: 'progress-bar' });
  const busy = element('div', { class: 'loading', children: [element('div', { class: 'progress', children: [bar] })] });
  const row = element('div', {
    class: 'lab-buttons',
    attributes: { role: 'group', 'aria-label': say('Training') },
    children: [...Object.values(buttons), save, createButton(say('Settings File'), openSettings)],
  });
  const header = element('header', {
    class: 'toolbar',
    children: [element('div', { class: 'titles', children: [title, subtitle] }), row],
  });
  return {
    root: element('div', { children: [header, busy] }),
    update: (state) => {
      const { kind } = state.status;
      setText(title, state.plan?.name ?? state.source.replace(/\.lstm-lab\.json$/, ''));
      setText(subtitle, sayStatus(state));
      setText(start, startText(state));
      for (const [name, button] of Object.entries(buttons)) button.hidden = !offered[kind].includes(name as Button);
      save.hidden = state.finished === null;
      busy.classList.toggle('is-busy', kind === 'running' || kind === 'paused' || kind === 'ending');
      bar.style.transform = `scaleX(${progressOf(state)})`;
    },
  };
}

function startText(state: TrainingState): string {
  if (isInterrupted(state)) return say('Go On Training');
  return state.finished === null ? say('Train') : say('Train Again');
}

function sayStatus(state: TrainingState): string {
  const { status, plan, steps, finished } = state;
  switch (status.kind) {
    case 'running':
      return sayRunning(state);
    case 'paused':
      return say('Paused at step {0} of {1}.', steps.at(-1)?.step ?? 0, plan?.steps ?? 0);
    case 'ending':
      return say('Ending: the test part is read...');
    case 'cancelled':
      return say('Cancelled; no model was written. Training again goes on from the last validation.');
    case 'failed':
      return say('Failed.');
    case 'idle':
    case 'complete':
      if (finished !== null) return sayEnd(finished);
      return isInterrupted(state)
        ? say(
            'Interrupted at epoch {0}; training goes on from there.',
            (state.validations.at(-1)?.epoch ?? 0).toFixed(1),
          )
        : say('Not trained yet.');
  }
}

function sayRunning({ plan, steps, validations, firstStep }: TrainingState): string {
  const last = steps.at(-1);
  if (plan === null) return say('Reading the data...');
  const epochs = (plan.steps / plan.stepsPerEpoch).toFixed(plan.steps % plan.stepsPerEpoch === 0 ? 0 : 1);
  const left = last === undefined ? '' : `, ${sayTime(last.secondsLeft)}`;
  const from = firstStep > 1 ? ` ${say('Went on at step {0}.', firstStep)}` : '';
  return `${say('Epoch {0} of {1}, step {2} of {3}', (last?.epoch ?? validations.at(-1)?.epoch ?? 0).toFixed(1), epochs, last?.step ?? firstStep - 1, plan.steps)}${left}.${from}`;
}

function sayTime(seconds: number): string {
  return seconds < 90 ? say('{0} s left', Math.ceil(seconds)) : say('{0} min left', Math.ceil(seconds / 60));
}

function sayEnd({ why, step, seconds, best, test }: NonNullable<TrainingState['finished']>): string {
  const ends = { complete: say('Complete'), early: say('Stopped early, without improvement'), stopped: say('Stopped') };
  return `${ends[why]}: ${say('{0} steps in {1} s; best at step {2}. Test: {3} % of {4} right, loss {5} nats.', step, Math.round(seconds), best.step, (100 * test.accuracy).toFixed(1), test.count, test.loss.toFixed(3))}`;
}
