import { hdf5Variant } from './hdf5';
import { labVariant } from './labFile';
import { onnxVariant } from './onnx';
import { patternVariant } from './patterns';
import { pickleVariant } from './pickle';
import { safetensorsVariant } from './safetensors';
import { settingsVariant } from './settings';
import { specialVariant } from './specialFiles';
import { topologyVariant } from './topology';
import { type FuzzVariant, type Generator, randomOf } from './variant';
import { zipVariant } from './zip';

/** Makers of strange files, by what they lie in. */
export const generators: Readonly<Record<string, Generator>> = {
  'an ONNX file': onnxVariant,
  'an HDF5 file': hdf5Variant,
  'a zip': zipVariant,
  'a pickle': pickleVariant,
  'a .safetensors file': safetensorsVariant,
  'a topology in JSON': topologyVariant,
  'settings and vocabularies': settingsVariant,
  'a tokenizer.json': patternVariant,
  'a lab file': labVariant,
  'pipes, devices and links': specialVariant,
};

/** The variant of a seed, by what it lies in. */
export async function variantOf(format: string, seed: number): Promise<FuzzVariant> {
  const generator = generators[format] as Generator;
  return await generator(randomOf(format, seed));
}
