/**
 * What is opened: folders of extensions from source, a folder as the workspace, and where VS Code keeps its own files.
 */
export interface DesktopParts {
  readonly extensions: readonly string[];
  readonly workspace: string;
  readonly profile?: string;
}
/** Arguments of the `code` program for a window of its own. */
export function desktopArguments(parts: DesktopParts): string[];
/** Opens the desktop VS Code until its window is closed; false where it cannot be opened, which is printed. */
export function openOnDesktop(code: string, parts: DesktopParts): Promise<boolean>;
/** Path of a downloaded desktop VS Code, or null where there is no screen or no download, which is printed. */
export function maybeDownloadDesktop(
  download: () => Promise<string>,
  options?: { readonly hasScreen?: boolean },
): Promise<string | null>;
