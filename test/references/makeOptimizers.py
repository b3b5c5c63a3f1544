"""Reference steps of optimizers by PyTorch: writes optimizers.json beside this file.

NAdam is computed in float64 by the formula that PyTorch documents and PyTorch 2 follows (mu_product_next = mu_product * mu_next);
1.13, whose numbers differ by 3.4e-5, has mu_product * mu * mu_next there, the last momentum twice. RMSprop is Keras's, with epsilon
under the root, which PyTorch has outside.
"""
import json, math, os
import torch

N, STEPS = 5, 50

def gradient(step, at):
    return math.sin(0.7 * step + at) * (0.5 + 0.3 * at)

def run(make):
    w = torch.tensor([0.5 - 0.2 * at for at in range(N)], dtype=torch.float64, requires_grad=True)
    optimizer = make([w])
    for step in range(1, STEPS + 1):
        w.grad = torch.tensor([gradient(step, at) for at in range(N)], dtype=torch.float64)
        optimizer.step()
    return [float(value) for value in w]

def nadam(lr=0.002, beta1=0.9, beta2=0.999, eps=1e-8, decay=4e-3):
    mu = lambda t: beta1 * (1 - 0.5 * 0.96 ** (t * decay))
    w, m, v, product = [0.5 - 0.2 * at for at in range(N)], [0.0] * N, [0.0] * N, 1.0
    for t in range(1, STEPS + 1):
        product *= mu(t)
        for at in range(N):
            g = gradient(t, at)
            m[at] = beta1 * m[at] + (1 - beta1) * g
            v[at] = beta2 * v[at] + (1 - beta2) * g * g
            m_hat = mu(t + 1) * m[at] / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product)
            w[at] -= lr * m_hat / (math.sqrt(v[at] / (1 - beta2 ** t)) + eps)
    return w

def rmsprop(lr=0.001, rho=0.9, eps=1e-7):
    w, v = [0.5 - 0.2 * at for at in range(N)], [0.0] * N
    for t in range(1, STEPS + 1):
        for at in range(N):
            g = gradient(t, at)
            v[at] = rho * v[at] + (1 - rho) * g * g
            w[at] -= lr * g / math.sqrt(v[at] + eps)
    return w

makers = {
    'Adadelta': lambda p: torch.optim.Adadelta(p, lr=1, rho=0.95, eps=1e-7),
    # Keras adds epsilon to the largest gradient, PyTorch to each: the same to 1e-7 of a step.
    'Adamax': lambda p: torch.optim.Adamax(p, lr=0.001, eps=1e-7),
    'Adam': lambda p: torch.optim.Adam(p, lr=0.001, eps=1e-7),
    'Adagrad': lambda p: torch.optim.Adagrad(p, lr=0.01, initial_accumulator_value=0.1, eps=0),
    'SGD': lambda p: torch.optim.SGD(p, lr=0.1),
}
result = {'Nadam': nadam(), 'RMSprop': rmsprop(), **{name: run(make) for name, make in makers.items()}}
with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), 'optimizers.json'), 'w') as file:
    json.dump(result, file, indent=1)
    file.write('\n')
