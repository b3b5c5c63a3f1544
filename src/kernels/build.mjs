// Compiles the kernels to two WebAssembly modules: plain SIMD, and relaxed SIMD (fused multiply-add).
// `node src/kernels/build.mjs [FOLDER]`, default dist.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import asc from 'assemblyscript/asc';

const entry = path.join(import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname), 'assembly', 'index.ts');

const relaxed = ['--enable', 'simd', '--enable', 'relaxed-simd'];

// The alias stands for true or false in assembly/vectors.ts.
const [narrow, wide] = ['GC', 'SIMD'].map((feature) => ['--use', `WIDE_VECTORS=ASC_FEATURE_${feature}`]);

export const builds = {
  'kernels-simd.wasm': ['--enable', 'simd', ...narrow],
  'kernels-relaxed.wasm': [...relaxed, ...narrow],
  'kernels-wide.wasm': [...relaxed, ...wide],
};

/**
 * The same for memory that two threads share, which a module must say of the memory that it imports; any limit is then
 * allowed.
 */
const shared = ['--enable', 'threads', '--sharedMemory', '--maximumMemory', '65536'];

// No memory of their own and no static data: the kernels run inside whatever memory they are given.
const options = ['--importMemory', '--runtime', 'stub', '-O3', '--converge', '--noAssert', '--disableWarning', '201'];

/** Writes the modules into `folder`. */
export async function buildKernels(folder) {
  mkdirSync(folder, { recursive: true });
  for (const [name, features] of Object.entries(builds)) {
    writeFileSync(path.join(folder, name), await compileModule(entry, features));
    writeFileSync(
      path.join(folder, name.replace('.wasm', '-shared.wasm')),
      await compileModule(entry, [...features, ...shared]),
    );
  }
}

/** The bytes of a module in AssemblyScript, compiled as the kernels are. */
export async function compileModule(file, features) {
  const { error, stderr, binary } = await compile([file, '--outFile', 'module.wasm', ...options, ...features]);
  if (error) throw new Error(`${error.message}\n${stderr}`);
  return binary;
}

async function compile(args) {
  let binary = null;
  const writeFile = (_name, contents) => {
    binary = contents;
  };
  const { error, stderr } = await asc.main(args, { writeFile });
  return { error, stderr: stderr.toString(), binary };
}

if (process.argv[1]?.endsWith(path.join('kernels', 'build.mjs'))) await buildKernels(process.argv[2] ?? 'dist');
