import { InspectorError } from '../../base/errors';
import { readInputColumns } from '../../engine/questions/readInputColumns';
import { orderUnits } from '../../engine/questions/orderUnits';
import { trackPredictions } from '../../engine/questions/predictions';
import { summarizeStep } from '../../engine/questions/stepSummary';
import { explainUnit } from '../../engine/questions/unitFormula';
import { packPredictionTrack } from '../../trace/reading/predictionTrack';
import { type Handler } from '../workerContext';

/** Everything a hover tells of one step. */
export const step: Handler<'step'> = ({ inspections }, params, { pace }) =>
  summarizeStep(inspections.get(params.inspection).reading, params.step, pace);

/** One unit's formula with its numbers. */
export const formula: Handler<'formula'> = async ({ inspections }, params, { pace }) => {
  const { reading } = inspections.get(params.inspection);
  const direction = reading.direction(params.layer, params.direction);
  const at = Math.max(0, Math.min(params.step, direction.steps - 1));
  await reading.prepare(direction, [Math.max(0, at - 1), Math.min(direction.steps, at + 2)], pace);
  return explainUnit(direction, params.unit, params.step);
};

/** The predictions of every step, or of steps [from, to). */
export const predictions: Handler<'predictions'> = async ({ inspections }, { inspection, from = 0, to }, { pace }) => {
  const { reading } = inspections.get(inspection);
  const end = to ?? reading.steps;
  if (!(Number.isInteger(from) && Number.isInteger(end) && from >= 0 && from <= end && end <= reading.steps)) {
    throw new InspectorError(
      'out-of-range',
      `Steps ${from} to ${end} do not lie in this text of ${reading.steps} steps.`,
    );
  }
  const last = reading.directions.at(-1);
  if (reading.chain.overTime && last && end > from) await reading.prepare(last, [from, end], pace);
  return packPredictionTrack(await trackPredictions(reading, [from, end], pace));
};

/** Columns of the rows of numbers that are read, in the order asked for. */
export const inputColumns: Handler<'inputColumns'> = ({ inspections }, { inspection, columns }) => {
  const { reading } = inspections.get(inspection);
  const width = reading.input.values?.width ?? 0;
  const wrong = columns.find((column) => !Number.isInteger(column) || column < 0 || column >= width);
  if (wrong !== undefined)
    throw new InspectorError('out-of-range', `There is no column ${wrong} in this input of ${width} columns.`);
  return readInputColumns(reading, columns).buffer;
};

/** An order of a layer's units, seen from evenly spread steps. */
export const unitOrder: Handler<'unitOrder'> = ({ inspections }, params, { pace }) => {
  const { reading } = inspections.get(params.inspection);
  return orderUnits(reading, reading.direction(params.layer, params.direction), params.by, pace);
};
