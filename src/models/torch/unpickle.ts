import { InspectorError } from '../../base/errors';
import { takeHeap, takeNumbers } from '../readBudget';
import { signalEvery } from '../workSignal';
import { type ByteStream } from './byteStream';
import { PickleDict, PickleGlobal, PickleList, PickleObject, PickleTuple, type PickleValue } from './pickleValue';

/** What a pickle may ask for: only values are built, nothing in the file is ever executed. */
export interface PickleHooks {
  /** Gives the value that stands for a call of a function or class; throws for what is refused. */
  call(callee: PickleGlobal, args: readonly PickleValue[]): PickleValue;
  /** Gives the object of a persistent id. */
  persistent(id: PickleValue): PickleValue;
  /** Throws where a name may not even be mentioned. */
  checkGlobal(global: PickleGlobal): void;
}

const maximumOperations = 20_000_000;
/** What an operation may leave behind, about, in bytes: a value, its place on the stack, in a memo and in a list. */
const heapOfOperation = 48;
const heapOfCall = 400;
const heapOfEntry = 64;

/** Reads one pickle (protocols 0 to 5, Python's pickletools) from a stream, up to and including its STOP. */
export function unpickle(stream: ByteStream, hooks: PickleHooks): PickleValue {
  const machine = new PickleMachine(stream, hooks);
  for (let count = 0; count < maximumOperations; count++) {
    const code = stream.byte();
    takeHeap(heapOfOperation);
    signalEvery(count);
    if (code === 0x2e) return machine.pop();
    const operation = operations[code];
    if (operation === undefined) {
      throw new InspectorError(
        'model-unsupported',
        `its pickle has the operation 0x${code.toString(16)}, which no tensor needs and which we refuse.`,
      );
    }
    operation(machine, stream);
  }
  throw new InspectorError('model-damaged', 'its pickle does not end.');
}

class PickleMachine {
  readonly stack: PickleValue[] = [];
  private readonly marks: number[] = [];
  private readonly memo = new Map<number, PickleValue>();

  constructor(
    readonly stream: ByteStream,
    readonly hooks: PickleHooks,
  ) {}

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  pop(): PickleValue {
    const value = this.stack.pop();
    if (value === undefined) throw damaged('its stack is empty');
    return value;
  }

  top(): PickleValue {
    const value = this.stack[this.stack.length - 1];
    if (value === undefined) throw damaged('its stack is empty');
    return value;
  }

  mark(): void {
    this.marks.push(this.stack.length);
  }

  popToMark(): readonly PickleValue[] {
    const mark = this.marks.pop();
    if (mark === undefined) throw damaged('a mark is missing');
    return this.stack.splice(mark);
  }

  put(index: number): void {
    this.memo.set(index, this.top());
  }

  memoize(): void {
    this.memo.set(this.memo.size, this.top());
  }

  get(index: number): void {
    const value = this.memo.get(index);
    if (value === undefined) throw damaged(`memo ${index} is empty`);
    this.push(value);
  }

  pushGlobal(module: string, name: string): void {
    const global = new PickleGlobal(module, name);
    this.hooks.checkGlobal(global);
    this.push(global);
  }

  reduce(): void {
    const args = this.pop();
    const callee = this.pop();
    this.call(callee, args);
  }

  /** A call of what another call gave is no way to write data down, and is refused. */
  call(callee: PickleValue, args: PickleValue): void {
    if (callee instanceof PickleObject) {
      throw new InspectorError(
        'model-unsupported',
        `its pickle calls what ${callee.type.path.slice(0, 120)} gave it, which we refuse. Nothing in the file was executed.`,
      );
    }
    if (!(callee instanceof PickleGlobal) || !(args instanceof PickleTuple)) throw damaged('a call has no function');
    takeHeap(heapOfCall + args.items.length * heapOfEntry);
    this.push(this.hooks.call(callee, args.items));
  }

