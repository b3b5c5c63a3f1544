import { InspectorError } from '../base/errors';

/** Most ids of a vocabulary; larger numbers in a file are no ids. */
export const mostTokens = 5_000_000;
/** Most steps that a file may ask for by itself: of a saved window, or of a vector repeated. */
export const mostSteps = 1_000_000;
/** Most recurrent layers of one file: each is read, shown and computed on its own. */
export const mostRecurrentLayers = 1000;
/** Most files that one model lies in: each stays open while it is read, and a process may have so many. */
export const mostFiles = 1000;

/** A number of steps from a file, which must be whole and at least 1; an InspectorError for any other. */
export function checkSteps(steps: number, what: string): number {
  if (Number.isInteger(steps) && steps >= 1 && steps <= mostSteps) return steps;
  throw new InspectorError(
    'model-damaged',
    `${what} is ${steps} steps; it must be a whole number from 1 to ${mostSteps}. Save it again with the length that it was trained on.`,
  );
}

/** Refuses a file of more recurrent layers than anybody can look at. */
export function checkLayerCount(count: number): void {
  if (count > mostRecurrentLayers)
    throw new InspectorError(
      'model-unsupported',
      `it has ${count} recurrent layers; files of up to ${mostRecurrentLayers} are read. Save the part to be inspected on its own.`,
    );
}

/** Refuses a model of more files than are opened. */
export function checkFileCount(count: number): void {
  if (count > mostFiles)
    throw new InspectorError(
      'model-unsupported',
      `it lies in ${count} files; models of up to ${mostFiles} are read. Save it again in larger parts.`,
    );
}
