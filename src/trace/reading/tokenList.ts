import { type Token } from './token';

/** Tokens in reading order, by their steps from 0; an array is one. A negative step is not asked for. */
export interface Tokens extends Iterable<Token> {
  /** T */
  readonly length: number;
  at(step: number): Token | undefined;
}

/**
 * Tokens as a message takes them: a million objects are seconds of copying, this is 3 bytes a character and moves at
 * once. `codes` holds for each token the gap after the one before (zigzag), its length, its id and, where there are
 * `texts`, the length of its own text, as numbers of 7 bits a byte, the low ones first (LEB128).
 */
export interface PackedTokens {
  readonly count: number;
  readonly codes: ArrayBuffer;
  /**
   * Int32, three for every {@link blockTokens} tokens: where their codes begin, where the token before ends, where
   * their texts begin.
   */
  readonly places: ArrayBuffer;
  /** The tokens' texts, one after the other; null where each is its slice of the text that was read. */
  readonly texts: string | null;
}

/** Tokens of a block, which is read at once; also as many are packed between two yields. */
export const blockTokens = 4096;
const bytesAToken = 4;
const placeWords = 3;

/** Packs tokens in slices, yielding between them. `source` is the text that they were made of, where there is one. */
export function* packTokens(tokens: Tokens, source: string | null): Generator<void, PackedTokens> {
  const areSlices = source !== null && (yield* areAllSlices(tokens, source));
  const writer = new CodeWriter(tokens.length * bytesAToken);
  const places = new Int32Array(placeWords * Math.ceil(tokens.length / blockTokens));
  const texts: string[] = [];
  let [end, step, textLength] = [0, 0, 0];
  for (const token of tokens) {
    if (step % blockTokens === 0) {
      places.set([writer.length, end, textLength], (placeWords * step) / blockTokens);
      yield;
    }
    const gap = token.start - end;
    writer.write(gap < 0 ? -2 * gap - 1 : 2 * gap);
    writer.write(token.end - token.start);
    writer.write(token.id);
    if (!areSlices) {
      writer.write(token.text.length);
      texts.push(token.text);
      textLength += token.text.length;
    }
    ({ end } = token);
    step++;
  }
  return {
    count: tokens.length,
    codes: writer.finish(),
    places: places.buffer,
    texts: areSlices ? null : texts.join(''),
  };
}

/** Packed tokens, made into objects a block at a time as they are asked for. */
export class TokenList implements Tokens {
  private readonly codes: Uint8Array;
  private readonly places: Int32Array;
  /** The blocks that were asked for last, by their numbers. */
  private readonly blocks = new Map<number, readonly Token[]>();

  /** `source` is the text that was packed with. */
  constructor(
    readonly packed: PackedTokens,
    private readonly source: string,
  ) {
    this.codes = new Uint8Array(packed.codes);
    this.places = new Int32Array(packed.places);
  }

  get length(): number {
    return this.packed.count;
  }

  at(step: number): Token | undefined {
    if (!(step >= 0 && step < this.length)) return undefined;
    return this.block(Math.floor(step / blockTokens))[step % blockTokens];
  }

  *[Symbol.iterator](): Generator<Token> {
    for (let index = 0; index * blockTokens < this.length; index++) yield* this.block(index);
  }

  private block(index: number): readonly Token[] {
    const known = this.blocks.get(index);
    if (known !== undefined) return known;
    const block = this.readBlock(index);
    if (this.blocks.size >= mostBlocks) this.blocks.delete(this.blocks.keys().next().value ?? -1);
    this.blocks.set(index, block);
    return block;
  }

  private readBlock(index: number): readonly Token[] {
    const [at = 0, before = 0, textAt = 0] = this.places.subarray(placeWords * index);
    const { texts, count } = this.packed;
    const read = createReader(this.codes, at);
    let [end, textEnd] = [before, textAt];
    return Array.from({ length: Math.min(blockTokens, count - index * blockTokens) }, () => {
      const gap = read();
      const start = end + (gap % 2 === 1 ? -(gap + 1) / 2 : gap / 2);
      end = start + read();
      const id = read();
      if (texts === null) return { text: this.source.slice(start, end), start, end, id };
      const textStart = textEnd;
      textEnd += read();
      return { text: texts.slice(textStart, textEnd), start, end, id };
    });
  }
}

/** More blocks than a search by halves looks at in the longest text. */
const mostBlocks = 32;

/** Tokens for a message: packed ones as they came. */
export function tokensToSend(tokens: Tokens): PackedTokens | readonly Token[] {
  return tokens instanceof TokenList ? tokens.packed : [...tokens];
}

/** The inverse of {@link tokensToSend}; `source` is the text that was read. */
export function tokensReceived(tokens: PackedTokens | readonly Token[], source: string): Tokens {
  return 'codes' in tokens ? new TokenList(tokens, source) : tokens;
}

/** The first token that ends after an offset, its step; T where there is none. Tokens are in order. */
export function firstEndingAfter(tokens: Tokens, offset: number): number {
  let [low, high] = [0, tokens.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens.at(middle)?.end ?? Infinity) > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function* areAllSlices(tokens: Tokens, source: string): Generator<void, boolean> {
  let step = 0;
  for (const { text, start, end } of tokens) {
    if (end - start !== text.length || !source.startsWith(text, start)) return false;
    if (++step % blockTokens === 0) yield;
  }
  return true;
}

/** Reads one number after the other. */
function createReader(codes: Uint8Array, from: number): () => number {
  let at = from;
  return () => {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = codes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
}

/** Bytes of numbers from 0, growing as needed. */
class CodeWriter {
  /** Bytes written. */
  length = 0;
  private bytes: Uint8Array<ArrayBuffer>;

  constructor(expected: number) {
    this.bytes = new Uint8Array(Math.max(16, expected));
  }

  write(value: number): void {
    // A number takes 8 bytes at most.
    if (this.length + 8 > this.bytes.length) this.grow();
    let rest = value;
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.bytes[this.length++] = rest;
  }

  finish(): ArrayBuffer {
    return this.bytes.slice(0, this.length).buffer;
  }

  private grow(): void {
    const larger = new Uint8Array(2 * this.bytes.length + 8);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
