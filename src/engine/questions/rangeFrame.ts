import { InspectorError } from '../../base/errors';
import { type Direction, type Field } from '../../trace/reading/cellKind';
import { type Frame } from '../../trace/reading/frame';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';

/** A block of a trace that is asked for: fields of one layer and direction over text steps [from, to). */
export interface RangeRequest {
  readonly layer: number;
  readonly direction: Direction;
  readonly fields: readonly Field[];
  readonly from: number;
  readonly to: number;
  /** Steps a column. 1 gives the values; more gives three planes a field: minimum, mean and maximum of each column. */
  readonly stride?: number;
}

/** The values of a range; what is not computed yet is computed now, with breaths between. */
export async function readRange(reading: Reading, request: RangeRequest, pace: Pace): Promise<Frame> {
  const { from, to, stride = 1 } = request;
  const direction = reading.direction(request.layer, request.direction);
  checkRange(request, direction);
  await reading.prepare(direction, [from, to], pace);
  if (stride === 1) return valuesFrame(direction, request);
  const widths = request.fields.map((field) => direction.widthOf(field));
  const columns = Math.ceil((to - from) / stride);
  const planes = widths.map((width) => new Float32Array(3 * columns * width));
  for (let column = 0; column < columns; column++) {
    const start = from + column * stride;
    const levels = await direction.levels(request.fields, [start, Math.min(start + stride, to)], pace);
    levels.forEach(({ minimum, mean, maximum }, k) => {
      const width = widths[k] as number;
      [minimum, mean, maximum].forEach((values, plane) => planes[k]?.set(values, (plane * columns + column) * width));
    });
  }
  return { header: { ...headerOf(direction), fields: request.fields, from, to, widths, stride }, planes };
}

/** The values of text steps [from, to) as they stand; what is missing is computed at once. */
export function valuesFrame(
  direction: DirectionReading,
  { fields, from, to }: Pick<RangeRequest, 'fields' | 'from' | 'to'>,
): Frame {
  const widths = fields.map((field) => direction.widthOf(field));
  return {
    header: { ...headerOf(direction), fields, from, to, widths, stride: 1 },
    planes: direction.fields(fields, from, to),
  };
}

function headerOf({ shape }: DirectionReading): { readonly layer: number; readonly direction: Direction } {
  return { layer: shape.layer, direction: shape.direction };
}

function checkRange(
  { fields, from, to, stride = 1 }: RangeRequest,
  { steps, shape, fieldNames }: DirectionReading,
): void {
  const isWhole = [from, to, stride].every(Number.isInteger);
  if (!isWhole || from < 0 || to > steps || from >= to || stride < 1) {
    throw new InspectorError(
      'out-of-range',
      `Steps ${from} to ${to} in columns of ${stride} do not lie in this text of ${steps} steps.`,
    );
  }
  const unknown = fields.find((field) => !fieldNames.includes(field));
  if (unknown !== undefined || fields.length === 0) {
    throw new InspectorError(
      'out-of-range',
      `Layer ${shape.name} has the fields ${fieldNames.join(', ')}; "${unknown ?? 'none'}" is not one of them.`,
    );
  }
}
