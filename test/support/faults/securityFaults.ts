import { type FaultCase, type FaultTable } from './runFault';

const outside = (name: string): FaultCase => ({
  args: ['train', `${name}.lstm-lab.json`],
  refuses: /leads out of .* read and written only inside/,
});

const lettersLab = {
  name: 'bad',
  task: 'next-token',
  data: { format: 'text', files: [{ path: 'letters.txt' }], split: { by: 'last-tenths' } },
  tokens: { level: 'character' },
  model: { cell: 'lstm', input: 'one-hot' },
  hyperparameters: { units: 2, steps: 1, batch_size: 1, sequence_length: 2 },
};

/** Faults of hostile files: the folders of shared/data/faults, with the right value or sentence of each call. */
export const securityFaults: FaultTable = {
  'security/special-files': [
    ...['passwd', 'proc', 'random', 'root', 'tty', 'zero'].map(outside),
    { args: ['train', 'fifo.lstm-lab.json'], refuses: /Cannot read .*pipe: / },
    {
      args: ['train', 'zero.lstm-lab.json', '--allow', '/dev/zero'],
      refuses: /\/dev\/zero: it is a device, and only plain files are read/,
    },
  ],
  'security/tokenizer-redos': [
    {
      args: ['trace', 'a.safetensors', '--file', 'text.txt', '--out', 'out.json'],
      refuses: /tokenizer\.json takes too long, so it was stopped/,
    },
  ],
  'security/pattern-redos': [
    { args: ['train', 'p.lstm-lab.json'], refuses: /pattern of good\.txt takes too long on its lines/ },
  ],
  'security/vocab-offset-abort': [
    {
      args: ['trace', 'a.safetensors', '--text', 'w1 w2', '--out', 'out.json'],
      refuses: /a\.inspector\.json: "offset" must be a whole number/,
    },
  ],
  // A damaged log stops nothing: the training begins anew. The panels that read logs have tests of their own.
  'security/bad-training-log': [
    {
      args: ['train', 'bad.lstm-lab.json'],
      files: { 'bad.lstm-lab.json': JSON.stringify(lettersLab), 'letters.txt': 'abcdefghij'.repeat(40) },
    },
  ],
};
