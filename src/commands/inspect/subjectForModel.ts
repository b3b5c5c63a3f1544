import { valuesOfText } from '../../editor/valuesSubject';
import { type Inspection } from '../../session/inspection';
import { type Subject } from '../../session/subject';
import { type CommandContext } from '../commandContext';

/**
 * The same subject as a model takes it: its text as rows of numbers where it holds such and the model reads them, else
 * as text.
 */
export async function subjectForModel(
  context: Pick<CommandContext, 'engine' | 'parseValues'>,
  subject: Subject,
  model: Inspection['model'],
): Promise<Subject> {
  const values = subject.values ?? valuesInText(context, subject);
  if (values === undefined) return subject;
  if (await readsValues(context, model)) return { ...subject, values };
  if (subject.text === '') return subject;
  const { values: _, ...asText } = subject;
  return asText;
}

function valuesInText({ parseValues }: Pick<CommandContext, 'parseValues'>, subject: Subject): Subject['values'] {
  const values = valuesOfText(subject, parseValues);
  return values.ok ? values.value : undefined;
}

async function readsValues({ engine }: Pick<CommandContext, 'engine'>, model: Inspection['model']): Promise<boolean> {
  if (model.kind === 'bundled') return false;
  const opened = await engine.request('openModel', { model });
  return opened.ok && opened.value.input === 'values';
}
