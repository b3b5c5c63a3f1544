import { measureEffect } from '../../engine/edits/editEffect';
import { type Handler } from '../workerContext';

/** What the edits of an inspection changed, beside the untouched one. */
export const editEffect: Handler<'editEffect'> = ({ inspections }, { before, inspection }, { pace }) =>
  measureEffect(inspections.get(before).reading, inspections.get(inspection).reading, pace);
