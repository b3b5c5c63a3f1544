import { findAgain } from '../../engine/find/findAgain';
import { BlockCache } from '../../engine/forward/blockCache';
import { Reading } from '../../engine/forward/reading';
import { type Handler } from '../workerContext';

/** Fields that a text which is looked through keeps at a time. */
const cacheBytes = 1 << 24;

/** Where the units that are on throughout a phrase are on again. */
export const find: Handler<'find'> = ({ inspections }, { inspection, texts, ...options }, { pace }) => {
  const { reading } = inspections.get(inspection);
  const { layer, direction } = reading.directions[0]?.shape ?? { layer: 0, direction: 'forward' };
  const openText = async (index: number): Promise<Reading | undefined> => {
    const text = texts[index];
    return text === undefined ? undefined : Reading.open(reading.prepared, text, new BlockCache(cacheBytes), { pace });
  };
  return findAgain(reading, openText, { layer, direction, ...options, pace });
};
