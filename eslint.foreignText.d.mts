/** For `no-restricted-properties`. */
export const restrictedProperties: readonly {
  readonly property: string;
  readonly message: string;
  readonly object?: string;
}[];

/** For `no-restricted-syntax`. */
export const restrictedSyntax: readonly { readonly selector: string; readonly message: string }[];
