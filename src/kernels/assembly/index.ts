export { CONSTANT_BYTES, prepareConstants } from './exponential';
export { activate, exponential } from './activations';
export { copyRows, packPanels, panelBytes, transpose, addColumnSums, fillZeros, gatherRows } from './layout';
export { multiply } from './matrixProduct';
export { multiplyInto } from './sequence';
export { lstmForward, lstmBackward } from './lstm';
export { gruForward, gruBackward } from './gru';
export { rnnForward, rnnBackward } from './rnn';
export { adam, scaleBlock, scatterAdd, softmaxCrossEntropy, sumOfSquares } from './training';
