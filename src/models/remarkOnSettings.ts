import { type RecurrentModel } from '../network/recurrentModel';

const known =
  /^(\$schema|version|name|vocabulary|vocabularyKey|level|lowercase|folding|lookup|unknown|padding|paddingSide|offset|window|task|labels|description|figures)$/;
const torchKeys = ['order', 'embedding', 'head', 'activations'];
const readBy: Readonly<Record<string, { readonly keys: readonly string[]; readonly what: string }>> = {
  torch: { keys: torchKeys, what: 'PyTorch' },
  safetensors: { keys: torchKeys, what: 'PyTorch' },
  onnx: { keys: ['inputs'], what: 'ONNX' },
  'keras-h5': { keys: ['architecture'], what: 'Keras' },
};

/**
 * The keys of an `.inspector.json` that nothing reads: unknown ones, and those that only files of another format need.
 */
export function remarkOnKeys(keys: readonly string[], { format }: Pick<RecurrentModel, 'format'>): readonly string[] {
  const here = readBy[format]?.keys ?? [];
  const unread = keys.filter((key) => !known.test(key) && !here.includes(key));
  return unread.map((key) => {
    const owner = Object.values(readBy).find(({ keys: own }) => own.includes(key));
    const shown = JSON.stringify(key.slice(0, 60));
    return owner === undefined
      ? `The settings have ${shown}, which is no key of theirs: it has no effect.`
      : `The settings have ${shown}, which is for ${owner.what} files: it has no effect here.`;
  });
}
