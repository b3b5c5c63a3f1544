import { type Inspection } from '../../session/inspection';
import { type CommandContext } from '../commandContext';
import { inspect } from '../inspect/inspect';
import { watchReading } from '../inspect/openInspection';
import { pickModel } from './pickModel';
import { subjectForModel } from '../inspect/subjectForModel';

/** Asks for a model and reads the text of the active (or given) inspection with it. */
export async function chooseModel(
  context: CommandContext,
  inspection: Inspection | null = context.registry.active,
): Promise<void> {
  if (!inspection) {
    await inspect(context);
    return;
  }
  const model = await pickModel(context, { always: true });
  if (!model) return;
  void inspection.restart(await subjectForModel(context, inspection.subject, model), model);
  watchReading(context, inspection);
}
