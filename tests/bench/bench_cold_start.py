"""Measure the cold start of each function against a naive handler: CPU time from the import to the first response.

Each start is a fresh interpreter with valid .pyc files, as in the deployed layer; AWS services respond on loopback.
Both handlers start alternately, because the machine is noisy, and the ratio of their medians is reported.
"""

import compileall
import json
import os
import py_compile
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Figure, median
from tests.bench.first_events import first_events
from tests.bench.loopback import served
from tests.support.progress import with_progress
from tests.support.stage import ENVIRONMENT, on_stage

NAME = "cold-start"
ROUNDS = 9
BUDGETS = {"track_events": 0.40, "profiles": 0.55, "project_profiles": 0.45}
ROOT = Path(__file__).parents[2]
PROBE = Path(__file__).with_name("cold_start_probe.py")
NAIVE = "naive"

Times = dict[str, list[dict[str, float]]]


def run() -> list[Figure]:
    """Measure the functions with a budget, then the others."""
    with staged() as (endpoint, directory, names):
        times: Times = {name: [] for name in (NAIVE, *names)}
        for name in times:
            _start(name, endpoint, directory)  # the first start writes the .pyc files of the libraries
        for _ in with_progress(range(ROUNDS), "cold starts"):
            for name, runs in times.items():
                runs.append(_start(name, endpoint, directory))
    return [_figure(name, times) for name in sorted(names, key=lambda name: (name not in BUDGETS, name))]


def _figure(name: str, times: Times) -> Figure:
    cpu, wall, naive = _median(times, name, "cpu"), _median(times, name, "wall"), _median(times, NAIVE, "cpu")
    unit = f"of naive CPU ({cpu * 1000:.0f} of {naive * 1000:.0f} ms; wall {wall * 1000:.0f} ms)"
    return Figure(bench=NAME, name=name, value=cpu / naive, unit=unit, budget=BUDGETS.get(name))


def _median(times: Times, name: str, clock: str) -> float:
    return median(run[clock] for run in times[name])


@contextmanager
def staged() -> Iterator[tuple[str, Path, list[str]]]:
    """Yield the endpoint, the directory with the deployed form of each function and its first event, and the functions'
    names.
    """
    with (
        on_stage() as stage,
        served(stage.store) as endpoint,
        tempfile.TemporaryDirectory() as temporary,
    ):
        directory = Path(temporary)
        events = first_events(stage)
        tracked = events["track_events"]
        as_json = tracked | {"headers": tracked["headers"] | {"content-type": "application/json"}}
        for name, event in {**events, NAIVE: as_json}.items():
            (directory / f"{name}.json").write_text(json.dumps(event))
        _deploy(directory)
        yield endpoint, directory, list(events)


def _deploy(directory: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "layers/shared/crm", directory / "layer/crm", ignore=ignored)
    shutil.copytree(ROOT / "functions", directory / "functions", ignore=ignored)
    (directory / "layer/tests/bench").mkdir(parents=True)
    for name in ("naive_handler.py", "naive_models.py"):
        shutil.copy(Path(__file__).with_name(name), directory / "layer/tests/bench" / name)
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compileall.compile_dir(directory, quiet=1, invalidation_mode=mode)


def _start(name: str, endpoint: str, directory: Path) -> dict[str, float]:
    module = "tests.bench.naive_handler" if name == NAIVE else "app"
    task = directory / "layer" if name == NAIVE else directory / "functions" / name
    environment = ENVIRONMENT | {
        "AWS_ENDPOINT_URL": endpoint,
        "HOME": str(directory),
        "PATH": os.environ["PATH"],
        "PYTHONPATH": f"{directory / 'layer'}:{task}",
        "LAMBDA_TASK_ROOT": str(task),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=0",
    }
    environment.pop("POWERTOOLS_TRACE_DISABLED")
    command = [sys.executable, str(PROBE), module, str(directory / f"{name}.json")]
    done = subprocess.run(command, env=environment, cwd=task, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise RuntimeError(f"{name} did not start:\n{done.stdout}\n{done.stderr}")
    times: dict[str, float] = json.loads(done.stderr.splitlines()[-1])
    return times
