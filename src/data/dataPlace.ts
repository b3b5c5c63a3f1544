import { type Reach } from '../files/reach';

/** The folder that a lab file's data lies in, and what the paths of its files may lead to. */
export interface DataPlace {
  readonly folder: string;
  readonly reach: Reach;
}
