import { compareReadings } from '../../engine/questions/difference';
import { type Handler } from '../workerContext';

/** In what two open inspections of one text differ. */
export const difference: Handler<'difference'> = ({ inspections }, { before, inspection, ...request }, { pace }) =>
  compareReadings(inspections.get(before).reading, inspections.get(inspection).reading, request, pace);
