import { InspectorError } from '../../base/errors';
import { type LabEvent } from '../../trace/lab/labEvents';
import { type SearchEvent } from '../../trace/lab/searchEvents';
import { type Command } from '../command';
import { labUsage, parseLabOrder } from '../labArguments';
import { sayParameters } from '../studyText';
import { isTerminal, printError } from '../terminal';

/** Searches hyperparameters as a lab file says; Ctrl-C keeps the study, and the next run goes on with it. */
export const searchCommand: Command = {
  name: 'search',
  usage: `search ${labUsage}`,
  summary: 'search hyperparameters as a lab file says, in a study that Optuna reads too; JSON lines in a pipe',
  async run(args, { link, signal, print, printJson }) {
    const isWatched = isTerminal();
    const onLab = (told: LabEvent): void => {
      const event = told as SearchEvent;
      if (!isWatched) printJson(event);
      else for (const line of sayEvent(event)) print(line);
    };
    const result = await link.request(
      'search',
      { ...parseLabOrder(args), search: 1 },
      {
        onLab,
        signal,
        endsInOrder: true,
        onProgress: (_done, _total, message) => {
          if (message !== undefined) printError(`${message} Ctrl-C stops.`);
        },
      },
    );
    if (!result.ok) throw new InspectorError(result.error.code, result.error.message);
    if (signal.aborted)
      throw new InspectorError('cancelled', 'Cancelled. The study is kept; the next search goes on with it.');
  },
};

/** What a person reads of an event. */
function sayEvent(event: SearchEvent): readonly string[] {
  switch (event.type) {
    case 'search-started':
      return [
        `${event.method}: ${event.objective}, ${event.trials} trials (${event.done} are there), kept in ${event.journal}`,
        ...(event.remark === undefined ? [] : [event.remark]),
      ];
    case 'trial-started':
      return [`trial ${event.number}: ${sayParameters(event.parameters)}`];
    case 'trial-reported':
      return [];
    case 'trial-ended': {
      const { number, state, value, message, seconds, best } = event;
      const outcome = value === undefined ? '' : ` ${value.toFixed(4)}`;
      return [
        `trial ${number}: ${state}${outcome}${message === undefined ? '' : ` (${message})`}, ${Math.round(seconds)} s${best === undefined ? '' : `; best ${best.value.toFixed(4)} of trial ${best.number}`}`,
      ];
    }
    case 'search-finished':
      return [
        Object.entries(event.trials)
          .map(([state, count]) => `${count} ${state}`)
          .join(', '),
        ...(event.best === undefined
          ? ['No trial was completed.']
          : [`Best: ${event.best.value.toFixed(4)} with ${sayParameters(event.best.parameters)}`]),
        ...(event.importance === undefined ? [] : [`Importance: ${sayParameters(event.importance)}`]),
      ];
  }
}
