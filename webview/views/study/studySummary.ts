import { type StudyReport, type SurrogateReport } from '../../../src/trace/lab/studyReport';
import { say } from '../../theme/strings';
import { formatNumber } from './parameterScale';
import { nameOfObjective, nameOfState } from './trialLook';

/** Method, objective, trials and the best, in one line. */
export function sayStudy(report: StudyReport | null, isRunning: boolean): string {
  if (report === null) return isRunning ? say('Searching') : '';
  const best = report.trials.find(({ number }) => number === report.best);
  return [
    ...(report.method === undefined ? [] : [report.method]),
    report.direction === 'minimize'
      ? say('least {0} wins', nameOfObjective(report))
      : say('most {0} wins', nameOfObjective(report)),
    report.goal === undefined ? say('{0} trials', report.count) : say('{0} of {1} trials', report.done, report.goal),
    ...(report.front === undefined ? [] : [say('{0} trials on the Pareto front', report.front.length)]),
    ...(best?.value === undefined ? [] : [say('best {0} (trial {1})', formatNumber(best.value), best.number)]),
    ...(isRunning ? [nameOfState('running')] : []),
  ].join(' \u00b7 ');
}

/** What is drawn along one hyperparameter, and where the others are held. */
export function sayCut(surrogate: SurrogateReport | null): string {
  if (surrogate === null) return say('No surrogate: it needs three complete trials with different values.');
  const others = Object.entries(surrogate.next)
    .filter(([name]) => name !== surrogate.parameter)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatNumber(value) : String(value)}`);
  return say(
    'Green: mean of the Gaussian process and two standard deviations. Below: expected improvement, in units of the objective. Dashed: where it is largest, the next point; the others are held at {0}.',
    others.join(', '),
  );
}
