import { BlockCache } from '../forward/blockCache';
import { type DirectionReading } from '../forward/directionReading';
import { Reading } from '../forward/reading';

/** A unit whose h is held at a value in the whole text. */
export interface HeldUnit {
  readonly direction: DirectionReading;
  readonly unit: number;
  readonly value: number;
}

/** Blocks that one changed reading keeps. */
const cacheBytes = 1 << 26;

/** The same input read with one unit of h held; nothing of it is computed yet, and the caller disposes of it. */
export function readHeld({ prepared, input }: Reading, { direction, unit, value }: HeldUnit): Reading {
  const { layer, direction: way } = direction.shape;
  const hold = { field: 'h', unit, from: 0, to: direction.steps - 1, values: value } as const;
  const plans = [{ layer, direction: way, holds: [hold], settings: [] }];
  return new Reading(prepared, input, new BlockCache(cacheBytes), { plans });
}
