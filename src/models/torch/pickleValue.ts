import { type WeightArray } from '../weightArray';

/** A class or function that a pickle names; nothing of it exists here but its name. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly name: string,
  ) {}

  get path(): string {
    return `${this.module}.${this.name}`;
  }
}

/** A Python tuple. */
export class PickleTuple {
  constructor(readonly items: readonly PickleValue[]) {}
}

/** A Python dict, OrderedDict, or the attributes of an object that is only kept as data. */
export class PickleDict {
  readonly entries = new Map<PickleValue, PickleValue>();
}

/**
 * An object of a class that does not exist here: its class's name, its attributes and its items. Nothing of it is ever
 * run.
 */
export class PickleObject extends PickleDict {
  readonly items: PickleValue[] = [];

  constructor(readonly type: PickleGlobal) {
    super();
  }
}

/** A Python list or set. */
export class PickleList {
  readonly items: PickleValue[] = [];

  /** @param isSet its items have no order */
  constructor(readonly isSet = false) {}
}

/** The numbers behind tensors; where they stand is known to the file's reader. */
export class PickleStorage {
  constructor(
    readonly format: string,
    readonly key: string,
    /** Elements. */
    readonly count: number,
  ) {}
}

/** A tensor, read when it is asked for. */
export class PickleTensor {
  constructor(readonly array: WeightArray) {}
}

/** What a pickle may hold. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleGlobal
  | PickleTuple
  | PickleDict
  | PickleList
  | PickleStorage
  | PickleTensor;
