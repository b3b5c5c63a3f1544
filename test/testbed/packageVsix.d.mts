/** Path of the packed extension. */
export const vsixFile: string;
/** Packs what dist holds, after a production build unless `build` is false. */
export function packageVsix(options?: { readonly build?: boolean; readonly logFile?: string }): Promise<void>;
