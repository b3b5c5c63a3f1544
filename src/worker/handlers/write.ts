import { writeOn } from '../../engine/write/writeOn';
import { type Handler } from '../workerContext';

/** Goes on with the text of an inspection. */
export const write: Handler<'write'> = ({ inspections }, { inspection, steps, settings }, { pace }) =>
  writeOn(inspections.get(inspection).reading, { ...settings, steps, pace });
