import { codeSpan, commandLink, fillIn, joinMarkdown, Markdown, markdown, ownPicture } from '../base/markdown';
import { type FieldStatistics, type StepSummary } from '../protocol/summaries';
import { isShownAsProbability } from '../trace/reading/outputKind';
import { paintStrip } from './gatePicture';
import { formatValue, showToken } from '../trace/reading/showValue';
import { cellDescriptions, displayOrder, fieldName, roleOf, type Field } from '../trace/reading/cellKind';

/** The translations that a hover needs, passed in so that it can be tested without VS Code. */
export type Translate = (message: string, ...args: (string | number)[]) => string;

/** Every unit's value of a field at the step, for the small pictures; absent where they are not at hand. */
export type ValuesOf = (layer: number, direction: string, field: string) => ArrayLike<number> | undefined;

/** What a hover is made of. */
export interface HoverParts {
  readonly summary: StepSummary;
  readonly modelName: string;
  readonly valuesOf: ValuesOf;
  readonly translate: Translate;
  /** A command URI that pins the token in the view. */
  readonly pinUri: string;
  /** A command URI that colours the text by sensitivity, or takes the colours away. */
  readonly sensitivityUri: string;
  /** One sentence when the text has changed since. */
  readonly staleNote?: string;
}

/**
 * The markdown of VS Code's own hover over a token, short enough for its box: what was expected, a line a field with
 * its bars and mean, and a link that pins the token; the view has the rest.
 */
export function hoverMarkdown(parts: HoverParts): Markdown {
  const { summary, modelName, translate, pinUri, sensitivityUri, staleNote } = parts;
  const pin = commandLink('pin', translate('Pin in the view'), pinUri);
  const sensitivity = commandLink('eye', translate('Sensitivity'), sensitivityUri);
  const title = markdown`**${code(summary.token.text)}** ${translate('step {0}, {1}', summary.step, modelName)} &nbsp; ${pin} &nbsp; ${sensitivity}`;
  const lines = [title, ...(staleNote ? [markdown`*${staleNote}*`] : []), ...surpriseLines(summary, translate)];
  const layers = summary.layers.map((layer) => layerBlock(layer, parts));
  return joinMarkdown([...lines, ...layers], '\n\n');
}

function surpriseLines({ surprise, predictions, outputKind }: StepSummary, translate: Translate): Markdown[] {
  const lines: Markdown[] = [];
  if (surprise !== undefined)
    lines.push(
      markdown`${translate('Surprise {0} nats (p = {1})', formatValue(surprise), formatValue(Math.exp(-surprise)))}`,
    );
  if (predictions && predictions.length > 0) {
    const best = predictions
      .slice(0, 5)
      .map(({ name, probability }) => markdown`${code(name)} ${formatValue(probability)}`);
    const shown = joinMarkdown(best, ', ');
    lines.push(
      isShownAsProbability(outputKind)
        ? fillIn(translate, 'Predicts: {0}', shown)
        : fillIn(translate, 'Largest outputs: {0}', shown),
    );
  }
  return lines;
}

function layerBlock(layer: StepSummary['layers'][number], { valuesOf, translate }: HoverParts): Markdown {
  const { shape, fields, normH, normC } = layer;
  const cellNorm = normC === undefined ? markdown`` : markdown`, |c| ${formatValue(normC)}`;
  const norms = markdown`|h| ${formatValue(normH)}${cellNorm}`;
  const direction = shape.direction === 'backward' ? `, ${translate('backward')}` : '';
  const head = markdown`${translate('Layer {0}', shape.layer)}${direction}: ${cellDescriptions[shape.cell].name}, ${translate('{0} units', shape.units)}; ${norms}`;
  const columns = ['', translate('units'), translate('mean')].map((name) => markdown`${name}`);
  const table = [
    row(columns),
    tableRule,
    ...inDisplayOrder(fields).map((field) =>
      fieldRow(field, valuesOf(shape.layer, shape.direction, field.field), translate),
    ),
  ];
  return joinMarkdown([head, markdown``, ...table], '\n');
}

function inDisplayOrder(fields: readonly FieldStatistics[]): readonly FieldStatistics[] {
  const place = ({ field }: FieldStatistics): number => displayOrder.indexOf(field as Field);
  return [...fields].sort((one, other) => place(one) - place(other));
}

/** The line between a table's head and its rows; no template, which the formatter would set apart by blank lines. */
const tableRule = new Markdown('|---|---|--:|');

function row(cells: readonly Markdown[]): Markdown {
  return markdown`| ${joinMarkdown(cells, ' | ')} |`;
}

function fieldRow(statistics: FieldStatistics, values: ArrayLike<number> | undefined, translate: Translate): Markdown {
  const { field, mean } = statistics;
  const range = roleOf(field) === 'gate' ? { minimum: 0, maximum: 1 } : { minimum: -1, maximum: 1 };
  const words = [...translate(fieldName(field as Field)).split(' '), field];
  return row([
    joinMarkdown(
      words.map((word) => markdown`${word}`),
      '&nbsp;',
    ),
    values ? ownPicture(paintStrip(values, range)) : markdown``,
    markdown`${formatValue(mean)}`,
  ]);
}

/** A token as inline code. */
function code(text: string): Markdown {
  return codeSpan(showToken(text));
}
