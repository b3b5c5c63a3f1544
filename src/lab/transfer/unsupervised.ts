import { isLanguageModel } from './sourceNetwork';
import { trainLanguage, withLanguageHead } from './languageLayers';
import { describeModel, evaluate, type TransferredModel } from './phase';
import { tellResult, type TransferRun } from './transferRun';

/** Goes on training the source as a language model on the target's text; tells its held-out loss before and after. */
export async function transferLanguage(run: TransferRun): Promise<TransferredModel> {
  const { corpus, settings, source } = run;
  if (isLanguageModel(source))
    tellResult(run, { way: 'source', labels: 0, examples: 0, ...(await evaluate(run, withLanguageHead(run), corpus)) });
  const model = await trainLanguage(run, { way: 'adapted', corpus, epochs: settings.hyperparameters.epochs });
  tellResult(run, describeModel(model));
  return model;
}
