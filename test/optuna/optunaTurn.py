"""Optuna's side. turn JOURNAL LIST TRIALS: runs trials and writes each that ended to a list of its own.
look JOURNAL: prints all trials and the best, as optuna.load_study sees them."""
import json
import math
import sys

import warnings

import optuna
from optuna.storages import JournalFileStorage, JournalStorage

optuna.logging.set_verbosity(optuna.logging.ERROR)
warnings.simplefilter("ignore")  # JournalStorage says that it is experimental.
what, journal = sys.argv[1], sys.argv[2]
study = optuna.load_study(study_name="turns", storage=JournalStorage(JournalFileStorage(journal)))

if what == "turn":
    for k in range(int(sys.argv[4])):
        trial = study.ask()
        x = trial.suggest_float("x", 1e-4, 1, log=True)
        units = trial.suggest_int("units", 4, 64)
        optimizer = trial.suggest_categorical("optimizer", ["SGD", "Adam"])
        value = (math.log10(x) + 2) ** 2 + ((units - 32) / 16) ** 2 + (0 if optimizer == "Adam" else 0.5)
        trial.report(float("nan") if k == 0 else value + 1, 1)  # A bare NaN in the file.
        trial.set_user_attr("from", "python")
        study.tell(trial, value)
        with open(sys.argv[3], "a") as own:
            own.write(json.dumps({"number": trial.number, "value": value, "parameters": trial.params}) + "\n")
else:
    trials = [{"number": t.number, "state": t.state.name.lower(), "value": t.value, "parameters": t.params} for t in study.trials]
    best = study.best_trial
    print(json.dumps({"version": optuna.__version__, "trials": trials, "best": {"number": best.number, "value": best.value}}))
