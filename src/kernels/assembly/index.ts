export { CONSTANT_BYTES, prepareConstants } from './exponential';
export { activate, exponential } from './activations';
export { copyRows, packPanels, panelBytes, transpose, addColumnSums, fillZeros, largest } from './layout';
export { multiply } from './matrixProduct';
export { multiplyInto } from './sequence';
export { lstmForward, lstmBackward, lstmColumns } from './lstm';
export { gruColumns, gruForward, gruBackward } from './gru';
export { rnnColumns, rnnForward, rnnBackward } from './rnn';
export {
  adam,
  gatherRows,
  logarithm,
  oneHotIds,
  scaleBlock,
  scatterAdd,
  softmaxCrossEntropy,
  sumOfSquares,
} from './training';
export { multiplyDouble } from './doubleProduct';