  setItems(pairs: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleDict)) throw damaged('items are set on what is no dict');
    for (let index = 0; index + 1 < pairs.length; index += 2)
      target.entries.set(pairs[index] as PickleValue, pairs[index + 1] as PickleValue);
  }

  append(items: readonly PickleValue[]): void {
    const target = this.top();
    if (!(target instanceof PickleList || target instanceof PickleObject))
      throw damaged('an item is appended to what is no list');
    for (const item of items) target.items.push(item);
  }

  /** An object's state: kept as entries where the object is a dict of ours, else of no meaning for tensors. */
  build(): void {
    const state = this.pop();
    const target = this.top();
    const parts = state instanceof PickleTuple ? state.items : [state];
    if (!(target instanceof PickleDict)) return;
    for (const part of parts) {
      if (!(part instanceof PickleDict)) continue;
      takeHeap(part.entries.size * heapOfEntry);
      for (const [key, value] of part.entries) if (!target.entries.has(key)) target.entries.set(key, value);
    }
  }
}

function damaged(why: string): InspectorError {
  return new InspectorError('model-damaged', `its pickle is damaged: ${why}.`);
}

type Operation = (machine: PickleMachine, stream: ByteStream) => void;

const text = (bytes: Uint8Array): string => {
  takeHeap(2 * bytes.length);
  return new TextDecoder().decode(bytes);
};
const latin = (bytes: Uint8Array): string => {
  takeHeap(16 * bytes.length);
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
};
const copy = (bytes: Uint8Array): Uint8Array => {
  takeNumbers(bytes.length);
  return bytes.slice();
};
const length4 = (stream: ByteStream): number => stream.view(4).getUint32(0, true);
const length8 = (stream: ByteStream): number => Number(stream.view(8).getBigUint64(0, true));

/** Two's complement, little-endian, any length. */
function readLong(bytes: Uint8Array): number | bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] as number);
  if (bytes.length > 0 && (bytes[bytes.length - 1] as number) >= 0x80) value -= 1n << BigInt(8 * bytes.length);
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

const namedEscapes: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\r',
  t: '\t',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
};

