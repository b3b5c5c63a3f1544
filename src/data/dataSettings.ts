/** One file of a data set, as `data.files` lists it. */
export interface DataFile {
  readonly path: string;
  readonly label?: string;
  readonly pattern?: string;
  readonly encoding?: string;
  readonly gutenberg: boolean;
  readonly from?: string;
  readonly licence?: string;
  readonly credit?: string;
}

/** Where the data is, what form it has and how it is split. */
export interface DataSettings {
  readonly format: 'text' | 'lines' | 'table' | 'jsonl' | 'folders';
  readonly folder: string;
  readonly files: readonly DataFile[];
  readonly textColumn?: string | number;
  readonly labelColumn?: string | number;
  readonly header: boolean | 'auto';
  readonly delimiter?: string;
  readonly quotes?: boolean;
  readonly split: {
    readonly by: 'last-tenths' | 'file-hash' | 'line-modulo' | 'stratified';
    readonly rotation: number;
    readonly validation: number;
    readonly test: number;
  };
}
