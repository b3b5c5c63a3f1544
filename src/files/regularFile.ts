import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statfsSync,
  statSync,
} from 'node:fs';
import { InspectorError } from '../base/errors';

/** A plain file that is open for reading; whoever opened it closes it. */
export interface OpenedFile {
  readonly descriptor: number;
  /** In bytes. */
  readonly size: number;
  /** The same for each way to the same file. */
  readonly identity: string;
}

/** Absent on Windows, where none of them has a meaning. */
const { O_NONBLOCK = 0, O_NOCTTY = 0, O_NOFOLLOW = 0 } = constants as Partial<typeof constants>;

/**
 * What opens a file without waiting for a pipe's other end, without becoming a terminal's process, and through no link.
 */
export const carefulFlags = O_NONBLOCK | O_NOCTTY | O_NOFOLLOW;

/**
 * File systems of Linux whose "plain" files the kernel makes up while they are read (statfs(2)): proc, sysfs, debugfs,
 * tracefs, securityfs, configfs, cgroup, cgroup2, bpf, pstore, efivarfs, selinuxfs.
 */
const madeUp = new Set([
  0x9fa0, 0x62656572, 0x64626720, 0x74726163, 0x73636673, 0x62656570, 0x27e0eb, 0x63677270, 0xcafe4a11, 0x6165676c,
  0xde5e81e4, 0xf97cff8c,
]);

/**
 * Opens a plain file for reading. Anything else (a folder, a pipe, a socket, a device, a file of /proc or /sys) is
 * refused before it is opened, and looked at again once it is open.
 */
export function openRegular(file: string): OpenedFile {
  try {
    const reason = reasonAgainst(statSync(file), file);
    if (reason !== null) refuseFile(file, reason);
    const descriptor = openSync(file, constants.O_RDONLY | O_NONBLOCK | O_NOCTTY);
    const found = fstatSync(descriptor);
    const late = reasonAgainst(found, file);
    if (late === null) return { descriptor, size: found.size, identity: `${found.dev} ${found.ino}` };
    closeSync(descriptor);
    return refuseFile(file, late);
  } catch (cause) {
    return refuseFile(file, reasonOf(cause), cause);
  }
}

/** The bytes of a plain file of at most `most` bytes; a larger one is refused before anything of it is read. */
export function readRegular(file: string, most: number): Buffer {
  const { descriptor, size } = openRegular(file);
  try {
    if (size > most)
      refuseFile(file, `it has ${megabytes(size)} MB, and files of up to ${megabytes(most)} MB are read`);
    return readStart(descriptor, size);
  } finally {
    closeSync(descriptor);
  }
}

/** The beginning of a plain file, at most `most` bytes, and whether that is all of it. */
export function readHead(file: string, most: number): { readonly bytes: Buffer; readonly isWhole: boolean } {
  const { descriptor, size } = openRegular(file);
  try {
    const bytes = readStart(descriptor, Math.min(size, most));
    return { bytes, isWhole: bytes.length >= size };
  } finally {
    closeSync(descriptor);
  }
}

/** Closes what {@link openRegular} opened. */
export function closeFile(descriptor: number): void {
  closeSync(descriptor);
}

/**
 * Reads from a place of an open file into the beginning of `into`, at most 16 MB; gives how many bytes, 0 at its end.
 */
export function readPart(descriptor: number, into: Uint8Array, position: number): number {
  return readSync(descriptor, into, 0, Math.min(into.length, 1 << 24), position);
}

/** The first `count` bytes of an open file, or what there is of them. */
export function readStart(descriptor: number, count: number): Buffer {
  const bytes = Buffer.alloc(count);
  let done = 0;
  while (done < count) {
    const read = readPart(descriptor, bytes.subarray(done), done);
    if (read === 0) break;
    done += read;
  }
  return bytes.subarray(0, done);
}

/** Whether anything lies there, be it a link that leads nowhere. */
export function isThere(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** Changes whenever a file is written or replaced. */
export function revisionOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : 'absent';
}

/** The same for a file as long as it is written into and not replaced. */
export function identityOf(file: string): number {
  return statSync(file).ino;
}

/** Whether a plain file lies there. */
export function isRegular(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

/** Why an operation on a file failed, as the rest of a sentence. */
export function reasonOf(thrown: unknown): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return reasons[code ?? ''] ?? code ?? message;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'the folder is read-only',
  ELOOP: 'its links form a circle, or it is a link',
  ENAMETOOLONG: 'its name is too long',
  ERR_INVALID_ARG_VALUE: 'its name is no file name',
  EMFILE: 'too many files are open',
};

/** Why a thing on disk is not read; null for a plain file. */
function reasonAgainst(found: Stats, file: string): string | null {
  if (!found.isFile()) return `it is ${kindOf(found)}, and only plain files are read`;
  if (process.platform === 'linux' && madeUp.has(statfsSync(file).type))
    return 'it is a file that the system makes up, and only plain files are read';
  return null;
}

/** Whether a process of this machine is there; one of another person's counts. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** What a thing on disk is, for a sentence. */
export function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isSymbolicLink()) return 'a link';
  if (found.isFIFO()) return 'a pipe';
  if (found.isSocket()) return 'a socket';
  return found.isFile() ? 'a file' : 'a device';
}

function refuseFile(file: string, reason: string, cause?: unknown): never {
  if (cause instanceof InspectorError) throw cause;
  throw new InspectorError('file', `Cannot read ${file.replaceAll('\0', '')}: ${reason}.`, { cause });
}

function megabytes(bytes: number): number {
  return Math.ceil(bytes / 1e6);
}
