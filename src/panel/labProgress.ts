import { type LabRun } from '../session/labRun';
import { type ReportProgress, withProgress } from '../show/withProgress';
import { type LabEvent } from '../trace/lab/labEvents';

/** How far a run is, in [0, 1], and in words. */
export interface LabProgress {
  readonly share: number;
  readonly message: string;
}

/**
 * VS Code's progress with a cancel button for each time that a run is started, so that it can be followed and ended
 * with its panel closed. `progressOf` is null for an event that says nothing of it.
 */
export function showLabProgress<Event extends LabEvent>(
  run: LabRun<Event>,
  title: string,
  progressOf: (event: Event) => LabProgress | null,
): void {
  let isShown = false;
  run.changed.on(({ kind }) => {
    if (kind !== 'running' || isShown) return;
    isShown = true;
    void withProgress(title, (report, token) => {
      token.onCancellationRequested(() => run.act('cancel'));
      return new Promise<void>((resolve) => follow(run, progressOf, report, resolve));
    }).then(() => {
      isShown = false;
    });
  });
}

function follow<Event extends LabEvent>(
  run: LabRun<Event>,
  progressOf: (event: Event) => LabProgress | null,
  report: ReportProgress,
  done: () => void,
): void {
  let shown = 0;
  const told = run.told.on((event) => {
    const now = progressOf(event);
    if (now === null) return;
    report({ message: now.message, increment: 100 * (now.share - shown) });
    shown = now.share;
  });
  const changed = run.changed.on(() => {
    if (run.isActive) return;
    told.dispose();
    changed.dispose();
    done();
  });
}
