import { type Prediction } from '../../src/protocol/summaries';
import { type PredictionTrack } from '../../src/trace/reading/predictionTrack';

/** The outputs kept for one step, best first; empty outside the track. */
export function predictionsAt(track: PredictionTrack, step: number): readonly Prediction[] {
  const kept: Prediction[] = [];
  if (step < 0 || step >= track.steps) return kept;
  for (let k = 0; k < track.top; k++) {
    const index = track.indices[step * track.top + k] ?? -1;
    if (index < 0) break;
    kept.push({
      index,
      name: track.names[index] ?? String(index),
      probability: track.probabilities[step * track.top + k] ?? NaN,
    });
  }
  return kept;
}
