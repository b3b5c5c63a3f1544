import { type Field, fieldsOf } from '../../../src/trace/reading/cellKind';
import { type SentenceMovement } from '../../../src/trace/lab/transferEvents';
import { type LiveRegion } from '../../access/liveRegion';
import {
  cellAt,
  layoutMovement,
  type MovementLayout,
  type MovementPicture,
  paintMovement,
} from '../../paint/paintMovement';
import { createColourTable } from '../../scales/colourTable';
import { roundUp } from '../../scales/valueScale';
import {
  changesOf,
  largestOf,
  type Measure,
  type MovedLayer,
  movedLayers,
  orderByMovement,
  sentenceChange,
} from '../../store/gateMovements';
import { type TransferState } from '../../store/transferState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { createChoice } from '../controls';
import { element, fitCanvas, setText } from '../element';
import { nameOfField, showToken } from '../fieldNames';
import { createLegendBar } from '../legendBar';
import { sayAnswers, sayCell, sayMost } from './movedSentences';

/** Which gates moved between the source and the transferred model. */
export interface MovedPane {
  readonly root: HTMLElement;
  update(state: TransferState, palette: Palette): void;
}

type Finished = NonNullable<TransferState['finished']>;

/** Makes the picture: how far each gate of each unit moved, and beside it, in the same rows, a gate on one sentence. */
export function createMovedPane(live: LiveRegion): MovedPane {
  return new Moved(live);
}

class Moved implements MovedPane {
  readonly root: HTMLElement;
  private finished: Finished | null = null;
  private palette: Palette | null = null;
  private measure: Measure = 'values';
  private at = 0;
  private field: Field | null = null;
  private chosen: MovementPicture['chosen'] = null;
  private shown: {
    readonly picture: MovementPicture;
    readonly layout: MovementLayout;
    readonly layer: MovedLayer;
    readonly field: Field;
  } | null = null;
  private readonly canvas = element('canvas');
  private readonly box = element('div', {
    class: 'transfer-moved',
    attributes: { tabindex: '0', role: 'application' },
  });
  private readonly summary = element('p');
  private readonly answers = element('p');
  private readonly readout = element('p', { class: 'lab-readout' });
  private readonly gateLegend = createLegendBar();
  private readonly sentenceLegend = createLegendBar();
  private readonly gateCaption = element('span', { class: 'lab-hint' });
  private readonly sentenceCaption = element('span', { class: 'lab-hint' });
  private readonly measures = createChoice(say('Measure'), (value) =>
    this.change(() => (this.measure = value as Measure)),
  );
  private readonly layers = createChoice(say('Layer'), (value) => this.change(() => (this.at = Number(value))));
  private readonly fields = createChoice(say('Sentence'), (value) => this.change(() => (this.field = value as Field)));

