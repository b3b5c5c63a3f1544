import { type Result } from '../../src/base/result';
import { type DecayToHost, type HostToDecay, type StoredDecay } from '../../src/protocol/decayMessages';
import { type DecayParams } from '../../src/protocol/requestParams';
import { type DecayComparison } from '../../src/trace/reading/decay';

/** Who answers the page that compares how gradients decay. */
export interface DecayHost {
  post(message: DecayToHost): void;
  keep(panel: StoredDecay): void;
  /** Computes a comparison; an aborted one answers `cancelled`. Never rejects. */
  decay(params: DecayParams, signal: AbortSignal): Promise<Result<DecayComparison>>;
  listen(listener: (message: HostToDecay) => void): void;
}
