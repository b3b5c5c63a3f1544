import { type ModelFiles } from './fileAccess';
import { type FileKind } from './modelFormat';

const saveKeras = 'Save the model as .keras or .h5: model.save("model.keras").';

/** Beginnings of files that are no model, and what to open or save instead. */
const beginnings: readonly { readonly starts: RegExp; readonly what: string }[] = [
  {
    starts: /^version https:\/\/git-lfs\.github\.com\/spec\//,
    what: 'it is a Git LFS pointer, which stands for the file. Fetch the file itself: git lfs pull, or download it from its repository.',
  },
  {
    starts: /^\.?\.?\/?(\.git\/annex|annex)\/objects\//,
    what: 'it is a git-annex pointer, which stands for the file. Fetch the file itself: git annex get.',
  },
  {
    starts: /^\ufeff?\s*(<!--[^]*?-->\s*)?<(!doctype\s+html|html|head|body|\?xml)/i,
    what: 'it is a web page, not a model: the download gave a page about the file. Download the file itself (on GitHub: "Raw" or "Download").',
  },
  { starts: /^\x1f\x8b/, what: 'it is compressed (gzip). Unpack it and open the model inside.' },
  { starts: /^\x93NUMPY/, what: 'it is a NumPy array, which holds numbers and no layers. Open the model file itself.' },
  { starts: /^[^]{4}TFL3/, what: `it is a TensorFlow Lite model, which has operations and no layers. ${saveKeras}` },
];

/** The number with which torch.save before 1.6 began a file. */
const legacyTorch = '\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** What a file is that no reader of ours takes, in a sentence that says what to open or save instead; null: unknown. */
export function describeForeign({ name, main }: ModelFiles, kind: FileKind): string | null {
  if (main.size === 0) return 'it is empty. Download or save it again.';
  const bytes = main.read(0, Math.min(main.size, 4096));
  const start = String.fromCharCode(...bytes);
  const known = beginnings.find(({ starts }) => starts.test(start));
  if (known !== undefined) return known.what;
  if (kind === 'tar') return 'it is a tar archive. Unpack it and open the model inside.';
  if (kind === 'pickle') return describePickle(start);
  if (kind !== 'unknown' && kind !== 'protobuf') return null;
  if (isTensorFlowGraph(name, bytes))
    return `it is part of a TensorFlow SavedModel or a TensorFlow graph (.pb), which has operations and no layers. ${saveKeras}`;
  if (/\.(ckpt.*\.)?(index|data-\d+-of-\d+)$/.test(name))
    return `it is part of a TensorFlow checkpoint, which names weights but no layers. ${saveKeras}`;
  if (/(^|[^a-z])(weights|shard\d*of\d*)\.bin$|group\d+-shard\d+of\d+/i.test(name))
    return 'it holds the numbers of a TensorFlow.js model without its layers. Open the model.json beside it.';
  return null;
}

/** A SavedModel begins with its schema version, 1; a GraphDef with a node, which no ONNX model does. */
function isTensorFlowGraph(name: string, bytes: Uint8Array): boolean {
  const [first, second, third] = bytes;
  if (/^(saved_model|keras_metadata)\.pb$/.test(name)) return true;
  return first === 0x0a ? /\.pb$/i.test(name) : first === 0x08 && second === 0x01 && third === 0x12;
}

/** Classes by whose names a pickle that torch.save did not write is known; the pickle is not read for it. */
function describePickle(start: string): string | null {
  if (start.includes(legacyTorch) || /(\b|c)torch\b/.test(start)) return null;
  if (/keras[\w.]*\.text\b|\bTokenizer\b|word_index/.test(start))
    return 'it is a pickled tokenizer, which is a vocabulary and no model. Open the model, and name this file as its vocabulary (--vocab).';
  if (/(\b|c)(tf_keras|keras|tensorflow)\b/.test(start))
    return `it is a pickled Keras model, which only Python can make again. ${saveKeras}`;
  if (/(\b|c)sklearn\b/.test(start))
    return 'it is a pickled scikit-learn object, which has no recurrent layer that we can read.';
  return null;
}
