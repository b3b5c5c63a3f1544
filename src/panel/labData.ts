import * as vscode from 'vscode';
import { type DataSuggestion } from '../trace/lab/dataSuggestion';
import { type TrainingPlan } from '../trace/lab/trainingEvents';

/** What a lab file is suggested from. */
export type SuggestedData = DataSuggestion;

/** One sentence of what is to be trained on what: sizes, balance, lengths, duplicates. */
export function describeData({ data, sizes }: TrainingPlan): string {
  const [training, validation, test] = sizes;
  if (data === undefined)
    return vscode.l10n.t('{0} training, {1} validation and {2} test tokens.', training, validation, test);
  const sorted = [...data.classes].sort((a, b) => b.count - a.count);
  const share = ({ label, count }: (typeof sorted)[number]): string =>
    `${label} ${Math.round((100 * count) / data.count)} %`;
  const shown =
    sorted.length <= 4
      ? sorted.map(share).join(', ')
      : vscode.l10n.t(
          '{0} classes from {1} to {2}',
          sorted.length,
          share(sorted[0] as (typeof sorted)[number]),
          share(sorted.at(-1) as (typeof sorted)[number]),
        );
  return vscode.l10n.t(
    '{0} examples ({1}), {2} to {3} characters, {4} duplicates left out; {5} train, {6} validate, {7} test.',
    data.count,
    shown,
    data.lengths[0] ?? 0,
    data.lengths.at(-1) ?? 0,
    data.duplicates,
    training,
    validation,
    test,
  );
}
