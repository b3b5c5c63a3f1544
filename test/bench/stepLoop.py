"""PyTorch's side of the backward rows: an LSTM as a step loop that keeps every gate, loss = sum over steps of r(t) . h(t), autograd
for all steps and weights. One pass per line read, answered by {"ms", "loss", "norm"} (norm of dL/dU).

argv: file of float32, sizes T D H. The file holds x [T, D], kernel [D, 4 H], recurrent kernel [H, 4 H], bias [4 H], r [T, H].
"""
import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
T, D, H = map(int, sys.argv[2:5])
data = torch.tensor(np.fromfile(sys.argv[1], dtype=np.float32))
x, W, U, b, r = torch.split(data, [T * D, D * 4 * H, H * 4 * H, 4 * H, T * H])
x, W, U, r = x.view(T, D), W.view(D, 4 * H), U.view(H, 4 * H), r.view(T, H)
parameters = [p.clone().requires_grad_() for p in (W, U, b)]


def run():
    W, U, b = parameters
    for p in parameters:
        p.grad = None
    h, c = torch.zeros(H), torch.zeros(H)
    projected = x @ W + b
    states = []
    for t in range(T):
        i, f, g, o = (projected[t] + h @ U).split(H)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        h.retain_grad()
        c.retain_grad()
        states.append(h)
    loss = (torch.stack(states) * r).sum()
    loss.backward()
    return loss.item(), U.grad.norm().item()


for line in sys.stdin:
    begin = time.perf_counter()
    loss, norm = run()
    print(json.dumps({"ms": (time.perf_counter() - begin) * 1000, "loss": loss, "norm": norm}), flush=True)
