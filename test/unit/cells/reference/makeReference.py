"""Writes cells.json: small recurrent layers with random weights and every gate and state, computed with PyTorch in float64.

Each case is a step loop over our own weight layout (blocks i f g o, z r n). Where torch.nn has the same layer, the loop is
first held against it. Run it with any Python 3 that has torch: python3 makeReference.py. Made with torch 1.13.1.
"""

import json
import os
import torch

torch.set_default_dtype(torch.float64)
T, D, H = 12, 3, 5

ACTIVATIONS = {
    'tanh': torch.tanh,
    'sigmoid': torch.sigmoid,
    'relu': torch.relu,
    'hard_sigmoid': lambda x: torch.clamp(0.2 * x + 0.5, 0, 1),
    'hard_sigmoid_keras3': lambda x: torch.clamp(x / 6 + 0.5, 0, 1),
    'softsign': torch.nn.functional.softsign,
    'softplus': torch.nn.functional.softplus,
    'linear': lambda x: x,
    'softmax': lambda x: torch.softmax(x, -1),
}


def run(cell, x, w):
    """Every field of one layer over x [T, D] in the order in which it is read."""
    act, rec = ACTIVATIONS[w.get('activation', 'tanh')], ACTIVATIONS[w.get('recurrentActivation', 'sigmoid')]
    units = w['bias'].shape[0] // {'lstm': 4, 'gru': 3, 'rnn': 1}[cell]
    h = torch.zeros(w['recurrentKernel'].shape[0])
    c = torch.zeros(units)
    out = []
    for x_t in x:
        a = x_t @ w['kernel'] + w['bias']
        if cell == 'lstm':
            a_i, a_f, a_g, a_o = (a + h @ w['recurrentKernel']).split(units)
            p_i, p_f, p_o = w['peepholes'].split(units) if 'peepholes' in w else (0, 0, 0)
            i, f, g = rec(a_i + p_i * c), rec(a_f + p_f * c), act(a_g)
            c = f * c + i * g
            o = rec(a_o + p_o * c)
            h = o * act(c)
            if 'projection' in w:
                h = h @ w['projection']
            out.append({'i': i, 'f': f, 'g': g, 'o': o, 'c': c, 'h': h})
        elif cell == 'gru':
            u_z, u_r, u_n = w['recurrentKernel'].split(units, 1)
            b = w['recurrentBias'].split(units) if 'recurrentBias' in w else (0, 0, 0)
            a_z, a_r, a_n = a.split(units)
            z, r = rec(a_z + h @ u_z + b[0]), rec(a_r + h @ u_r + b[1])
            n = act(a_n + r * (h @ u_n + b[2])) if w.get('resetAfter') else act(a_n + (r * h) @ u_n)
            h = z * h + (1 - z) * n
            out.append({'z': z, 'r': r, 'n': n, 'h': h})
        else:
            h = act(a + h @ w['recurrentKernel'])
            out.append({'h': h})
    return {key: torch.stack([step[key] for step in out]) for key in out[0]}


def weights(cell, inputs=D, units=H, **more):
    gates = {'lstm': 4, 'gru': 3, 'rnn': 1}[cell]
    width = more.pop('projected', units)
    w = {
        'kernel': torch.randn(inputs, gates * units) * 0.7,
        'recurrentKernel': torch.randn(width, gates * units) * 0.7,
        'bias': torch.randn(gates * units) * 0.5,
        **more,
    }
    if more.get('resetAfter'):
        w['recurrentBias'] = torch.randn(3 * units) * 0.5
    if width != units:
        w['projection'] = torch.randn(units, width) * 0.7
    return w


