/**
 * What the numbers of a model's last layer are. `logits` are shown as probabilities after softmax (one output:
 * sigmoid), `log-probabilities` after exp; `numbers` are shown as they are.
 */
export type OutputKind = 'probabilities' | 'logits' | 'log-probabilities' | 'numbers';

/** Whether what is shown of an output is a probability, in [0, 1], and not a plain number. */
export function isShownAsProbability(kind: OutputKind | undefined): boolean {
  return kind !== undefined && kind !== 'numbers';
}
