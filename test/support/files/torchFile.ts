/** The bytes of a .safetensors file: named float32 tensors with small numbers of their own. */
export function safetensorsOf(shapes: Readonly<Record<string, readonly number[]>>): Uint8Array {
  let at = 0;
  const header: Record<string, unknown> = {};
  for (const [name, shape] of Object.entries(shapes)) {
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    header[name] = { dtype: 'F32', shape, data_offsets: [at, at + bytes] };
    at += bytes;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true);
  file.set(text, 8);
  const values = Float32Array.from({ length: at / 4 }, (_, k) => Math.sin(1 + k));
  file.set(new Uint8Array(values.buffer), 8 + text.length);
  return file;
}

/**
 * A text model with an RNN and two linear layers: neither the nonlinearity nor what stands between the layers is in the
 * file.
 */
export const openTextModel = {
  'encoder.weight': [7, 3],
  'other.weight': [9, 3],
  'rnn.weight_ih_l0': [4, 3],
  'rnn.weight_hh_l0': [4, 4],
  'rnn.bias_ih_l0': [4],
  'rnn.bias_hh_l0': [4],
  'fc1.weight': [5, 4],
  'fc1.bias': [5],
  'fc2.weight': [2, 5],
  'fc2.bias': [2],
} as const;
