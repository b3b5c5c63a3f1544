import { largestOf } from '../../base/extremes';
import { isRecurrentLayer } from './recurrentLayers';
import { type KerasCall, type KerasNetwork } from './network';

/** Calls one after the other, each reading what the one before gives; the first reads the model's input. */
export type CallChain = readonly KerasCall[];

/** Whether a call computes a recurrent layer that we understand. */
export function isRecurrentCall({ layer }: KerasCall): boolean {
  return isRecurrentLayer(layer.className, layer.config);
}

/**
 * A network as chains: first the way to the model's first output that passes most recurrent layers, then one chain for
 * every recurrent layer that is not on a chain yet. A layer that joins branches stands on the chain and is to be
 * refused.
 */
export function selectChains(network: KerasNetwork): readonly CallChain[] {
  const countRecurrent = createRecurrentCounter();
  const main = network.outputs[0] ?? network.calls[network.calls.length - 1];
  const chains = main === undefined ? [] : [walkBack(main, countRecurrent)];
  const covered = new Set(
    chains
      .flat()
      .filter(isRecurrentCall)
      .map(({ layer }) => layer.name),
  );
  const readers = readersOf(network);
  for (const call of [...network.calls].reverse()) {
    if (!isRecurrentCall(call) || covered.has(call.layer.name)) continue;
    const chain = [...walkBack(call, countRecurrent), ...walkOn(call, readers)];
    chains.push(chain);
    for (const { layer } of chain.filter(isRecurrentCall)) covered.add(layer.name);
  }
  const best = chains.findIndex((chain) => chain.some(isRecurrentCall));
  return best > 0 ? [chains[best] as CallChain, ...chains.filter((_, index) => index !== best)] : chains;
}

/** How many recurrent layers lie on the best way from the input to a call. */
function createRecurrentCounter(): (call: KerasCall) => number {
  const known = new Map<KerasCall, number>();
  const count = (call: KerasCall): number => {
    const stored = known.get(call);
    if (stored !== undefined) return stored;
    const value = Math.max(0, largestOf(call.inputs.map(count))) + (isRecurrentCall(call) ? 1 : 0);
    known.set(call, value);
    return value;
  };
  return count;
}

function walkBack(from: KerasCall, countRecurrent: (call: KerasCall) => number): KerasCall[] {
  const chain: KerasCall[] = [];
  let current: KerasCall | undefined = from;
  while (current !== undefined) {
    chain.unshift(current);
    const inputs: readonly KerasCall[] = isRecurrentCall(current) ? current.inputs.slice(0, 1) : current.inputs;
    const most: number = largestOf(inputs.map(countRecurrent));
    current = inputs.find((input) => countRecurrent(input) === most);
  }
  return chain;
}

function readersOf(network: KerasNetwork): ReadonlyMap<KerasCall, readonly KerasCall[]> {
  const readers = new Map<KerasCall, KerasCall[]>();
  for (const call of network.calls) {
    for (const input of call.inputs) readers.set(input, [...(readers.get(input) ?? []), call]);
  }
  return readers;
}

/** What follows a call while there is one reader only. */
function walkOn(from: KerasCall, readers: ReadonlyMap<KerasCall, readonly KerasCall[]>): KerasCall[] {
  const chain: KerasCall[] = [];
  let next = readers.get(from);
  while (next?.length === 1 && next[0] !== undefined && chain.length < 1000) {
    chain.push(next[0]);
    if (next[0].inputs.length > 1) break;
    next = readers.get(next[0]);
  }
  return chain;
}
