"""Gradients of small PyTorch nets by autograd, in float64: the numbers beside this file.

python3 make.py > torchGradients.json   (torch 1.13 or later; no command of the project needs it)

The recurrence is written out step by step, so that every state and every sum before a gate keeps its gradient, and is checked against
torch.nn's own module. Gates are turned to the project's order (LSTM i f g o as in PyTorch, GRU z r n where PyTorch has r z n).
"""
import json
import sys

import torch

torch.manual_seed(20)
torch.set_default_dtype(torch.float64)
T, D, H, V = 6, 2, 3, 4


def float32(tensor):
    with torch.no_grad():
        tensor.copy_(torch.randn_like(tensor).mul(0.6).float().double())


def turn(cell, weight):
    """Blocks of rows [G H, ...] to the project's order."""
    if cell != 'gru':
        return weight
    r, z, n = weight.chunk(3)
    return torch.cat([z, r, n])


def keep(values, tensor):
    tensor.retain_grad()
    values.append(tensor)
    return tensor


def run(cell, weights, xs, reverse):
    w_ih, w_hh, b_ih, b_hh = weights
    h = torch.zeros(H)
    c = torch.zeros(H)
    kept = {'h': [], 'c': [], 'gates': [], 'x': []}
    order = reversed(range(T)) if reverse else range(T)
    for t in order:
        x = keep(kept['x'], xs[t] * 1)
        if cell == 'lstm':
            a = keep(kept['gates'], w_ih @ x + b_ih + w_hh @ h + b_hh)
            i, f, g, o = a.chunk(4)
            c = keep(kept['c'], torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g))
            h = keep(kept['h'], torch.sigmoid(o) * torch.tanh(c))
        elif cell == 'gru':
            own, inner = w_ih @ x + b_ih, w_hh @ h + b_hh
            sums = torch.cat([own[H:2 * H] + inner[H:2 * H], own[:H] + inner[:H]])
            zr = keep(kept['gates'], sums)
            z, r = torch.sigmoid(zr).chunk(2)
            n = own[2 * H:] + r * inner[2 * H:]
            n.retain_grad()
            kept['gates'][-1] = (zr, n)
            h = keep(kept['h'], z * h + (1 - z) * torch.tanh(n))
        else:
            a = keep(kept['gates'], w_ih @ x + b_ih + w_hh @ h + b_hh)
            h = keep(kept['h'], torch.tanh(a))
    for values in kept.values():
        if reverse:
            values.reverse()
    return kept


def gradient(tensor):
    if isinstance(tensor, tuple):
        return torch.cat([part.grad for part in tensor]).tolist()
    return tensor.grad.tolist()


def make(cell):
    module = {'lstm': torch.nn.LSTM, 'gru': torch.nn.GRU, 'rnn': torch.nn.RNN}[cell](D, H, num_layers=2, bidirectional=True)
    head = torch.nn.Linear(2 * H, V)
    for parameter in [*module.parameters(), *head.parameters()]:
        float32(parameter)
    x = torch.randn(T, D).float().double().requires_grad_()
    rows = list(x)
    layers = []
    for layer in range(2):
        outputs = []
        for suffix in ['', '_reverse']:
            weights = [getattr(module, f'{name}_l{layer}{suffix}') for name in ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh']]
            kept = run(cell, weights, rows, suffix != '')
            outputs.append(kept['h'])
            layers.append((weights, kept))
        rows = [torch.cat(both) for both in zip(*outputs)]
    assert torch.allclose(torch.stack(rows), module(x.unsqueeze(1))[0].squeeze(1)), cell
    targets = [1, 3, 0, 2, 2, 1]
    loss = torch.nn.functional.cross_entropy(head(torch.stack(rows)), torch.tensor(targets), reduction='sum')
    loss.backward()
    return {
        'cell': cell, 'T': T, 'D': D, 'H': H, 'V': V, 'x': x.tolist(), 'targets': targets, 'loss': loss.item(),
        'head': {'kernel': head.weight.t().tolist(), 'bias': head.bias.tolist()},
        'layers': [describe(cell, weights, kept) for weights, kept in layers],
    }


def describe(cell, weights, kept):
    w_ih, w_hh, b_ih, b_hh = [turn(cell, weight) for weight in weights]
    found = {'dLdh': kept['h'], 'dLdx': kept['x'], 'dLdGates': kept['gates']}
    if cell == 'lstm':
        found['dLdc'] = kept['c']
    return {
        'kernel': w_ih.t().tolist(), 'recurrentKernel': w_hh.t().tolist(), 'bias': b_ih.tolist(), 'recurrentBias': b_hh.tolist(),
        **{name: [gradient(value) for value in values] for name, values in found.items()},
    }


def rounded(value):
    if isinstance(value, list):
        return [rounded(item) for item in value]
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    return float(f'{value:.12g}') if isinstance(value, float) else value


json.dump([rounded(make(cell)) for cell in ['lstm', 'gru', 'rnn']], sys.stdout, separators=(',', ':'))
