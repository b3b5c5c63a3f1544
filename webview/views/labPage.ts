import { type HydrateLab, type LabStatus } from '../../src/protocol/labMessages';
import { type LabEvent } from '../../src/trace/lab/labEvents';
import { type LabHost } from '../host/labHost';
import { watchTheme } from '../theme/palette';
import { say, useStrings } from '../theme/strings';
import { createButton } from './controls';
import { element } from './element';

/** What the page of a run shows: everything at first and after a reload, then what is told. */
export interface LabPage<Event extends LabEvent> {
  set(hydrate: HydrateLab<Event>): void;
  add(event: Event): void;
  setStatus(status: LabStatus): void;
  draw(): void;
}

/** Starts a page; it is made with the first message, which brings the translations that its labels are written in. */
export function startLabPage<Event extends LabEvent>(host: LabHost<Event>, create: () => LabPage<Event>): void {
  let page: LabPage<Event> | null = null;
  host.listen((message) => {
    if (message.type === 'hydrateLab') {
      useStrings(message.strings);
      page ??= create();
      host.keep(message.stored);
      page.set(message);
    }
    if (message.type === 'labEvent') page?.add(message.event);
    if (message.type === 'labStatus') page?.setStatus(message.status);
  });
  watchTheme(document.body, () => page?.draw());
}

/** Calls `draw` once with the next frame, however often it is asked for before. */
export function createFrameSchedule(draw: () => void): () => void {
  let isScheduled = false;
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    requestAnimationFrame(() => {
      isScheduled = false;
      draw();
    });
  };
}

/** Says what failed, with the way to the settings and the log; hidden while nothing did. */
export interface ProblemNotice {
  readonly root: HTMLElement;
  say(problem: string | null): void;
}

/** Makes the notice of a page. */
export function createProblemNotice<Event extends LabEvent>(host: LabHost<Event>): ProblemNotice {
  const root = element('div', { class: 'notice notice-error', attributes: { role: 'alert' } });
  root.hidden = true;
  return {
    root,
    say: (problem) => {
      root.hidden = problem === null;
      if (problem === null) return;
      const settings = createButton(say('Settings File'), () =>
        host.post({ type: 'do', what: 'openSettings', params: {} }),
      );
      const log = createButton(say('Show log'), () => host.post({ type: 'showLog' }));
      root.replaceChildren(element('span', { text: problem }), settings, log);
    },
  };
}
