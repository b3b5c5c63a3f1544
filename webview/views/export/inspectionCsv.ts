import { writeCsv } from '../../../src/trace/files/csv';
import { fieldsOf } from '../../../src/trace/reading/cellKind';
import { statisticsOf } from '../../store/columnStatistics';
import { type InspectorState, shownLayer } from '../../store/inspectorState';
import { inputsAt } from '../../store/inputColumns';
import { type TraceBlocks } from '../../store/traceBlocks';
import { gradientLines } from '../tracks/gradientTrack';

/**
 * The layer in sight as a table: a row a step that has arrived, with its token, surprise, mean and standard deviation
 * of every field, the chosen unit's values and log10 of the gradient norms. NaN and infinities are written as such.
 */
export function inspectionCsv(state: InspectorState, blocks: TraceBlocks): string {
  const shape = shownLayer(state);
  const fields = shape === undefined ? [] : fieldsOf(shape.cell);
  const { unit } = state.view;
  const gradients = gradientLines(state);
  const head = [
    'step',
    'token',
    'surprise',
    ...fields.flatMap((field) => [`${field} mean`, `${field} deviation`]),
    ...(unit === null ? [] : fields.map((field) => `${field} unit ${unit}`)),
    ...gradients.map(({ name }) => `log10 |dL/d${name}|`),
  ];
  const inputs = inputNames(state);
  const rows: (string | number)[][] = [[...head, ...inputs]];
  for (let step = 0; step < state.tokens.length; step++) {
    const columns = shape === undefined ? [] : fields.map((field) => blocks.column(shape, field, step));
    if (columns.some((column) => column === undefined)) continue;
    const statistics = fields.flatMap((field, k) => {
      const { mean, deviation } = statisticsOf(field, columns[k] as Float32Array, 1);
      return [mean, deviation];
    });
    const chosen = unit === null ? [] : columns.map((column) => column?.[unit] ?? NaN);
    const numbers = [
      state.predictions?.surprise[step] ?? NaN,
      ...statistics,
      ...chosen,
      ...gradients.map(({ log10 }) => log10[step] ?? NaN),
      ...inputsAt(state, step).map(({ value }) => value),
    ];
    rows.push([step, state.tokens.at(step)?.text ?? '', ...numbers]);
  }
  return writeCsv(rows);
}

/** The columns of numeric input that are here, as the rows have them. */
function inputNames(state: InspectorState): readonly string[] {
  return inputsAt(state, 0).map(({ name }) => `input ${name}`);
}