/** STRING: as Python's repr writes a str, in quotes, with escapes. */
function parseRepr(line: string): string {
  return line
    .replace(/^['"]|['"]$/g, '')
    .replace(/\\(?:x([\da-f]{2})|([^]))/gi, (_, code: string | undefined, sign: string) =>
      code === undefined ? (namedEscapes[sign] ?? sign) : String.fromCharCode(parseInt(code, 16)),
    );
}

/** UNICODE: Latin-1, any other character (and the backslash) as \\uXXXX or \\UXXXXXXXX. */
function parseRawUnicode(line: string): string {
  return line.replace(/\\(?:u([\da-f]{4})|U([\da-f]{8}))/g, (_, short: string | undefined, long: string) => {
    const code = parseInt(short ?? long, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  });
}

function parseDecimal(line: string): PickleValue {
  if (line === '00') return false;
  if (line === '01') return true;
  const value = Number(line.replace(/L$/, ''));
  if (Number.isNaN(value)) throw damaged('a number is none');
  return value;
}

function pushDict(machine: PickleMachine, pairs: readonly PickleValue[]): void {
  machine.push(new PickleDict());
  machine.setItems(pairs);
}

function pushList(machine: PickleMachine, items: readonly PickleValue[], isSet = false): void {
  machine.push(new PickleList(isSet));
  machine.append(items);
}

function tupleOf(machine: PickleMachine, count: number): void {
  const items = Array.from({ length: count }, () => machine.pop()).reverse();
  machine.push(new PickleTuple(items));
}

/** NEWOBJ_EX: class, arguments, keyword arguments. */
function newObjectEx(machine: PickleMachine): void {
  machine.pop();
  machine.reduce();
}

/** OBJ: a mark, the class, its arguments. */
function markedObject(machine: PickleMachine): void {
  const [callee = null, ...args] = machine.popToMark();
  machine.call(callee, new PickleTuple(args));
}

/** INST: a mark, arguments, the class's name in two lines. */
function namedInstance(machine: PickleMachine, stream: ByteStream): void {
  const args = new PickleTuple(machine.popToMark());
  machine.pushGlobal(stream.line(), stream.line());
  machine.call(machine.pop(), args);
}

/** The operations of a tensor file by code; every other is refused (EXT and NEXT_BUFFER among them). */
const operations: Readonly<Record<number, Operation>> = {
  0x28: (m) => m.mark(),
  0x30: (m) => void m.pop(),
  0x31: (m) => void m.popToMark(),
  0x32: (m) => m.push(m.top()),
  0x46: (m, s) => m.push(Number(s.line())),
  0x49: (m, s) => m.push(parseDecimal(s.line())),
  0x4a: (m, s) => m.push(s.view(4).getInt32(0, true)),
  0x4b: (m, s) => m.push(s.byte()),
  0x4c: (m, s) => m.push(parseDecimal(s.line())),
  0x4d: (m, s) => m.push(s.view(2).getUint16(0, true)),
  0x4e: (m) => m.push(null),
  0x50: (m, s) => m.push(m.hooks.persistent(s.line())),
  0x51: (m) => m.push(m.hooks.persistent(m.pop())),
  0x52: (m) => m.reduce(),
  0x53: (m, s) => m.push(parseRepr(latin(s.lineBytes()))),
  0x54: (m, s) => m.push(latin(s.take(length4(s)))),
  0x55: (m, s) => m.push(latin(s.take(s.byte()))),
  0x56: (m, s) => m.push(parseRawUnicode(latin(s.lineBytes()))),
  0x58: (m, s) => m.push(text(s.take(length4(s)))),
  0x61: (m) => m.append([m.pop()]),
  0x62: (m) => m.build(),
  0x63: (m, s) => m.pushGlobal(s.line(), s.line()),
  0x64: (m) => pushDict(m, m.popToMark()),
  0x65: (m) => m.append(m.popToMark()),
  0x67: (m, s) => m.get(Number(s.line())),
  0x68: (m, s) => m.get(s.byte()),
  0x6a: (m, s) => m.get(length4(s)),
  0x6c: (m) => pushList(m, m.popToMark()),
  0x70: (m, s) => m.put(Number(s.line())),
  0x71: (m, s) => m.put(s.byte()),
  0x72: (m, s) => m.put(length4(s)),
  0x73: (m) => m.setItems([m.pop(), m.pop()].reverse()),
  0x74: (m) => m.push(new PickleTuple(m.popToMark())),
  0x75: (m) => m.setItems(m.popToMark()),
  0x5d: (m) => m.push(new PickleList()),
  0x7d: (m) => m.push(new PickleDict()),
  0x29: (m) => m.push(new PickleTuple([])),
  0x47: (m, s) => m.push(s.view(8).getFloat64(0, false)),
  0x42: (m, s) => m.push(copy(s.take(length4(s)))),
  0x43: (m, s) => m.push(copy(s.take(s.byte()))),
  0x80: (_, s) => void s.byte(),
  0x81: (m) => m.reduce(),
  0x92: newObjectEx,
  0x69: namedInstance,
  0x6f: markedObject,
  0x96: (m, s) => m.push(copy(s.take(length8(s)))),
  0x85: (m) => tupleOf(m, 1),
  0x86: (m) => tupleOf(m, 2),
  0x87: (m) => tupleOf(m, 3),
  0x88: (m) => m.push(true),
  0x89: (m) => m.push(false),
  0x8a: (m, s) => m.push(readLong(s.take(s.byte()))),
  0x8b: (m, s) => m.push(readLong(s.take(Math.min(length4(s), 4096)))),
  0x8c: (m, s) => m.push(text(s.take(s.byte()))),
  0x8d: (m, s) => m.push(text(s.take(length8(s)))),
  0x8e: (m, s) => m.push(copy(s.take(length8(s)))),
  0x8f: (m) => m.push(new PickleList(true)),
  0x90: (m) => m.append(m.popToMark()),
  0x91: (m) => pushList(m, m.popToMark(), true),
  0x93: (m) => {
    const name = m.pop();
    const module = m.pop();
    if (typeof name !== 'string' || typeof module !== 'string') throw damaged('a class has no name');
    m.pushGlobal(module, name);
  },
  0x94: (m) => m.memoize(),
  0x95: (_, s) => void s.take(8),
};
