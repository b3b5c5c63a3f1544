/** What a model expects after every step, and how surprised it was by what came. */
export interface PredictionTrack {
  /** T */
  readonly steps: number;
  /** K, the number of outputs kept a step, most probable first. */
  readonly top: number;
  /** Output units, [T, K] row-major; -1 where a step has fewer than K outputs or no prediction. */
  readonly indices: Int32Array;
  /** Their probabilities in [0, 1], or plain numbers (see OutputKind), [T, K]; NaN where the index is -1. */
  readonly probabilities: Float32Array;
  /** -ln p(token t | the tokens before it), in nats, [T]; NaN where it is not known (the first token, a classifier). */
  readonly surprise: Float32Array;
  /** How a person reads the output units that occur in `indices`: a character, a word, a class. */
  readonly names: Readonly<Record<number, string>>;
}

const headWords = 3;

/**
 * One fresh buffer for one message. Layout, 32-bit words: [T, K, bytes of names | indices | probabilities | surprise |
 * names as JSON in UTF-8].
 */
export function packPredictionTrack(track: PredictionTrack): ArrayBuffer {
  const { steps, top, indices, probabilities, surprise } = track;
  if (indices.length !== steps * top || probabilities.length !== steps * top || surprise.length !== steps) {
    throw new Error(
      `Expected [T, K] = [${steps}, ${top}] indices and probabilities and ${steps} surprises, got ${indices.length}, ${probabilities.length}, ${surprise.length}.`,
    );
  }
  const names = new TextEncoder().encode(JSON.stringify(track.names));
  const words = headWords + 2 * steps * top + steps;
  const buffer = new ArrayBuffer(words * 4 + names.length);
  new Int32Array(buffer, 0, headWords).set([steps, top, names.length]);
  new Int32Array(buffer, headWords * 4, steps * top).set(indices);
  new Float32Array(buffer, (headWords + steps * top) * 4, steps * top).set(probabilities);
  new Float32Array(buffer, (headWords + 2 * steps * top) * 4, steps).set(surprise);
  new Uint8Array(buffer, words * 4).set(names);
  return buffer;
}

/**
 * The inverse of {@link packPredictionTrack}; the arrays are views into the buffer. Throws if the lengths do not add
 * up.
 */
export function unpackPredictionTrack(buffer: ArrayBuffer): PredictionTrack {
  if (buffer.byteLength < headWords * 4)
    throw new Error(`A prediction track of ${buffer.byteLength} bytes is too short.`);
  const [steps = 0, top = 0, nameBytes = 0] = new Int32Array(buffer, 0, headWords);
  const words = headWords + 2 * steps * top + steps;
  if (words * 4 + nameBytes !== buffer.byteLength) {
    throw new Error(`Expected a prediction track of ${words * 4 + nameBytes} bytes, got ${buffer.byteLength}.`);
  }
  return {
    steps,
    top,
    indices: new Int32Array(buffer, headWords * 4, steps * top),
    probabilities: new Float32Array(buffer, (headWords + steps * top) * 4, steps * top),
    surprise: new Float32Array(buffer, (headWords + 2 * steps * top) * 4, steps),
    names: JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, words * 4))) as Record<number, string>,
  };
}

/** A track of which nothing is known yet. */
export function emptyPredictionTrack(steps: number, top: number): PredictionTrack {
  return {
    steps,
    top,
    indices: new Int32Array(steps * top).fill(-1),
    probabilities: new Float32Array(steps * top).fill(NaN),
    surprise: new Float32Array(steps).fill(NaN),
    names: {},
  };
}

/** A track with a part of it put in at step `from`; into its own arrays, which hold megabytes where a text is long. */
export function withPredictions(track: PredictionTrack, part: PredictionTrack, from: number): PredictionTrack {
  if (part.top !== track.top || from + part.steps > track.steps) {
    throw new Error(
      `A part of ${part.steps} steps and ${part.top} outputs at step ${from} is none of a track of ${track.steps} and ${track.top}.`,
    );
  }
  track.indices.set(part.indices, from * track.top);
  track.probabilities.set(part.probabilities, from * track.top);
  track.surprise.set(part.surprise, from);
  return { ...track, surprise: track.surprise.subarray(), names: { ...track.names, ...part.names } };
}
