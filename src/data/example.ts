/** One labelled text and where it stands, so that a message can name the line. */
export interface Example {
  readonly text: string;
  readonly label: string;
  /** The file as named in the settings. */
  readonly source: string;
  /** Line of its first character in that file, from 0. */
  readonly line: number;
}

/** Training, validation and test parts of anything. */
export interface Split<T> {
  readonly training: T;
  readonly validation: T;
  readonly test: T;
}

/** What was read, and what the user should know of it (lines left out, header found...). */
export interface ExampleFile {
  readonly examples: readonly Example[];
  readonly remarks: readonly string[];
}
