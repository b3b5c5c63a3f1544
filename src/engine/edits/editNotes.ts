import { type DirectionReading } from '../forward/directionReading';
import { type Reading } from '../forward/reading';

/** How the edits of a reading were computed as far as it has run, a sentence each; none where nothing was changed. */
export function editNotes({ directions }: Pick<Reading, 'directions'>): readonly string[] {
  return directions.flatMap((direction) => {
    const { edits } = direction;
    if (edits === undefined) return [];
    const place = `${direction.shape.layer}.${direction.shape.direction}`;
    const paths = [...edits.paths].map((path) => `Edits of ${place}: ${sentences[path]}`);
    return isMaskedWhereHeld(direction)
      ? [...paths, `Edits of ${place}: steps that the model skips stay skipped; nothing is held there.`]
      : paths;
  });
}

const sentences = {
  weights: 'gates are held by weights of their own, on the usual path.',
  hiddenWeights: 'h is held by weights of its own, on the usual path.',
  hidden: 'h is held step by step, on the usual path.',
  reference: 'some steps run one by one in float64, because no weights hold what is held there.',
} as const;

function isMaskedWhereHeld({ edits, input: { mask } }: DirectionReading): boolean {
  return edits?.plan.holds.some(({ from, to }) => mask?.subarray(from, to + 1).includes(0) === true) === true;
}
