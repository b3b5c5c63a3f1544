import { fieldsOf, type Field } from '../../../src/trace/reading/cellKind';
import { type EpochReading } from '../../../src/trace/lab/epochReading';
import { unpackFrame } from '../../../src/trace/reading/frame';
import { paintCells } from '../../paint/paintCells';
import { createColourTable } from '../../scales/colourTable';
import { valueScaleOf } from '../../scales/valueScale';
import { type AskEpoch, EpochReadings } from '../../store/epochReadings';
import { type TrainingState } from '../../store/trainingState';
import { type Palette } from '../../theme/palette';
import { say } from '../../theme/strings';
import { createButton, createChoice } from '../controls';
import { element, fitCanvas, setText } from '../element';
import { nameOfField, showToken } from '../fieldNames';
import { createLegendBar } from '../legendBar';
import { createLineChart, type Series } from '../charts/lineChart';

/** A slider over the epochs: how a gate and the gradient changed on one sentence while the model learnt. */
export interface EpochPane {
  readonly root: HTMLElement;
  update(state: TrainingState, palette: Palette): void;
}

/** What the pane asks of the page. */
export interface EpochActions {
  readonly ask: AskEpoch;
  inspect(text: string, folder: string): void;
}

const settleMs = 350;
const heightPx = 240;

/** Makes the pane; it is hidden where no epochs were kept. */
export function createEpochPane(actions: EpochActions): EpochPane {
  return new Pane(actions);
}

class Pane implements EpochPane {
  readonly root: HTMLElement;
  private epochs: TrainingState['epochs'] = [];
  private at = 0;
  private field: Field | null = null;
  private layer = 0;
  private palette: Palette | null = null;
  private isTouched = false;
  private timer: number | undefined;
  private readonly readings: EpochReadings;
  private readonly text = element('input', {
    class: 'lab-text',
    attributes: { type: 'text', 'aria-label': say('Sentence to watch'), value: '' },
  });
  private readonly slider = element('input', {
    attributes: { type: 'range', min: '0', max: '0', step: '1', 'aria-label': say('Epoch') },
  });
  private readonly value = element('span', { class: 'slider-value' });
  private readonly note = element('p', { class: 'lab-readout', attributes: { role: 'status' } });
  private readonly canvas = element('canvas', { attributes: { role: 'img' } });
  private readonly box = element('div', { class: 'lab-cells', children: [this.canvas] });
  private readonly legend = createLegendBar();
  private readonly fields = createChoice(say('Field'), (value) => this.choose({ field: value as Field }));
  private readonly layers = createChoice(say('Layer'), (value) => this.choose({ layer: Number(value) }));
  private readonly norms = createLineChart({
    label: say('Gradient by step, a line an epoch'),
    xLabel: say('step'),
    yLabel: say('log10 of |dL/dh|'),
    heightPx: 190,
    isWhole: true,
  });

  constructor(actions: EpochActions) {
    this.readings = new EpochReadings(actions.ask, () => this.draw());
    this.text.addEventListener('input', () => {
      this.isTouched = true;
      window.clearTimeout(this.timer);
      this.timer = window.setTimeout(() => this.fetch(), settleMs);
    });
    this.slider.addEventListener('input', () => this.choose({ at: Number(this.slider.value) }));
    const inspect = createButton(say('Inspect at This Epoch'), () =>
      actions.inspect(this.text.value, this.epochs[this.at]?.folder ?? ''),
    );
    const sliderBox = element('label', {
      class: 'slider lab-slider',
      children: [element('span', { text: say('Epoch') }), this.value, this.slider],
    });
    const controls = element('div', {
      class: 'lab-controls',
      children: [this.layers.root, this.fields.root, this.legend.root, inspect],
    });
    this.root = element('section', {
      class: 'lab-pane',
      attributes: { 'aria-label': say('Epochs') },
      children: [
        element('h2', { text: say('How it learnt to read') }),
        element('p', {
          class: 'lab-hint',
          text: say(
            'Move the slider to see what the model of each epoch does with one sentence. Thin lines: the other epochs.',
          ),
        }),
        this.text,
        sliderBox,
        controls,
        this.box,
        this.norms.root,
        this.note,
      ],
    });
    new ResizeObserver(() => this.draw()).observe(this.root);
  }

  update({ epochs, finished, plan }: TrainingState, palette: Palette): void {
    this.root.hidden = epochs.length === 0;
    this.palette = palette;
    if (epochs.length === 0) return this.forget();
    const wasAtEnd = this.at >= this.epochs.length - 1;
    const isNew = epochs !== this.epochs;
    this.epochs = epochs;
    if (wasAtEnd) this.at = epochs.length - 1;
    this.slider.max = String(epochs.length - 1);
    this.slider.value = String(this.at);
    if (!this.isTouched) this.text.value = (finished?.mistakes?.[0]?.text ?? plan?.sample ?? '').trim();
    if (isNew || finished !== null) this.fetch();
    this.draw();
  }

