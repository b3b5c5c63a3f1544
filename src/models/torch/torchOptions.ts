import { type Activation } from '../../cells/cellWeights';

/** What a state dict leaves unsaid, as the user answered it. */
export interface TorchOptions {
  /** Names of the modules in order of computation. */
  readonly order?: readonly string[];
  /** The module that is the embedding; null: none is. */
  readonly embedding?: string | null;
  /** The linear modules behind the last recurrent one, in order; none: the model gives states only. */
  readonly head?: readonly string[];
  /** By module: what follows it (Linear), or what its candidate uses (RNN). */
  readonly activations?: Readonly<Record<string, Activation>>;
}
