import { orderByActivity, orderByCluster, sampleSteps, type UnitOrder } from '../../analysis/unitOrder';
import { type DirectionReading } from '../forward/directionReading';
import { type Pace } from '../forward/pace';
import { type Reading } from '../forward/reading';

/** Steps that an order of units looks at. */
const mostSampledSteps = 256;

/** An order of a layer's units, seen from evenly spread steps. */
export async function orderUnits(
  reading: Reading,
  direction: DirectionReading,
  by: 'activity' | 'cluster',
  pace: Pace,
): Promise<UnitOrder> {
  await reading.prepare(direction, [0, direction.steps], pace);
  // With a projection h has another width than the units have.
  const field = direction.widthOf('h') === direction.shape.units ? 'h' : 'c';
  const width = direction.widthOf(field);
  const steps = sampleSteps(direction.steps, mostSampledSteps);
  const values = new Float32Array(steps.length * width);
  for (const [row, t] of steps.entries()) {
    values.set(direction.field(field, t, t + 1), row * width);
    await pace.breathe();
  }
  return by === 'activity' ? orderByActivity(values, width) : orderByCluster(values, width);
}