  private forget(): void {
    this.epochs = [];
    this.at = 0;
  }

  private choose(part: { readonly at?: number; readonly field?: Field; readonly layer?: number }): void {
    if (part.at !== undefined) this.at = part.at;
    if (part.field !== undefined) this.field = part.field;
    if (part.layer !== undefined) {
      this.layer = part.layer;
      this.field = null;
    }
    if (part.layer !== undefined || part.at !== undefined) this.fetch();
    this.draw();
  }

  private fetch(): void {
    const folder = this.epochs[this.at]?.folder;
    if (folder === undefined || this.text.value.trim() === '') return;
    this.readings.want(
      this.epochs.map((each) => each.folder),
      folder,
      { text: this.text.value, layer: this.layer },
    );
  }

  private draw(): void {
    const { palette, epochs } = this;
    const epoch = epochs[this.at];
    if (palette === null || epoch === undefined || this.root.clientWidth === 0) return;
    setText(this.value, epoch.epoch === 0 ? say('before training') : String(epoch.epoch));
    this.slider.setAttribute('aria-valuetext', this.value.textContent);
    const reading = this.readings.byFolder.get(epoch.folder);
    this.box.hidden = this.norms.root.hidden = this.legend.root.hidden = reading === undefined;
    setText(this.note, this.readings.problem ?? (reading === undefined ? this.sayMissing() : sayAnswer(reading)));
    if (reading === undefined) return;
    const field = this.updateChoices(reading);
    this.drawCells(reading, field, palette);
    this.drawNorms(reading, palette);
  }

  private sayMissing(): string {
    return this.text.value.trim() === '' ? say('Type a sentence to watch.') : say('Reading...');
  }

  private updateChoices(reading: EpochReading): Field {
    const shape = reading.layers[this.layer];
    const known = shape === undefined ? [] : fieldsOf(shape.cell);
    const field =
      this.field !== null && known.includes(this.field)
        ? this.field
        : (known[known.includes('f') ? known.indexOf('f') : 0] ?? 'h');
    this.fields.update(
      known.map((each) => ({ value: each, label: nameOfField(each) })),
      field,
    );
    this.layers.update(
      reading.layers.map(({ layer, direction, cell }, k) => ({
        value: String(k),
        label: `${layer} ${cell}${direction === 'backward' ? ` ${say('backward')}` : ''}`,
      })),
      String(this.layer),
    );
    return field;
  }

  private drawCells(reading: EpochReading, field: Field, palette: Palette): void {
    const { header, planes } = unpackFrame(reading.frame);
    const k = header.fields.indexOf(field);
    const values = planes[k] ?? new Float32Array(0);
    // One scale for all epochs, so that they compare.
    const scale = valueScaleOf(field, this.largestOf(field));
    const table = createColourTable(scale.kind === 'sequential' ? palette.sequential : palette.diverging, palette.nan);
    const widthPx = this.root.clientWidth;
    this.canvas.style.width = `${widthPx}px`;
    this.canvas.style.height = `${heightPx}px`;
    this.canvas.setAttribute('aria-label', say('{0} of every unit (rows) at each token (columns)', nameOfField(field)));
    paintCells(
      fitCanvas(this.canvas, widthPx, heightPx),
      { values, units: header.widths[k] ?? 1, names: reading.tokens.map(showToken), scale, table, palette },
      widthPx,
      heightPx,
    );
    this.legend.update(scale, table);
  }

  private largestOf(field: Field): number {
    let largest = 0;
    for (const { frame } of this.readings.byFolder.values()) {
      const { header, planes } = unpackFrame(frame);
      for (const value of planes[header.fields.indexOf(field)] ?? []) largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private drawNorms({ log10Gradient, tokens }: EpochReading, palette: Palette): void {
    this.norms.root.hidden = log10Gradient.length === 0;
    const pointsOf = (norms: Float32Array): Series['points'] => [...norms].map((value, step) => [step, value] as const);
    const others = [...this.readings.byFolder.values()].map((reading) => ({
      points: pointsOf(reading.log10Gradient),
      colour: palette.muted,
      widthPx: 1,
      opacity: 0.35,
    }));
    const own: Series = {
      points: pointsOf(log10Gradient),
      colour: palette.lines['f'] ?? palette.foreground,
      widthPx: 2.2,
      hasDots: true,
    };
    this.norms.update({ series: [...others, own], palette, xRange: [-0.5, tokens.length - 0.5] });
  }
}

function sayAnswer({ output, labels, lossName }: EpochReading): string {
  const answers = [...output]
    .map((share, k) => ({ share, label: labels[k] ?? String(k) }))
    .sort((a, b) => b.share - a.share)
    .slice(0, 3);
  const answer =
    answers.length === 0
      ? ''
      : say('Its answer: {0}.', answers.map(({ share, label }) => `${label} ${(100 * share).toFixed(1)} %`).join(', '));
  return `${answer} ${lossName === '' ? '' : say('Gradient of: {0}.', lossName)}`.trim();
}
