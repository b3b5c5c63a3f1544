/** A path that a lab file names and that leads out of what it may reach. */
export interface OutsidePath {
  /** Absolute, as it is named. */
  readonly path: string;
  /** Where a link on the way leads to; absent where there is none. */
  readonly leadsTo?: string;
  readonly use: 'read' | 'write';
}
