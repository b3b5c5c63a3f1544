import { type MethodShares } from '../../trace/reading/shares';

/** The sum of the shares and the proof against chance, in words. */
export function sayVerdict({ method, sum, proof }: Pick<MethodShares, 'method' | 'sum' | 'proof'>): string {
  return [saySum(method, sum), sayProof(proof)].join(' ');
}

function saySum(method: MethodShares['method'], sum: MethodShares['sum']): string {
  if (method === 'sensitivity') return 'These are sizes without a sign; they add up to nothing.';
  if (sum === null) return 'What these shares should sum to is not known: the answer takes more than the last state.';
  return `These shares sum to ${two(sum.sum)} of ${two(sum.of)}, counted from ${sum.from}.`;
}

function sayProof({
  fractions,
  counts,
  comprehensiveness,
  random,
  isNoBetterThanChance,
  scoreName,
}: MethodShares['proof']): string {
  const k = fractions.indexOf(0.2);
  const [own, chance] = [comprehensiveness[k] ?? NaN, random.comprehensiveness[k] ?? NaN];
  const what =
    counts[k] === 1 ? 'the one token that it names first' : `the 20 % that it names first (${counts[k]} tokens)`;
  const change = `Taking out ${what} ${lowersBy(own, scoreName)}; random tokens ${sayOther(own, chance)}.`;
  return isNoBetterThanChance
    ? `${change} Over 10, 20 and 50 % together the method does no better than chance on this text.`
    : change;
}

function lowersBy(drop: number, what: string): string {
  return `${drop < 0 ? 'raises' : 'lowers'} ${what} by ${two(Math.abs(drop))}`;
}

/** The same of random tokens; the verb again where they move it the other way. */
function sayOther(own: number, chance: number): string {
  if (own < 0 === chance < 0) return `by ${two(Math.abs(chance))}`;
  return `${chance < 0 ? 'raise' : 'lower'} it by ${two(Math.abs(chance))}`;
}

function two(value: number): string {
  const rounded = value.toFixed(2);
  return rounded === '-0.00' ? '0.00' : rounded;
}
