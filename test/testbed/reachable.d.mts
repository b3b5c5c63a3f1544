/** The entry points of the bundles: paths of files. */
export function entryPoints(root: string): readonly string[];

/** The top-level declarations that no bundle reaches, as "file: name". */
export function unreachableDeclarations(root: string): readonly string[];
