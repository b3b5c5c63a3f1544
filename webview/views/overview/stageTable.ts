import { type StageChainOverview, type StageOverview } from '../../../src/trace/reading/modelOverview';
import { say } from '../../theme/strings';
import { element } from '../element';

/** Every layer in order of computation; parts that are only offered on their own stand behind a line of their own. */
export function createStageTable(chains: readonly StageChainOverview[]): HTMLElement {
  const names = [say('layer'), say('kind'), say('sizes'), say('parameters')];
  const head = element('tr', { children: names.map((text) => element('th', { text, attributes: { scope: 'col' } })) });
  const rows = chains.flatMap(({ stages }, part) => [...(part === 0 ? [] : [separator()]), ...stages.map(rowOf)]);
  const table = element('table', {
    class: 'statistics stage-table',
    children: [element('thead', { children: [head] }), element('tbody', { children: rows })],
  });
  const box = element('div', {
    class: 'stage-box',
    attributes: { tabindex: '0', role: 'region', 'aria-label': say('Layers in order of computation') },
    children: [table],
  });
  return element('section', {
    class: 'overview-stages',
    attributes: { 'aria-label': say('Layers') },
    children: [element('h2', { text: say('Layers in order of computation') }), box],
  });
}

function separator(): HTMLElement {
  const cell = element('td', { class: 'stage-part', text: say('On its own'), attributes: { colspan: '4' } });
  return element('tr', { children: [cell] });
}

function rowOf({ name, kind, detail, parameters, isRefused }: StageOverview): HTMLElement {
  const shown = detail.replaceAll('->', '\u2192');
  return element('tr', {
    ...(isRefused ? { class: 'stage-refused' } : {}),
    children: [
      element('th', { text: name, attributes: { scope: 'row' } }),
      element('td', { text: say(kind) }),
      element('td', { class: 'stage-detail', text: shown }),
      element('td', { class: 'stage-number', text: parameters === 0 ? '\u2013' : parameters.toLocaleString('en-US') }),
    ],
  });
}
