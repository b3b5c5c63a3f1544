/** What the worker is handed at its start; folders default to the places beside dist/worker.js. */
export interface WorkerData {
  /** Folder of the bundled models. */
  readonly modelsFolder?: string;
  /** Folder of the .wasm binaries. */
  readonly binariesFolder?: string;
  /**
   * Whether V8's flags may be set to join vectors (wideVectors.ts): only in a process of our own. Absent: they may not.
   */
  readonly wideVectors?: boolean;
  /** Most threads that compute, until a reading says otherwise; 0 or absent leaves it to the engine. */
  readonly threads?: number;
}
