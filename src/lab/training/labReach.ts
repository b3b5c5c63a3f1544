import path from 'node:path';
import { type DataPlace } from '../../data/dataPlace';
import { type Reach } from '../../files/reach';

/** A lab file, where its data lies if elsewhere, and what a person allows it beyond its own folder. */
export interface DataOrder {
  readonly settingsPath: string;
  /** Replaces the file's own `data.folder`. */
  readonly dataFolder?: string;
  /** Folders and files that the lab file may name besides those of its own folder. */
  readonly reach?: Reach;
}

/**
 * What a lab file may name: its own folder, the data folder that was given in place of its own, and what a person
 * allows.
 */
export function reachOf({ settingsPath, dataFolder, reach = [] }: DataOrder): Reach {
  return [path.dirname(settingsPath), ...(dataFolder === undefined ? [] : [dataFolder]), ...reach];
}

/** Where the data of a lab file lies, whose own settings say `folder`. */
export function dataPlaceOf(order: DataOrder, folder: string): DataPlace {
  return {
    folder: order.dataFolder ?? path.resolve(path.dirname(order.settingsPath), folder),
    reach: reachOf(order),
  };
}
