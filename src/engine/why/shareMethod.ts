import { type ShareBaseline, type ShareSum } from '../../trace/reading/shares';
import { type Quantity } from './quantity';
import { type TokenVectors, type WhyNetwork, type WhyReading } from './network';

/** A text that a network has read, and what is asked of it. */
export interface WhySubject {
  readonly network: WhyNetwork;
  readonly vectors: TokenVectors;
  readonly reading: WhyReading;
  readonly quantity: Quantity;
  /** v . z of the whole text. */
  readonly value: number;
  /** v . z before the first token, or null where the head takes more than the last state. */
  readonly beforeFirst: number | null;
}

/** What a person may choose of a method. */
export interface MethodOptions {
  readonly baseline?: ShareBaseline;
  /** Points of integrated gradients; doubled until the sum is right where absent. */
  readonly points?: number;
}

/** The shares of every token, [T], and what they add up to. */
export interface Shares {
  readonly shares: Float64Array;
  readonly sum: ShareSum | null;
  readonly baseline?: ShareBaseline;
  readonly points?: number;
  readonly notes?: readonly string[];
}

/**
 * Long work: yields after every step that a network takes, now and then with the share of it that is done, in [0, 1].
 */
export type Work<T> = Generator<number | void, T>;

/** Gives every token its share of v . z; throws an InspectorError where the model is none for it. */
export type ComputeShares = (subject: WhySubject, options: MethodOptions) => Work<Shares>;

/** The sum of shares, counted from no token at all; null where the head takes more than the last state. */
export function sumFromNothing({ value, beforeFirst }: WhySubject, shares: Float64Array): ShareSum | null {
  if (beforeFirst === null) return null;
  return { sum: sumOf(shares), of: value - beforeFirst, start: beforeFirst, from: 'no token' };
}

/** Some work whose own say of what is done is left out: it is a small part of another. */
export function* silently<T>(work: Work<T>): Generator<void, T> {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done === true) return next.value;
    yield;
  }
}

/** Some work as the part [from, from + size) of another. */
export function* within<T>(work: Work<T>, from: number, size: number): Work<T> {
  for (let next = work.next(); ; next = work.next()) {
    if (next.done === true) return next.value;
    yield typeof next.value === 'number' ? from + size * next.value : undefined;
  }
}

/** The sum of some numbers. */
export function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
