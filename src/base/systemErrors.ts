const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  EACCES: 'you have no permission',
  EPERM: 'you have no permission',
  EROFS: 'it is on a read-only disk',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is no folder',
  EEXIST: 'it exists already',
  ENOTEMPTY: 'the folder is not empty',
  EBUSY: 'another program uses it',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk does not answer',
  EFBIG: 'it is too large',
  EINVAL: 'its name or kind is not allowed',
  ERR_INVALID_ARG_VALUE: 'its name holds a null character',
  ERR_FS_FILE_TOO_LARGE: 'it is larger than 2 GB',
};

const writing = /^(write|mkdir|rename|unlink|rmdir|rm|copyfile|symlink|link|f?truncate|fsync|chmod|utime|mkdtemp)/;

/** One sentence for what the system said of a file, with its path; null where a thrown error is no such thing. */
export function saySystemError(thrown: unknown): string | null {
  if (!(thrown instanceof Error)) return null;
  const { code, path, dest, syscall, message } = thrown as NodeJS.ErrnoException & { readonly dest?: string };
  const why = code === undefined ? undefined : reasons[code];
  if (why === undefined) return null;
  const isWriting = writing.test(syscall ?? '') || ['EROFS', 'ENOSPC', 'EDQUOT'].includes(code ?? '');
  const file = dest ?? path ?? (code === 'ERR_INVALID_ARG_VALUE' ? /Received '(.*)'/.exec(message)?.[1] : undefined);
  const what = isWriting ? 'write' : syscall === 'open' ? 'open' : 'read';
  return `Cannot ${what} ${file ?? 'the file'}: ${why}.`;
}
