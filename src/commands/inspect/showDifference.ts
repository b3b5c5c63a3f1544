import * as vscode from 'vscode';
import { type DifferenceSession } from '../../session/differenceSession';
import { type Inspection } from '../../session/inspection';
import { pick } from '../../show/pick';
import { type CommandContext } from '../commandContext';

/** "Show Difference of Two Inspections": the active inspection against another one of the same text, value by value. */
export async function showDifference(
  { registry, differences, messages }: CommandContext,
  given: unknown,
): Promise<DifferenceSession | null> {
  const now = registry.active;
  const others =
    now === null ? [] : registry.all.filter((other) => other !== now && other.subject.text === now.subject.text);
  if (now === null || others.length === 0) {
    messages.tell(
      'info',
      vscode.l10n.t('The difference needs two inspections of the same text. Run "Compare with Another Model" first.'),
    );
    return null;
  }
  const before = chosenBy(given, others) ?? (others.length === 1 ? others[0] : await pickOther(others));
  return before ? differences.show(before, now) : null;
}

/** A test gives `{ before }`, an inspection's number. */
function chosenBy(given: unknown, others: readonly Inspection[]): Inspection | undefined {
  const id = typeof given === 'object' && given !== null ? (given as Record<string, unknown>)['before'] : undefined;
  return others.find((other) => other.id === id);
}

function pickOther(others: readonly Inspection[]): Promise<Inspection | undefined> {
  const items = others.map((inspection) => ({
    label: inspection.modelSummary?.name ?? '',
    description: inspection.subject.title,
    value: inspection,
  }));
  return pick({ title: vscode.l10n.t('Show what changed from this inspection to the active one') }, items);
}
