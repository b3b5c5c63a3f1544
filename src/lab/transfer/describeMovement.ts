import { largestOf } from '../../base/extremes';
import { createTokenizer } from '../../models/inspectorSettings';
import { type GateMovement, type SentenceMovement } from '../../trace/lab/transferEvents';
import { predictExamples } from '../training/classifyProblem';
import { type EncodedExample } from '../training/corpus';
import { Network } from '../training/network/network';
import { measureMovement } from './gateMovement';
import { compareOnText, type NetworkPair, withActivations } from './gatesOnTexts';
import { withSourceHead } from './sourceHead';
import { type SourceNetwork } from './sourceNetwork';
import { type TransferRun } from './transferRun';

/** What the gates did before and after. */
export interface Movement {
  readonly moved: readonly GateMovement[];
  readonly sentence: SentenceMovement | null;
  /** Texts that the gates' values were averaged over. */
  readonly texts: number;
}

const mostTexts = 100;
const mostTokens = 200;
/** Numbers of a sentence's picture. */
const mostNumbers = 400_000;

/**
 * Which gates moved between the source and the last model: their weights, their values on test texts, and all on one
 * sentence.
 */
export async function describeMovement(run: TransferRun, after: SourceNetwork): Promise<Movement> {
  const { source, host, corpus, sourceInspector } = run;
  const pair: NetworkPair = { before: source, after, unknown: sourceInspector.unknown ?? 0 };
  const texts = readableTexts(run);
  const weights = measureMovement(source.shape, source.weights, after.weights);
  const moved = await withActivations(weights, texts, { pair, breathe: () => host.breathe() });
  const sentence =
    run.transfer.sentence ??
    (await findChanged(run, after)) ??
    corpus.examples?.test[0]?.example.text ??
    beginningOf(run);
  return {
    moved,
    texts: texts.length,
    sentence: sentence === undefined ? null : await describeSentence(run, sentence, pair),
  };
}

/** The first tokens of a running text's test part. */
function beginningOf({ corpus }: TransferRun): string | undefined {
  const { level, vocabulary } = corpus.inspector;
  const ids = corpus.texts?.test[0]?.ids.subarray(0, level === 'character' ? 80 : 20);
  return ids === undefined
    ? undefined
    : Array.from(ids, (id) => vocabulary[id] ?? '').join(level === 'character' ? '' : ' ');
}

/** Test texts in the target's ids; of a running text pieces of {@link mostTokens}. */
function readableTexts({ corpus }: TransferRun): readonly Int32Array[] {
  const examples = corpus.examples?.test.slice(0, mostTexts).map(({ ids }) => ids.subarray(0, mostTokens));
  if (examples !== undefined) return examples;
  const [first] = corpus.texts?.test ?? [];
  const pieces = Array.from(
    { length: 10 },
    (_, k) => first?.ids.subarray(k * mostTokens, (k + 1) * mostTokens) ?? new Int32Array(),
  );
  return pieces.filter(({ length }) => length > 0);
}

/** One text after the transfer minus before it, with the answers of both where the labels are the same. */
export async function describeSentence(
  run: TransferRun,
  text: string,
  pair: NetworkPair,
): Promise<SentenceMovement | null> {
  const { corpus, source } = run;
  const { units, layers } = source.shape;
  const most = Math.max(1, Math.min(mostTokens, Math.floor(mostNumbers / (units * layers * 6))));
  const tokens = createTokenizer(corpus.inspector).tokenize(text).slice(0, most);
  if (tokens.length === 0) return null;
  const ids = Int32Array.from(tokens, ({ id }) => id);
  const rows = await compareOnText(ids, pair);
  const said = {
    text,
    tokens: tokens.map(({ text: slice, start, end }) => ({ text: slice, start, end })),
    layers: rows,
  };
  const { labels } = corpus.inspector;
  if (labels === undefined) return said;
  const example = [{ ids, label: 0, example: { text, label: '', source: '', line: 0 } }];
  const before = withSourceHead(run);
  const answer = async (network: SourceNetwork): Promise<readonly number[]> => [
    ...((await predict(network, example, run))[0] ?? []),
  ];
  return {
    ...said,
    labels,
    answers: { after: await answer(pair.after), ...(before === null ? {} : { before: await answer(before) }) },
  };
}

/** The test text whose right label gained most probability; undefined where the source has no such answers. */
async function findChanged(run: TransferRun, after: SourceNetwork): Promise<string | undefined> {
  const test = run.corpus.examples?.test.slice(0, mostTexts) ?? [];
  const head = withSourceHead(run);
  if (head === null || test.length === 0) return undefined;
  const [before, later] = [await predict(head, test, run), await predict(after, test, run)];
  const gains = test.map(({ label }, k) => (later[k]?.[label] ?? 0) - (before[k]?.[label] ?? 0));
  return test[gains.indexOf(largestOf(gains))]?.example.text;
}

async function predict(
  { shape, weights }: SourceNetwork,
  examples: readonly EncodedExample[],
  { host }: TransferRun,
): Promise<readonly Float32Array[]> {
  const network = new Network(shape, weights);
  try {
    return await predictExamples(network, examples, () => host.breathe());
  } finally {
    network.dispose();
  }
}
