"""PyTorch's side of the training rows: one Adam step per line read, answered by {"ms", "loss"}.

argv: kind (classify | characters), file of float32 weights and int32 ids, sizes V E H C B T. The file holds, in this order, the embedding
[V, E] (classify), kernel [E or V, 4 H], recurrent kernel [H, 4 H], bias [4 H], head [H, C], its bias [C], then ids [B, T] and
targets ([B] or [B, T]) as int32.
"""
import json
import sys
import time

import numpy as np
import torch

torch.set_num_threads(1)
kind, path = sys.argv[1], sys.argv[2]
V, E, H, C, B, T = map(int, sys.argv[3:9])
data = np.fromfile(path, dtype=np.float32)
at = 0


def take(*shape):
    global at
    size = int(np.prod(shape))
    block = data[at : at + size].reshape(shape)
    at += size
    return block


D = E if kind == "classify" else V
table = torch.tensor(take(V, E)) if kind == "classify" else torch.eye(V)
lstm = torch.nn.LSTM(D, H, batch_first=True)
head = torch.nn.Linear(H, C)
with torch.no_grad():
    lstm.weight_ih_l0.copy_(torch.tensor(take(D, 4 * H).T.copy()))
    lstm.weight_hh_l0.copy_(torch.tensor(take(H, 4 * H).T.copy()))
    lstm.bias_ih_l0.copy_(torch.tensor(take(4 * H)))
    lstm.bias_hh_l0.zero_()
    head.weight.copy_(torch.tensor(take(H, C).T.copy()))
    head.bias.copy_(torch.tensor(take(C)))
ids = torch.tensor(take(B, T).view(np.int32).astype(np.int64))
targets = torch.tensor((take(B) if kind == "classify" else take(B, T)).view(np.int32).astype(np.int64))
lstm.bias_hh_l0.requires_grad_(False)
embedding = torch.nn.Parameter(table, requires_grad=kind == "classify")
parameters = [p for p in [embedding, *lstm.parameters(), *head.parameters()] if p.requires_grad]
optimizer = torch.optim.Adam(parameters, lr=1e-3, eps=1e-7)


def step():
    optimizer.zero_grad()
    h, _ = lstm(torch.nn.functional.embedding(ids, embedding))
    logits = head(h[:, -1]) if kind == "classify" else head(h).reshape(B * T, C)
    loss = torch.nn.functional.cross_entropy(logits, targets.reshape(-1))
    loss.backward()
    optimizer.step()
    return loss.item()


for line in sys.stdin:
    begin = time.perf_counter()
    loss = step()
    print(json.dumps({"ms": (time.perf_counter() - begin) * 1000, "loss": loss}), flush=True)
