import { type KeptEdits } from '../../cells/backwardCell';
import { type DirectionEdits } from '../edits/directionEdits';
import { type DirectionReading } from '../forward/directionReading';
import { type GradientSource, type SourceLayer } from './gradientsSource';
import { type Reading } from '../forward/reading';

/** What a reading kept, as the source of its gradients. The reading must be complete. */
export function sourceOfReading(reading: Reading): GradientSource {
  const { stages, steps, directions } = reading;
  const recurrent = stages.flatMap((stage, index) => (stage.kind === 'recurrent' ? [index] : []));
  const numbers = [...new Set(directions.map(({ shape }) => shape.layer))];
  const layers = directions.map((direction): SourceLayer => {
    const { shape, runner, input } = direction;
    return {
      layer: shape.layer,
      stage: recurrent[numbers.indexOf(shape.layer)] as number,
      direction: shape.direction,
      weights: runner.weights,
      steps: direction.steps,
      ...(input.mask !== undefined && { mask: input.mask }),
      field: (name, from, to) => direction.field(name, from, to),
      input: (from, to) => input.rows(from, to),
      startsAt: (t) => direction.startsAt(t),
      ...(direction.edits && { edits: keptEdits(direction, direction.edits) }),
    };
  });
  const { ids } = reading;
  return { model: { ...reading.model, stages }, steps, layers, ...(ids !== undefined && { ids }) };
}

function keptEdits(direction: DirectionReading, edits: DirectionEdits): KeptEdits {
  return {
    heldAt: (t) => edits.heldAt(t),
    setAt: (t) => edits.setAt(t),
    stateBefore: (state, t) => direction.stateBefore(t)[state] ?? [],
  };
}
