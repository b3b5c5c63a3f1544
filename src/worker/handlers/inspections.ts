import { readRange } from '../../engine/questions/rangeFrame';
import { packFrame } from '../../trace/reading/frame';
import { type Handler } from '../workerContext';

/** Ends an inspection; harmless where there is none. */
export const release: Handler<'release'> = ({ inspections }, { inspection }) => {
  inspections.release(inspection);
  return null;
};

/** A block of a trace as a packed frame. */
export const range: Handler<'range'> = async ({ inspections }, params, { pace }) => {
  const { reading } = inspections.get(params.inspection);
  return packFrame(await readRange(reading, params, pace));
};
