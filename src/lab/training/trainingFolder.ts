import { type Disposable } from '../../base/disposable';

/** Where a run keeps its files; names are plain file names. */
export interface TrainingFolder {
  /** Null where there is none. */
  read(name: string): Promise<Uint8Array | null>;
  /** Whole or not at all: a reader never sees half a file. */
  write(name: string, contents: Uint8Array | string): Promise<void>;
  remove(name: string): Promise<void>;
  /** Takes the folder for one piece of work of a kind at a time; refused with who has it. */
  lock(kind: 'training' | 'transfer'): Disposable;
  /** A folder inside this one. */
  inside(name: string): TrainingFolder;
}
