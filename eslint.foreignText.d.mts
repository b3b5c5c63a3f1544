/** For `no-restricted-properties`. */
export const restrictedProperties: readonly Restricted[];

/** For `no-restricted-properties` on the command line. */
export const terminalProperties: readonly Restricted[];

/** For `no-restricted-syntax`. */
export const restrictedSyntax: readonly { readonly selector: string; readonly message: string }[];

interface Restricted {
  readonly property: string;
  readonly message: string;
  readonly object?: string;
}
