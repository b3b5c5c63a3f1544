import { InspectorError } from '../../base/errors';
import { findCauses } from '../../engine/causes/findCauses';
import { patchStates } from '../../engine/causes/patchStates';
import { measureRecall } from '../../engine/causes/recall';
import { type Handler } from '../workerContext';

/** What every unit does to an answer when it is taken out. */
export const causes: Handler<'causes'> = ({ inspections }, { inspection, ...options }, { pace }) =>
  findCauses(inspections.get(inspection).reading, { ...options, pace });

/** How far a prediction moves when an earlier token is another one. */
export const recall: Handler<'recall'> = ({ inspections }, { inspection, ...options }, { pace }) =>
  measureRecall(inspections.get(inspection).reading, { ...options, pace });

/** What comes back of an answer when the states of another text are put in. */
export const patch: Handler<'patch'> = ({ inspections }, { clean, inspection, ...options }, { pace }) => {
  const [one, other] = [inspections.get(clean).reading, inspections.get(inspection).reading];
  if (one.prepared !== other.prepared)
    throw new InspectorError('settings-invalid', 'Both texts must be read by the same model.');
  return patchStates(one, other, { ...options, pace });
};
