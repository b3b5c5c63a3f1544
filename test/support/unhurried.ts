import { type Pace } from '../../src/engine/forward/pace';

/** For work that is small, or where nothing can cancel it. */
export const unhurried: Pace = { breathe: () => Promise.resolve() };
