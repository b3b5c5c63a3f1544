import { InspectorError } from '../../base/errors';
import { runPaced } from '../../engine/forward/pace';
import { parseReadInputSlowly, type ReadInput } from '../../engine/forward/readInput';
import { explain } from '../../engine/why/explain';
import { pickTokens } from '../../engine/why/pickTokens';
import { measureFaithfulness } from '../../engine/why/faithfulness';
import { type ModelReference } from '../../protocol/modelReference';
import { type InputSpec } from '../../trace/reading/inputSpec';
import { type RecurrentModel } from '../../network/recurrentModel';
import { type Handler } from '../workerContext';

/** Shares of a text's tokens in an answer. */
export const why: Handler<'why'> = async (context, { model, input, ...request }, { pace, signal }) => {
  checkWhole(model);
  const lease = await context.models.lease(model, signal);
  try {
    const read = await runPaced(parseReadInputSlowly(lease.prepared.model.input, input), pace);
    return await runPaced(explain(lease.prepared.model, read, request), pace);
  } finally {
    lease.dispose();
  }
};

/** The same of the text of an inspection, or of a text made of its tokens. */
export const explainReading: Handler<'explain'> = async (
  { inspections },
  { inspection, steps, ...request },
  { pace },
) => {
  const { model, input, directions } = inspections.get(inspection).reading;
  const work = explain(model, steps === undefined ? input : pickTokens(input, steps), request);
  const report = await runPaced(work, pace);
  const isEdited = directions.some(({ edits }) => edits !== undefined);
  return isEdited ? { ...report, notes: [...report.notes, ofUneditedReading] } : report;
};

const ofUneditedReading = 'These shares are of the reading without its edits.';

/** Methods against chance over a data set. */
export const faithfulness: Handler<'faithfulness'> = async (
  context,
  { model, texts, ...request },
  { pace, signal },
) => {
  checkWhole(model);
  const lease = await context.models.lease(model, signal);
  try {
    const { model: opened } = lease.prepared;
    const inputs = texts.map((text) => maybeRead(opened, { kind: 'text', text }));
    return await runPaced(measureFaithfulness(opened, inputs, request), pace);
  } finally {
    lease.dispose();
  }
};

/** null where a text holds nothing that the model knows. */
function maybeRead(model: RecurrentModel, input: InputSpec): ReadInput | null {
  const work = parseReadInputSlowly(model.input, input);
  try {
    for (let next = work.next(); ; next = work.next()) if (next.done === true) return next.value;
  } catch (thrown) {
    if (thrown instanceof InspectorError && thrown.code === 'empty-input') return null;
    throw thrown;
  }
}

function checkWhole(model: ModelReference): void {
  if (model.kind === 'file' && model.window === true)
    throw new InspectorError('settings-invalid', 'Shares are of a text that is read as a whole; leave out --window.');
}
