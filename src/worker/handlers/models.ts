import { isRegular } from '../../files/regularFile';
import { bundledModelPath, bundledNames } from '../../models/bundled';
import { summarizeModel } from '../summarizeModel';
import { type Handler } from '../workerContext';

/** The bundled models that are there. */
export const models: Handler<'models'> = async (context, _params, { pace }) => {
  const summaries = [];
  for (const name of bundledNames) {
    if (!isRegular(bundledModelPath(context.modelsFolder, name))) {
      context.log.warn(`The bundled model ${name} is missing from ${context.modelsFolder}.`);
      continue;
    }
    const lease = await context.models.lease({ kind: 'bundled', name });
    summaries.push(summarizeModel(lease.prepared.model));
    lease.dispose();
    await pace.breathe();
  }
  return summaries;
};

/** What is known of one model; progress is in megabytes read, of which nobody knows the total. */
export const openModel: Handler<'openModel'> = async ({ models: shelf }, { model }, { signal, progress }) => {
  const lease = await shelf.lease(model, signal, (megabytes) => progress(megabytes, 0));
  const summary = summarizeModel(lease.prepared.model);
  lease.dispose();
  return summary;
};
