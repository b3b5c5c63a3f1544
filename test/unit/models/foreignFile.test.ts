import assert from 'node:assert/strict';
import { createModelFiles } from '../../../src/models/fileAccess';
import { openModel } from '../../../src/models/openModel';
import { parseOwnSettings } from '../../../src/models/ownSettings';
import { matchByOrder } from '../../../src/models/keras/weightOrder';
import { pickleOf } from '../../support/files/pickleFile';

const bytesOf = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

const foreign: readonly (readonly [string, Uint8Array, RegExp])[] = [
  [
    'm.pt',
    bytesOf('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n'),
    /Git LFS pointer.*git lfs pull/,
  ],
  ['m.keras', bytesOf('\n<!DOCTYPE html>\n<html></html>'), /a web page, not a model/],
  ['m.h5', bytesOf('<?xml version="1.0"?><Error/>'), /a web page, not a model/],
  ['saved_model.pb', Uint8Array.of(8, 1, 18, 4, 34, 2, 10, 0), /TensorFlow graph.*model\.save/],
  ['frozen.pb', Uint8Array.of(10, 4, 10, 2, 120, 49), /TensorFlow graph.*model\.save/],
  ['weights.bin', Uint8Array.of(255, 254, 1, 2, 3, 4, 5, 6), /numbers of a TensorFlow\.js model.*model\.json/],
  ['m.tflite', bytesOf('\x1c\0\0\0TFL3\0\0'), /TensorFlow Lite/],
  ['m.gz', Uint8Array.of(31, 139, 8, 0), /gzip.*Unpack/],
  ['m.pkl', pickleOf({ of: 'keras.engine.sequential.Sequential', state: { built: true } }), /pickled Keras model/],
  ['t.pickle', pickleOf({ of: 'keras_preprocessing.text.Tokenizer', state: {} }), /pickled tokenizer.*--vocab/],
  ['m.onnx', new Uint8Array(0), /it is empty/],
];

describe('a file that is no model', () => {
  for (const [name, bytes, sentence] of foreign)
    it(`is named for what it is: ${name}, ${String(sentence)}`, () =>
      assert.rejects(openModel(createModelFiles(name, { [name]: bytes })), sentence));
});

describe('the settings', () => {
  it('may name the id that fills short texts', () =>
    assert.equal(parseOwnSettings('{"padding": 1}', 'inspector.json').padding, 1));
});

describe('the weights of a Keras file of weights only', () => {
  const layer = (className: string, name: string): unknown => ({ class_name: className, config: { name } });
  const topology = {
    class_name: 'Sequential',
    config: {
      layers: [layer('LSTM', 'lstm_2'), layer('Dropout', 'd'), layer('LSTM', 'lstm_3'), layer('Dense', 'out')],
    },
  };

  it('go by order where names say another', () =>
    assert.deepEqual(
      [...matchByOrder({ saved: ['lstm_3', 'lstm_4', 'dense'], topology })],
      [
        ['lstm_2', 'lstm_3'],
        ['lstm_3', 'lstm_4'],
        ['out', 'dense'],
      ],
    ));

  it('go by name where there are more than the architecture has, and all names fit', () =>
    assert.equal(matchByOrder({ saved: ['x', 'lstm_2', 'lstm_3', 'out'], topology }).get('out'), 'out'));

  it('are refused where neither fits', () =>
    assert.throws(
      () => matchByOrder({ saved: ['a', 'b'], topology }),
      /weights of 2 layers \(a, b\).*has 3 with weights/,
    ));
});
