import { cellDescriptions } from '../../../src/trace/reading/cellKind';
import { type Result } from '../../../src/base/result';
import { type CellOverview, type WeightMap } from '../../../src/trace/reading/modelOverview';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { element, setText } from '../element';
import { createGateCard, type GateCard } from './gateCard';
import { createBiasHistogram } from './biasHistogram';
import { createWeightLegend, scalesOf } from './weightScales';

/** The weights of one recurrent layer and direction. */
export interface CellSection {
  readonly root: HTMLElement;
  draw(palette: Palette): void;
  dispose(): void;
}

/** The most rows and columns of a picture; its card is seldom larger in pixels. */
const mostCells = 512;

/** Makes the section of a layer; its pictures are asked for when it comes near the part of the page in sight. */
export function createCellSection(
  cell: CellOverview,
  ask: (most: number) => Promise<Result<readonly WeightMap[]>>,
): CellSection {
  const cards = cell.gates.map((gate) => createGateCard(gate, cell));
  const histogram =
    cell.memoryBias === undefined ? null : createBiasHistogram(cell.memoryBias, cell.recurrentActivation === 'sigmoid');
  const legend = createWeightLegend();
  const status = element('p', { class: 'hint', attributes: { role: 'status' } });
  const root = element('section', {
    class: 'cell-section',
    attributes: { 'aria-label': titleOf(cell) },
    children: [
      heading(cell),
      status,
      legend.root,
      element('div', { class: 'gate-cards', children: cards.map((card) => card.root) }),
      ...(histogram === null ? [] : [histogram.root]),
    ],
  });
  let maps: readonly WeightMap[] | null = null;
  let palette: Palette | null = null;
  const draw = (): void => {
    if (palette === null) return;
    histogram?.draw(palette);
    if (maps !== null) drawCards(cards, maps, { palette, legend });
  };
  const load = async (): Promise<void> => {
    setText(status, say('Reading the weights.'));
    const answer = await ask(mostCells);
    setText(status, answer.ok || answer.error.code === 'cancelled' ? '' : answer.error.message);
    if (answer.ok) maps = answer.value;
    draw();
  };
  const watch = watchSight(root, () => void load(), draw);
  return {
    root,
    draw: (next) => {
      palette = next;
      draw();
    },
    dispose: watch,
  };
}

function drawCards(
  cards: readonly GateCard[],
  maps: readonly WeightMap[],
  { palette, legend }: { readonly palette: Palette; readonly legend: ReturnType<typeof createWeightLegend> },
): void {
  const scales = scalesOf(maps);
  legend.update(scales, palette);
  cards.forEach((card) => card.draw(maps, scales, palette));
}

/** Calls back once when an element comes near the window, and whenever its width changes. */
function watchSight(root: HTMLElement, onSeen: () => void, onResize: () => void): () => void {
  const sight = new IntersectionObserver(
    (entries) => {
      if (!entries.some(({ isIntersecting }) => isIntersecting)) return;
      sight.disconnect();
      onSeen();
    },
    { rootMargin: '600px' },
  );
  const size = new ResizeObserver(onResize);
  sight.observe(root);
  size.observe(root);
  return () => {
    sight.disconnect();
    size.disconnect();
  };
}

function titleOf({ name, cell, direction }: CellOverview): string {
  const reads = direction === 'backward' ? say('backward') : say('forward');
  return `${name}: ${cellDescriptions[cell].name}, ${reads}`;
}

function heading(cell: CellOverview): HTMLElement {
  const { units, inputWidth, outputWidth, fileOrder, gates, activation, recurrentActivation, extras, parameters } =
    cell;
  const sizes = [
    say('{0} units', units),
    say('{0} inputs a step', inputWidth),
    ...(outputWidth === units ? [] : [say('h is {0} wide', outputWidth)]),
    say('{0} parameters', parameters.toLocaleString('en-US')),
  ];
  const shown = gates.map(({ gate }) => gate).join(' ');
  const inFile = fileOrder.join(' ');
  const order =
    gates.length === 1
      ? []
      : [
          inFile === shown
            ? say('The file keeps the blocks in this order: {0}.', inFile)
            : say('The file keeps the blocks in the order {0}; shown in ours, {1}.', inFile, shown),
        ];
  const functions =
    gates.length === 1
      ? [say('Activation: {0}.', activation)]
      : [say('Gates: {0}; candidate: {1}.', recurrentActivation, activation)];
  const more = extras.length === 0 ? [] : [say('Also: {0}.', extras.join(', '))];
  return element('header', {
    children: [
      element('h2', { class: 'cell-title', text: titleOf(cell) }),
      element('p', { class: 'cell-line', text: sizes.join(', ') }),
      element('p', { class: 'cell-line', text: [...order, ...functions, ...more].join(' ') }),
    ],
  });
}
