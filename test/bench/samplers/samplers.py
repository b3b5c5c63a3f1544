"""Optuna's TPE on the functions of testFunctions.ts: prints {function: [regret of each seed]} after so many trials."""
import json
import math
import sys

import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)

WEIGHTS = [1, 1.2, 3, 3.2]
WIDTHS = [[10, 3, 17, 3.5, 1.7, 8], [0.05, 10, 17, 0.1, 8, 14], [3, 3.5, 1.7, 10, 17, 8], [17, 8, 0.05, 10, 0.1, 14]]
CENTRES = [
    [0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886],
    [0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991],
    [0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.665],
    [0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381],
]
OPTIMIZERS = {"SGD": (-1, 0.15), "RMSprop": (-3.5, 0.1), "Adam": (-3, 0), "Nadam": (-2.5, 0.05)}


def branin(trial):
    a, b = trial.suggest_float("x0", -5, 10), trial.suggest_float("x1", 0, 15)
    curve = b - 5.1 / (4 * math.pi**2) * a * a + 5 / math.pi * a - 6
    return curve**2 + 10 * (1 - 1 / (8 * math.pi)) * math.cos(a) + 10 - 0.39788735772973816


def hartmann6(trial):
    x = [trial.suggest_float(f"x{k}", 0, 1) for k in range(6)]
    total = sum(w * math.exp(-sum(a * (v - c) ** 2 for a, v, c in zip(width, x, centre))) for w, width, centre in zip(WEIGHTS, WIDTHS, CENTRES))
    return 3.322368011391339 - total


def mixed(trial):
    rate = trial.suggest_float("rate", 1e-5, 1, log=True)
    units = trial.suggest_int("units", 4, 256, log=True)
    dropout = trial.suggest_float("dropout", 0, 0.9, step=0.1)
    best, offset = OPTIMIZERS[trial.suggest_categorical("optimizer", list(OPTIMIZERS))]
    return (math.log10(rate) - best) ** 2 + (math.log2(units) - 6) ** 2 / 4 + 4 * (dropout - 0.3) ** 2 + offset


def regret(function, seed, trials):
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed))
    study.optimize(function, n_trials=trials)
    return study.best_value


seeds, trials = int(sys.argv[1]), int(sys.argv[2])
functions = {"branin": branin, "hartmann6": hartmann6, "mixed": mixed}
regrets = {name: [regret(function, seed, trials) for seed in range(1, seeds + 1)] for name, function in functions.items()}
print(json.dumps({"version": optuna.__version__, "regrets": regrets}))
