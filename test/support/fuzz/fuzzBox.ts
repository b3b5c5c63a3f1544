import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { type FuzzVariant } from './variant';

const canaries: Readonly<Record<string, string>> = { words: 'a\nb\nc\n', 'w.bin': '\0'.repeat(256), written: '' };
const [lastRead, lastWritten] = [new Date('2001-01-01T00:00:00Z'), new Date('2002-01-01T00:00:00Z')];

/**
 * A folder in which variants are put down, each in one of its own, and beside it one in which nothing may be opened or
 * written. That is seen by times: a file last read before it was last written gets a new time with the next reading,
 * wherever the file system keeps such times at all.
 */
export class FuzzBox {
  private readonly outside: string;
  private count = 0;
  /** Whether this file system says that a file was read. */
  readonly seesReading: boolean;

  constructor(private readonly root: string) {
    this.outside = path.join(root, 'outside');
    mkdirSync(path.join(root, 'box'), { recursive: true });
    mkdirSync(this.outside);
    this.reset();
    readFileSync(path.join(this.outside, 'words'));
    this.seesReading = this.touched().length > 0;
    this.reset();
  }

  /** Puts the files, links and pipes of a variant down; gives their folder. */
  write({ files, links = {}, pipes = [] }: FuzzVariant): string {
    const folder = path.join(this.root, 'box', String(this.count++));
    mkdirSync(folder);
    for (const [name, bytes] of Object.entries(files)) writeFileSync(path.join(folder, name), bytes);
    for (const [name, target] of Object.entries(links)) symlinkSync(target, path.join(folder, name));
    for (const name of pipes) execFileSync('mkfifo', [path.join(folder, name)]);
    return folder;
  }

  /**
   * Takes a variant's folder away; gives what happened that may not: what was opened or written outside, or made
   * inside.
   */
  remove(folder: string, { files, links = {}, pipes = [] }: FuzzVariant): readonly string[] {
    const known = new Set([...Object.keys(files), ...Object.keys(links), ...pipes]);
    const made = readdirSync(folder).filter((name) => !known.has(name));
    rmSync(folder, { recursive: true });
    const touched = this.touched();
    if (touched.length > 0) this.reset();
    return [...made.map((name) => `${name} was made`), ...touched];
  }

  private touched(): readonly string[] {
    const isAsLeft = (name: string): boolean => {
      const found = statSync(path.join(this.outside, name));
      const hasTimes = +found.atime === +lastRead && +found.mtime === +lastWritten;
      return hasTimes && found.size === canaries[name]?.length;
    };
    const strays = readdirSync(this.root).filter((name) => name !== 'box' && name !== 'outside');
    const names = readdirSync(this.outside);
    const missing = Object.keys(canaries).filter((name) => !names.includes(name));
    const changed = names.filter((name) => !isAsLeft(name));
    return [...strays, ...missing, ...changed].map((name) => `${name} outside was opened, written or removed`);
  }

  private reset(): void {
    for (const [name, text] of Object.entries(canaries)) {
      writeFileSync(path.join(this.outside, name), text);
      utimesSync(path.join(this.outside, name), lastRead, lastWritten);
    }
  }
}
