import { type Example, type Split } from './example';
import { groupByLabel } from './splitExamples';

/** So many labels are named each; of more only their number. */
const namedEach = 5;

/** What to say of labels that a part lacks, as where the split goes by line: each by its first example's place. */
export function remarkOnLabels({ training, validation, test }: Split<readonly Example[]>): readonly string[] {
  const trained = groupByLabel(training);
  const tested = groupByLabel(test);
  const unknown = [...groupByLabel([...validation, ...test])].filter(([label]) => !trained.has(label));
  const unmeasured = test.length === 0 ? [] : [...trained].filter(([label]) => !tested.has(label));
  return [
    ...(unknown.length > 0
      ? [`The training part lacks a label, whose examples are left out: ${nameLabels(unknown)}.`]
      : []),
    ...(unmeasured.length > 0
      ? [`The test part lacks a label, which is learnt but not measured: ${nameLabels(unmeasured)}.`]
      : []),
  ];
}

function nameLabels(groups: readonly (readonly [string, readonly Example[]])[]): string {
  const named = groups
    .slice(0, namedEach)
    .map(([label, [first]]) => `"${label}"${first === undefined ? '' : ` (${first.source}, line ${first.line + 1})`}`);
  const more = groups.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
