/** A column of a table, or a field of JSON lines, as its beginning shows it. */
export interface SuggestedColumn {
  /** From 0. */
  readonly index: number;
  /** Null where the file names no columns. */
  readonly name: string | null;
  /** Different values among the rows looked at. */
  readonly distinct: number;
  /** Characters (UTF-16 units) of a cell in the mean. */
  readonly meanLength: number;
  readonly samples: readonly string[];
}

/** What form some data has, found out by its beginning. */
export interface DataSuggestion {
  readonly format: 'text' | 'lines' | 'table' | 'jsonl' | 'folders';
  readonly files: readonly { readonly path: string; readonly label?: string }[];
  readonly hasHeader?: boolean;
  readonly columns: readonly SuggestedColumn[];
  /** The likeliest columns, by their index. */
  readonly textColumn?: number;
  readonly labelColumn?: number;
  /** The classes of folders and of files a class. */
  readonly labels?: readonly string[];
}
