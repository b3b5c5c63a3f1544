"""
Trains small models of every form that a lab file can ask for, exports them as .h5, loads each with Keras 2 and with Keras 3,
and compares what they answer with what `lstm-inspector trace` says. Ends with 1 where a model does not load or differs by 1e-5.

  python3 test/references/loadExports.py          after a build; needs TensorFlow (written with 2.21, whose Keras is 3.15)

Keras 2 is the copy of it that TensorFlow carries as tensorflow.python.keras. That copy has lost its Bidirectional, so here two
of its own recurrent layers are run against each other under that name, in Keras's order of weights: forward, backward.
"""
import json, os, subprocess, sys, tempfile
os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'
import keras
import numpy as np
import tensorflow as tf
from tensorflow.python.keras import backend, layers as layers2, models as models2

CLI = os.path.join(os.path.dirname(os.path.abspath(__file__)), '../../dist/cli.js')
TEXTS = ['a very bad film and it was so dull', 'nice']


class Bidirectional(layers2.Layer):
    def __init__(self, layer, merge_mode, **kwargs):
        super().__init__(**kwargs)
        assert merge_mode == 'concat'
        inner = layers2.deserialize(layer)
        self.forward_layer = inner
        self.backward_layer = type(inner).from_config({**inner.get_config(), 'go_backwards': True})

    def build(self, shape):
        for name, each in (('forward', self.forward_layer), ('backward', self.backward_layer)):
            with backend.name_scope(name):
                each.build(shape)
        self.built = True

    @property
    def trainable_weights(self):
        return self.forward_layer.trainable_weights + self.backward_layer.trainable_weights

    def call(self, inputs):
        forward, backward = self.forward_layer.call(inputs), self.backward_layer.call(inputs)
        if self.forward_layer.return_sequences:
            backward = tf.reverse(backward, [1])
        return tf.concat([forward, backward], -1)


def labs():
    """Name and lab file of every form; hard_sigmoid is not among the activations, since the export refuses it."""
    text = {'task': 'next-token', 'tokens': {'level': 'character'},
            'data': {'format': 'text', 'files': [{'path': 'text.txt'}], 'split': {'by': 'last-tenths'}}}
    reviews = {'task': 'classify', 'tokens': {'level': 'word', 'length': 24},
               'data': {'format': 'table', 'files': [{'path': 'reviews.csv'}], 'textColumn': 'text', 'labelColumn': 'label', 'split': {'by': 'stratified'}}}
    for cell in ('lstm', 'gru', 'rnn'):
        for layers in (1, 2):
            for bidirectional in (False, True):
                yield f'{cell}-{layers}{"-both-ways" if bidirectional else ""}', reviews, {'cell': cell, 'layers': layers, 'bidirectional': bidirectional}, 'tanh'
            for form in ('one-hot', 'embedding'):
                yield f'text-{cell}-{layers}-{form}', text, {'cell': cell, 'layers': layers, 'input': form}, 'tanh'
        for activation in ('softmax', 'softplus', 'softsign', 'relu', 'sigmoid', 'linear'):
            yield f'{cell}-{activation}', reviews, {'cell': cell}, activation
    yield 'one-hot', reviews, {'cell': 'lstm', 'input': 'one-hot'}, 'tanh'


def write_data(folder):
    random = np.random.default_rng(1)
    rows = ['text,label']
    for row in range(400):
        words = [*random.choice('the film a story is was very not so and it'.split(), 6),
                 random.choice((['bad', 'dull', 'sad'], ['good', 'nice', 'fun'])[row % 2])]
        rows.append(f'{" ".join(random.permutation(words))} {row},{("against", "for")[row % 2]}')
    open(os.path.join(folder, 'reviews.csv'), 'w').write('\n'.join(rows))
    open(os.path.join(folder, 'text.txt'), 'w').write('\n'.join(rows))


def cli(folder, *args):
    subprocess.run(['node', CLI, *args], cwd=folder, check=True, stdout=subprocess.DEVNULL)


def export(folder, name, form, model, activation):
    """Trains and exports one model; token ids and answers of each text."""
    hyper = {'units': 9, 'embedding_dim': 6, 'epochs': 2, 'batch_size': 8, 'sequence_length': 40, 'learning_rate': 0.01, 'activation': activation}
    json.dump({'name': name, **form, 'model': model, 'hyperparameters': hyper}, open(os.path.join(folder, f'{name}.lstm-lab.json'), 'w'))
    cli(folder, 'train', f'{name}.lstm-lab.json')
    cli(folder, 'export', name, '--out', f'{name}.h5')
    for text in TEXTS:
        cli(folder, 'trace', f'{name}/model.json', '--text', text, '--out', 'trace.json')
        trace = json.load(open(os.path.join(folder, 'trace.json')))
        yield [token['id'] for token in trace['tokens']], np.array(trace['output'])


def difference(model, ids, expected):
    shape = model.input_shape
    inputs = np.eye(shape[-1])[[ids]] if len(shape) == 3 else np.array([ids])
    return np.abs(np.array(model(tf.constant(inputs, tf.float32)))[0] - expected).max()


def main():
    worst = 0
    with tempfile.TemporaryDirectory() as folder:
        write_data(folder)
        for name, form, model, activation in labs():
            answers = list(export(folder, name, form, model, activation))
            file = os.path.join(folder, f'{name}.h5')
            loaded = (models2.load_model(file, custom_objects={'Bidirectional': Bidirectional}, compile=False), keras.models.load_model(file, compile=False))
            differences = [max(difference(each, *answer) for answer in answers) for each in loaded]
            worst = max(worst, *differences)
            print(f'{name:24} Keras 2 {differences[0]:.1e}  Keras {keras.__version__} {differences[1]:.1e}', flush=True)
    print(f'largest difference {worst:.1e}')
    sys.exit(1 if worst >= 1e-5 else 0)


main()
