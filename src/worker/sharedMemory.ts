/**
 * A WebAssembly module with a memory of its own, changed so that threads can share that: its limits say `shared`.
 * Nothing else of it changes, since code that knows no threads is the same for either. Null where it has no memory with
 * a maximum, which sharing asks for.
 */
export function withSharedMemory(module: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  let at = headerBytes;
  const readNumber = (): number => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = module[at++] ?? 0;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < module.length) {
    const id = module[at++];
    const bytes = readNumber();
    if (id === memorySection)
      return module[at] === 1 && module[at + 1] === hasMaximum ? module.with(at + 1, hasMaximum | isShared) : null;
    at += bytes;
  }
  return null;
}

const headerBytes = 8;
const memorySection = 5;
/** Flags of a memory's limits. */
const [hasMaximum, isShared] = [1, 2] as const;
