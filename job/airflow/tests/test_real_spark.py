"""The whole chain by a real spark-submit on local[1], with the project's jar and its sample data."""

import json
import os
import signal
import sys
import threading
import time
from contextlib import suppress
from datetime import datetime, timezone
from pathlib import Path

import psutil
import pytest
from conftest import PROJECT, load_dag, run_dag

pytestmark = pytest.mark.skipif("SPARK_SUBMIT" not in os.environ, reason="SPARK_SUBMIT names no spark-submit")

RECIPE = """
model: {classes: 10, side: 65, initialisation: he, bias: 0, dropout: [0.4, 0.7]}
data: {train: none, validation: none}
input: {augmentation: none}
training: {batch: 8, rounds: 8, seed: 1}
learningRate: {schedule: polynomial, base: 0.01, power: 1, warmUp: 0}
averaging: {workers: 1, localSteps: 2}
checkpoint: {every: 2, keepLast: 3, keepBest: 1, lease: 10s}
evaluation: {every: 1000}
"""


class RealRetraining:
    """The DAG on a real spark-submit, and what it leaves in storage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs = folder / "runs"
        (folder / "recipe.yaml").write_text(RECIPE)
        sample = PROJECT / "data/sample"
        self.settings = {
            "spark_binary": os.environ["SPARK_SUBMIT"],
            "retries": 2,
            "retry_minutes": 0.02,
            "params": {
                "recipe": str(folder / "recipe.yaml"),
                "train": str(sample / "train"),
                "validation": str(sample / "validation"),
                "output": str(self.runs),
                "models": str(folder / "models"),
                "minimum_top1": 0,
                "jar": str(next((PROJECT / "target").glob("googlenet-spark-*.jar"))),
                "properties_file": str(PROJECT / "conf/spark/local.conf"),
                "spark_conf": {"spark.task.cpus": 1, "spark.driver.memory": "2g"},
            },
        }

    def run(self, date=None, **params):
        return run_dag(load_dag(self.settings), params, date)

    def champions(self) -> list[dict]:
        return [json.loads(file.read_text()) for file in sorted((self.folder / "models/champion").glob("[0-9][0-9][0-9][0-9].json"))]


def files(run: Path, pattern: str) -> list[str]:
    return sorted(file.stem for file in run.glob(pattern))


def term(run: Path, number: int) -> dict:
    return json.loads((run / f"terms/{number:04d}.json").read_text())


def wait_for(what, name: str):
    """Waits until a function yields something, and gives it."""
    deadline = time.monotonic() + 600
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(0.05)
    raise TimeoutError(f"{name}: not there after 10 minutes")


def wait_for_checkpoint(runs: Path, checkpoint: str) -> Path:
    """Waits until a run has it, and gives the run's folder."""
    manifest = wait_for(lambda: next(runs.glob(f"*/checkpoints/{checkpoint}.json"), None), f"{runs}: {checkpoint}")
    return manifest.parents[1]


def end_group(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def driver_under(process: psutil.Process) -> psutil.Process:
    return next(child for child in process.children(recursive=True) if "org.googlenet.app.Main" in child.cmdline())


@pytest.fixture(scope="module")
def first(airflow_home, tmp_path_factory):
    """A first retraining, whose driver is killed in the middle of the training."""
    retraining = RealRetraining(tmp_path_factory.mktemp("chain"))

    def kill():
        wait_for_checkpoint(retraining.runs, "000002-0001")
        driver_under(psutil.Process()).kill()

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    retraining.ended = retraining.run()
    killer.join(1)
    return retraining


def test_the_chain_comes_to_a_promotion(first):
    assert first.ended.state == "success"
    assert set(first.ended.states.values()) == {"success"}
    assert len(first.champions()) == 1
    assert first.ended.figures("gate") is not None
    assert 0 < first.ended.figures("evaluate")["top1"] < 1


def test_a_killed_training_goes_on_where_it_was(first):
    run = next(first.runs.iterdir())
    assert first.ended.tries["train"] == 2
    assert term(run, 2)["from"] >= "000002-0001"
    assert first.champions()[0]["version"] == f"{run.name}-000008-0002"


def test_clean_up_leaves_the_newest_and_the_best(first):
    run = next(first.runs.iterdir())
    assert files(run, "checkpoints/*.json") == ["000008-0002"]


def test_a_challenger_that_is_no_better_is_not_promoted(first):
    ended = first.run(start="champion", set=["training.rounds=1", "learningRate.base=0.000001"])
    assert ended.state == "success"
    assert ended.states["train"] == "success"
    assert (ended.states["gate"], ended.states["promote"]) == ("skipped", "skipped")
    assert ended.states["clean_up"] == "success"
    assert len(first.champions()) == 1


def test_a_driver_that_outlives_its_task_and_the_next_try_never_both_train(airflow_home, tmp_path, request):
    """The task's process dies by kill -9, its driver lives on. It is held still until the next try waits for it."""
    retraining = RealRetraining(tmp_path)
    retraining.settings["params"]["set"] = ["checkpoint.lease=10m"]
    load_dag(retraining.settings)
    date = datetime(2026, 3, 1, tzinfo=timezone.utc)
    program = f"import conftest, datetime; conftest.run_dag(conftest.dag_as_it_is(), {{}}, {date!r})"
    # In a group of its own, so that whatever becomes of the test nothing of it lives on.
    with (tmp_path / "first.log").open("w") as log:
        task = psutil.Popen(
            [sys.executable, "-c", program], cwd=Path(__file__).parent, stdout=log, stderr=log, start_new_session=True
        )
    request.addfinalizer(lambda: end_group(task.pid))
    run = wait_for_checkpoint(retraining.runs, "000002-0001")
    orphan = driver_under(task)
    orphan.suspend()
    task.kill()
    task.wait()
    killed = time.time()

    def let_it_go_on():
        wait_for(
            lambda: any(file.stat().st_mtime > killed for file in run.glob("outcomes/train-*.json")), "a second try"
        )
        time.sleep(15)
        orphan.resume()

    threading.Thread(target=let_it_go_on, daemon=True).start()
    ended = retraining.run(date)

    assert ended.state == "success"
    assert not orphan.is_running()
    assert list(retraining.runs.iterdir()) == [run]
    assert term(run, 1)["ended"]
    assert term(run, 2)["from"] == "000008-0001"
    assert files(run, "metrics/*.jsonl") == [f"{round:06d}-0001" for round in (2, 4, 6, 8)]
    assert retraining.champions()[0]["version"] == f"{run.name}-000008-0001"
