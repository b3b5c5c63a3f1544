import { Deserializer, Serializer } from 'node:v8';
import { type EngineStart } from './engine';

/** Host -> process: first how to start, then packed messages for the engine. */
export type ToProcess = EngineStart | Uint8Array;

/**
 * Process -> host: `up` once and first, then packed messages of the engine; at its end what went wrong, and `ended`
 * last.
 */
export type FromProcess =
  | Uint8Array
  | { readonly type: 'up' }
  | { readonly type: 'failed'; readonly message: string; readonly code?: string }
  | { readonly type: 'ended'; readonly how: string };

/**
 * A message as bytes, by structured clone. The channel's own serialisation would hand over typed arrays as parts of one
 * large buffer; this gives each its own, as a thread does.
 */
export function packMessage(message: unknown): Uint8Array {
  const serializer = new Serializer();
  serializer.writeHeader();
  serializer.writeValue(message);
  return serializer.releaseBuffer();
}

/** The message of {@link packMessage}. */
export function unpackMessage(bytes: Uint8Array): unknown {
  const deserializer = new Deserializer(bytes);
  deserializer.readHeader();
  return deserializer.readValue();
}
