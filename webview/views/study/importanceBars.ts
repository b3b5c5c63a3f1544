import { type ImportanceReport } from '../../../src/trace/lab/studyReport';
import { say } from '../../theme/strings';
import { element } from '../element';

/** How much each hyperparameter explains alone, the most first, as bars. */
export function importanceBars(
  { importance, trials }: ImportanceReport,
  parameters: readonly string[],
): readonly HTMLElement[] {
  const rows = Object.entries(importance);
  const left = parameters.filter((name) => !(name in importance));
  const list = element('ul', {
    class: 'importance',
    children: rows.map(([name, share]) => {
      const bar = element('span', { class: 'bar' });
      bar.style.width = `${(100 * share).toFixed(1)}%`;
      return element('li', {
        children: [
          element('span', { class: 'importance-name', text: name }),
          element('span', { class: 'bar-box', attributes: { 'aria-hidden': 'true' }, children: [bar] }),
          element('span', { class: 'importance-share', text: `${(100 * share).toFixed(0)} %` }),
        ],
      });
    }),
  });
  const note = say(
    'Share of the variance of the Gaussian process ({0} complete trials) that each explains alone: first-order Sobol indices (functional ANOVA), scaled to 100 %. What two explain only together is left out.',
    trials,
  );
  const leftOut = say('Not in every complete trial, and so left out: {0}.', left.join(', '));
  return [
    list,
    ...[note, ...(left.length === 0 ? [] : [leftOut])].map((text) => element('p', { class: 'study-note', text })),
  ];
}