def check_with_torch(cell, x, w, h):
    """torch.nn's own layer with the same weights gives the same h (GRU blocks r z n there)."""
    if 'peepholes' in w or (cell == 'gru' and not w.get('resetAfter')):
        return
    if (w.get('activation', 'tanh'), w.get('recurrentActivation', 'sigmoid')) not in (('tanh', 'sigmoid'), ('relu', 'sigmoid')):
        return
    if cell != 'rnn' and w.get('activation', 'tanh') != 'tanh':
        return
    units = w['bias'].shape[0] // {'lstm': 4, 'gru': 3, 'rnn': 1}[cell]
    more = {'proj_size': w['recurrentKernel'].shape[0]} if 'projection' in w else {}
    if cell == 'rnn':
        more['nonlinearity'] = w.get('activation', 'tanh')
    layer = {'lstm': torch.nn.LSTM, 'gru': torch.nn.GRU, 'rnn': torch.nn.RNN}[cell](x.shape[1], units, **more)

    def ordered(m):
        blocks = m.T.split(units) if m.dim() == 2 else m.split(units)
        return torch.cat([blocks[k] for k in ((1, 0, 2) if cell == 'gru' else range(len(blocks)))])

    with torch.no_grad():
        layer.weight_ih_l0.copy_(ordered(w['kernel']))
        layer.weight_hh_l0.copy_(ordered(w['recurrentKernel']))
        layer.bias_ih_l0.copy_(ordered(w['bias']))
        layer.bias_hh_l0.copy_(ordered(w['recurrentBias']) if 'recurrentBias' in w else torch.zeros_like(w['bias']))
        if 'projection' in w:
            layer.weight_hr_l0.copy_(w['projection'].T)
        assert (layer(x)[0] - h).abs().max() < 1e-12


def plain(value):
    return [float('%.9g' % v) for v in value.flatten().tolist()] if torch.is_tensor(value) else value


def main():
    torch.manual_seed(11)
    kinds = {
        'lstm': ('lstm', {}),
        'lstm, hard_sigmoid': ('lstm', {'recurrentActivation': 'hard_sigmoid'}),
        'lstm, hard_sigmoid_keras3, relu': ('lstm', {'recurrentActivation': 'hard_sigmoid_keras3', 'activation': 'relu'}),
        'lstm, softsign, softmax': ('lstm', {'recurrentActivation': 'softmax', 'activation': 'softsign'}),
        'lstm, peepholes': ('lstm', {'peepholes': torch.randn(3 * H)}),
        'lstm, projection': ('lstm', {'projected': 2}),
        'gru': ('gru', {'resetAfter': True}),
        'gru, reset before': ('gru', {}),
        'gru, reset before, hard_sigmoid': ('gru', {'recurrentActivation': 'hard_sigmoid'}),
        'rnn': ('rnn', {}),
        'rnn, relu': ('rnn', {'activation': 'relu'}),
        'rnn, softplus': ('rnn', {'activation': 'softplus'}),
    }
    cases = []
    for name, (cell, more) in kinds.items():
        x = torch.randn(T, D)
        forward, backward = weights(cell, **dict(more)), weights(cell, **dict(more))
        f, b = run(cell, x, forward), run(cell, x.flip(0), backward)
        check_with_torch(cell, x, forward, f['h'])
        b = {key: value.flip(0) for key, value in b.items()}
        merged = {'concat': torch.cat([f['h'], b['h']], 1), 'sum': f['h'] + b['h'], 'mul': f['h'] * b['h'], 'ave': (f['h'] + b['h']) / 2}
        cases.append({
            'name': name, 'cell': cell, 'input': plain(x),
            'weights': {'forward': {k: plain(v) for k, v in forward.items()}, 'backward': {k: plain(v) for k, v in backward.items()}},
            'fields': {'forward': {k: plain(v) for k, v in f.items()}, 'backward': {k: plain(v) for k, v in b.items()}},
            'merged': {mode: plain(value) for mode, value in merged.items()},
        })
    folder = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(folder, 'cells.json'), 'w') as file:
        file.write('{"steps": %d, "inputWidth": %d, "units": %d, "cases": [\n' % (T, D, H))
        file.write(',\n'.join(json.dumps(case, separators=(',', ':')) for case in cases))
        file.write('\n]}\n')


main()