  constructor(private readonly live: LiveRegion) {
    this.box.append(this.canvas);
    this.box.setAttribute(
      'aria-label',
      say('Which gates moved. Rows: units, the farthest moved first. Arrow keys move over the cells.'),
    );
    const controls = element('div', {
      class: 'lab-controls',
      children: [this.layers.root, this.measures.root, this.fields.root],
    });
    const legends = element('div', {
      class: 'transfer-scales',
      children: [
        element('div', { class: 'transfer-scale', children: [this.gateLegend.root, this.gateCaption] }),
        element('div', { class: 'transfer-scale', children: [this.sentenceLegend.root, this.sentenceCaption] }),
      ],
    });
    this.root = element('section', {
      class: 'lab-pane',
      attributes: { 'aria-label': say('Gates that moved') },
      children: [
        element('h2', { text: say('Gates that moved') }),
        this.summary,
        this.answers,
        controls,
        legends,
        this.box,
        this.readout,
      ],
    });
    this.box.addEventListener('pointermove', (event) => this.point(event));
    this.box.addEventListener('pointerleave', () => this.choose(null, false));
    this.box.addEventListener('keydown', (event) => this.move(event));
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  update({ finished }: TransferState, palette: Palette): void {
    this.root.hidden = finished === null || finished.moved.length === 0;
    if (finished !== this.finished) {
      this.chosen = null;
      this.at = 0;
    }
    this.finished = finished;
    this.palette = palette;
    this.draw();
  }

  private change(set: () => void): void {
    set();
    this.chosen = null;
    this.draw();
  }

  private point(event: PointerEvent): void {
    if (this.shown === null) return;
    const box = this.canvas.getBoundingClientRect();
    this.choose(
      cellAt(this.shown.layout, this.shown.picture, event.clientX - box.left, event.clientY - box.top),
      false,
    );
  }

  private move(event: KeyboardEvent): void {
    const by = { ArrowRight: [0, 1], ArrowLeft: [0, -1], ArrowDown: [1, 0], ArrowUp: [-1, 0] }[event.key];
    if (by === undefined || this.shown === null) return;
    event.preventDefault();
    const { gates, sentence, order } = this.shown.picture;
    const clamp = (value: number, most: number): number => Math.max(0, Math.min(most, value));
    const [rows = 0, columns = 0] = by;
    const { row, column } = this.chosen ?? { row: -rows, column: -columns };
    this.choose(
      {
        row: clamp(row + rows, order.length - 1),
        column: clamp(column + columns, gates.names.length + (sentence?.names.length ?? 0) - 1),
      },
      true,
    );
  }

  private choose(cell: MovementPicture['chosen'], isSpoken: boolean): void {
    if (cell?.row === this.chosen?.row && cell?.column === this.chosen?.column) return;
    this.chosen = cell;
    this.draw();
    if (isSpoken) this.live.say(this.readout.textContent);
  }

  private draw(): void {
    const { finished, palette } = this;
    const widthPx = Math.floor(this.box.clientWidth);
    if (finished === null || palette === null || widthPx === 0) return;
    const layers = movedLayers(finished.moved);
    const layer = layers[this.at] ?? layers[0];
    if (layer === undefined) return;
    const field = this.updateChoices(layers, layer, finished);
    const picture = this.pictureOf(layer, field, palette);
    const layout = layoutMovement(widthPx, {
      rows: picture.order.length,
      gates: picture.gates.names.length,
      tokens: picture.sentence?.names.length ?? 0,
    });
    this.shown = { picture, layout, layer, field };
    this.canvas.style.width = `${layout.widthPx}px`;
    this.canvas.style.height = `${layout.heightPx}px`;
    paintMovement(fitCanvas(this.canvas, layout.widthPx, layout.heightPx), picture, layout);
    this.write(finished, layer);
  }

  private updateChoices(layers: readonly MovedLayer[], layer: MovedLayer, { sentence, moved }: Finished): Field {
    this.layers.root.hidden = layers.length < 2;
    this.layers.update(
      layers.map((each, k) => ({
        value: String(k),
        label: `${each.layer} ${each.direction === 'backward' ? say('backward') : say('forward')}`,
      })),
      String(layers.indexOf(layer)),
    );
    const hasValues = moved.some(({ activation }) => activation !== undefined);
    if (!hasValues) this.measure = 'weights';
    this.measures.update(
      [
        ...(hasValues ? [{ value: 'values', label: say('values on texts') }] : []),
        { value: 'weights', label: say('weights') },
      ],
      this.measure,
    );
    const cell = sentence?.layers.find((each) => each.layer === layer.layer)?.cell;
    const known = cell === undefined ? [] : fieldsOf(cell);
    const field =
      this.field !== null && known.includes(this.field) ? this.field : known.includes('f') ? 'f' : (known[0] ?? 'h');
    this.fields.root.hidden = known.length === 0;
    this.fields.update(
      known.map((each) => ({ value: each, label: nameOfField(each) })),
      field,
    );
    return field;
  }

  private pictureOf(layer: MovedLayer, field: Field, palette: Palette): MovementPicture {
    const order = orderByMovement(layer, this.measure);
    const changes = layer.gates.map((gate) => changesOf(gate, this.measure));
    const high = niceLimit(largestOf(changes.flat()));
    const gates = {
      names: layer.gates.map(({ gate }) => (gate === 'a' ? 'h' : gate)),
      valueAt: (column: number, unit: number) => changes[column]?.[unit] ?? NaN,
      scale: { kind: 'sequential', low: 0, high } as const,
      table: createColourTable(palette.sequential, palette.nan),
    };
    const { sentence } = this.finished ?? { sentence: null };
    const values = sentenceChange(sentence, layer, field);
    return {
      order,
      gates,
      sentence:
        sentence === null || values === null ? null : sentenceGrid(sentence, values, { units: layer.units, palette }),
      palette,
      chosen: this.chosen,
    };
  }

  private write(finished: Finished, layer: MovedLayer): void {
    const { picture, field } = this.shown as NonNullable<typeof this.shown>;
    setText(this.summary, sayMost(layer, finished.texts));
    setText(this.answers, sayAnswers(finished.sentence));
    this.answers.hidden = finished.sentence === null;
    this.gateLegend.update(picture.gates.scale, picture.gates.table);
    setText(
      this.gateCaption,
      this.measure === 'weights'
        ? say("change of a unit's weights, as a share of their norm")
        : say("mean change of a gate's value over {0} test texts", finished.texts),
    );
    if (picture.sentence !== null) this.sentenceLegend.update(picture.sentence.scale, picture.sentence.table);
    this.sentenceLegend.root.hidden = this.sentenceCaption.hidden = picture.sentence === null;
    setText(this.sentenceCaption, say('{0} on the sentence: after minus before', nameOfField(field)));
    const hint =
      layer.units > picture.order.length
        ? say('The {0} units of {1} that moved most.', picture.order.length, layer.units)
        : say('Rows: units, the farthest moved first.');
    setText(
      this.readout,
      this.chosen === null
        ? hint
        : sayCell({ layer, picture, field, sentence: finished.sentence, texts: finished.texts }, this.chosen),
    );
  }
}

function sentenceGrid(
  { tokens }: SentenceMovement,
  values: readonly number[],
  { units, palette }: { readonly units: number; readonly palette: Palette },
): NonNullable<MovementPicture['sentence']> {
  const limit = niceLimit(largestOf(values));
  return {
    names: tokens.map(({ text }) => showToken(text)),
    valueAt: (column, unit) => values[column * units + unit] ?? NaN,
    scale: { kind: 'diverging', low: -limit, high: limit },
    table: createColourTable(palette.diverging, palette.nan),
  };
}

/** The end of a scale: a round number, and something above zero where nothing moved. */
function niceLimit(largest: number): number {
  return largest > 0 ? roundUp(largest) : 1;
}
