import { shareMethodNames, type WhyReport } from '../../../src/trace/reading/shares';
import { type WhyState } from '../../store/whyState';
import { say } from '../../theme/strings';
import { formatValue } from '../fieldNames';
import { quoteTokens } from './quoteTokens';

/** What is explained and what it is; after an edit also what it was. */
export function sayAnswer(report: WhyReport, unedited: WhyReport | null): string {
  const { quantity, methods } = report;
  const proof = methods[0]?.proof;
  const before = unedited === report || unedited?.quantity.name !== quantity.name ? undefined : unedited;
  const was = (value: number, old: number | undefined): string =>
    old === undefined ? formatValue(value) : say('{0} (was {1})', formatValue(value), formatValue(old));
  const logit = `${quantity.name}: ${was(quantity.value, before?.quantity.value)}.`;
  if (proof === undefined || proof.scoreName === 'the quantity') return logit;
  return `${logit} ${proof.scoreName}: ${was(proof.score, before?.methods[0]?.proof.score)}.`;
}

/** What was done to the text, in order. */
export function sayEdits({ edits }: WhyState): string {
  return edits.length === 0 ? '' : say('Read with changes: {0}.', edits.map(({ words }) => words).join(', '));
}

/** The share of the brushed phrase by each method. */
export function sayPhrase({ methods, tokens }: WhyReport): readonly string[] {
  return methods.flatMap(({ method, phrase }) => {
    if (phrase === undefined) return [];
    const quoted = quoteTokens(tokens.slice(phrase.from, phrase.to + 1));
    const by = methods.length > 1 ? `${shareMethodNames[method]}: ` : '';
    const own = by + say('{0} gives {1} by itself', quoted, formatValue(phrase.own));
    if (phrase.together === null) return [`${own}.`];
    return [say('{0}, and {1} only together with the rest of the text.', own, formatValue(phrase.together))];
  });
}
