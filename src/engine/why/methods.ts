import { type ShareMethod } from '../../trace/reading/shares';
import { decomposeWords } from './contextualDecomposition';
import { gradientTimesInput, sensitivity } from './gradientShares';
import { integratedGradients } from './integratedGradients';
import { leaveOneOut, replaceUnknown } from './leaveOneOut';
import { type WhyNetwork } from './network';
import { type ComputeShares } from './shareMethod';

/** How each method computes its shares. */
export const computeShares: Readonly<Record<ShareMethod, ComputeShares>> = {
  sensitivity,
  'gradient-times-input': gradientTimesInput,
  'integrated-gradients': integratedGradients,
  'leave-one-out': leaveOneOut,
  'replace-unknown': replaceUnknown,
  'contextual-decomposition': decomposeWords('inside'),
  'contextual-decomposition-code': decomposeWords('code'),
};

/** Integrated gradients, but sensitivity of a model that reads one-hot vectors and predicts the next token. */
export function defaultMethod({ kind, model }: WhyNetwork): ShareMethod {
  return kind === 'one-hot' && model.task === 'next-token' ? 'sensitivity' : 'integrated-gradients';
}
