import { drawFrom, type Parameters } from './distribution';
import { type Sampler } from './sampler';

/** Draws every parameter on its own, evenly over its scale (Bergstra and Bengio 2012). */
export const randomSampler: Sampler = {
  name: 'random',
  suggest: ({ space }, random): Parameters =>
    Object.fromEntries(Object.entries(space).map(([name, distribution]) => [name, drawFrom(distribution, random)])),
};
