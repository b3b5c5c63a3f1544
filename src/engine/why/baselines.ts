import { InspectorError } from '../../base/errors';
import { type ShareBaseline } from '../../trace/reading/shares';
import { stepsOf, type TokenVectors, vectorOfId, type WhyNetwork } from './network';

/** How a baseline is named beside the shares. */
export const baselineNames: Readonly<Record<ShareBaseline, string>> = {
  zero: 'zero vectors',
  mean: 'the mean vector of the vocabulary',
  unknown: 'the unknown token',
  padding: 'the padding token',
};

/** The vectors [T, D] from which integrated gradients start: the same one for every token. */
export function baselineVectors(network: WhyNetwork, vectors: TokenVectors, baseline: ShareBaseline): Float64Array {
  const one = baselineVector(network, vectors, baseline);
  const data = new Float64Array(vectors.data.length);
  for (let t = 0; t < stepsOf(vectors); t++) data.set(one, t * network.width);
  return data;
}

function baselineVector(network: WhyNetwork, vectors: TokenVectors, baseline: ShareBaseline): Float64Array {
  switch (baseline) {
    case 'zero':
      return new Float64Array(network.width);
    case 'mean':
      return meanVector(network, vectors);
    case 'unknown':
      return unknownVector(network);
    case 'padding':
      if (!network.masksZero)
        throw new InspectorError(
          'model-unsupported',
          `${network.model.name} has no padding token; choose another baseline.`,
        );
      return vectorOfId(network, 0);
  }
}

/** Of an embedding the mean of its rows, of one-hot vectors 1 / V, of rows of numbers the mean row of this input. */
function meanVector({ table, kind, width }: WhyNetwork, vectors: TokenVectors): Float64Array {
  if (kind === 'one-hot') return new Float64Array(width).fill(1 / width);
  const rows = table ?? vectors.data;
  const mean = new Float64Array(width);
  for (let k = 0; k < rows.length; k++) mean[k % width] = (mean[k % width] as number) + (rows[k] as number);
  return mean.map((sum) => (sum * width) / rows.length);
}

/** The vector of the token for what is not in the vocabulary; refused where there is none. */
export function unknownVector(network: WhyNetwork): Float64Array {
  const { input, name } = network.model;
  const id = input.kind === 'tokens' ? input.tokenizer?.unknownId : undefined;
  if (id !== undefined) return vectorOfId(network, id);
  throw new InspectorError(
    'model-unsupported',
    `${name} has no token for unknown words; choose another method or baseline.`,
  );
}
