"""The DAG as a file: it loads without a complaint, and its params become the commands that they say."""

import importlib.util
import os
import re
import subprocess
import sys

import pytest
from conftest import DAG_FILE, load_dag


def test_the_dag_loads_without_a_deprecation_warning(airflow_home):
    """What the libraries under it warn of among themselves does not count."""
    program = f"import runpy; runpy.run_path({str(DAG_FILE)!r})"
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", program], capture_output=True, text=True, check=True, env=os.environ
    )
    assert [line for line in done.stderr.splitlines() if "googlenet_retrain" in line] == []


def test_without_settings_the_dag_has_no_schedule_and_asks_for_what_it_must_know():
    dag = load_dag({})
    assert dag.max_active_runs == 1
    with pytest.raises(Exception, match="recipe"):
        dag.params.validate()


def test_settings_that_are_unknown_are_named():
    with pytest.raises(ImportError, match=r"'scedule', 'params.recpe': unknown"):
        load_dag({"scedule": "@weekly", "params": {"recpe": "/r.yaml"}})


def test_a_schedule_runs_with_the_settings_params(retraining):
    dag = load_dag({**retraining.settings, "schedule": "@weekly"})
    dag.params.validate()
    assert dag.params["start"] == "fresh"
    assert dag.params["lease_wait"] == "1440m"


@pytest.mark.parametrize(
    "params",
    [
        {"recipe": "runs/relative.yaml"},
        {"start": "middle"},
        {"keep_last": 0},
        {"set": ["--restart"]},
        {"minimum_top1": 101},
    ],
)
def test_params_that_make_no_sense_are_refused(retraining, params):
    dag = load_dag({**retraining.settings, "params": {**retraining.settings["params"], **params}})
    with pytest.raises(Exception, match=next(iter(params))):
        dag.params.validate()


def test_params_become_commands(retraining):
    retraining.run(
        start="champion",
        set=["training.epochs=5"],
        margin=0.5,
        significance=0.01,
        minimum_top1=60,
        keep_last=2,
        keep_best=0,
        lease_wait="30m",
        spark_conf={"spark.task.cpus": 4},
        jars="/s3a.jar",
        properties_file="/standalone.conf",
    )
    runs = retraining.settings["params"]["output"]
    run = next(word for word in retraining.call("train")["job"] if word.startswith("manual__"))
    keys = [
        "training.epochs=5",
        "data.train=/sets/train",
        "data.validation=/sets/validation",
        f"output={runs}",
        "models=/models",
    ]
    recipe_keys = [word for key in keys for word in ("--set", key)]

    def job(command, task):
        return [*command, "--outcome", f"{runs}/{run}/outcomes/{task}-1.json"]

    recipe = "/recipes/sample.yaml"
    data = ["--data", "/sets/validation"]
    models = ["--models", "/models"]
    assert [call["job"] for call in retraining.calls()] == [
        job(["validate", "--recipe", recipe, *recipe_keys, "--format", "json"], "validate"),
        job(["train", recipe, "--run", run, *recipe_keys, "--lease-wait", "30m", "--from-champion"], "train"),
        job(["evaluate", f"{runs}/{run}", *data, "--format", "json"], "evaluate"),
        job(
            ["gate", f"{runs}/{run}", *models, *data, "--minimum-top1", "60", "--margin", "0.5"]
            + ["--significance", "0.01", "--format", "json"],
            "gate",
        ),
        job(["promote", f"{runs}/{run}", *models, "--gated", "--format", "json"], "promote"),
        job(
            ["checkpoints", "prune", f"{runs}/{run}", "--keep-last", "2", "--keep-best", "0", "--format", "json"],
            "clean_up",
        ),
    ]
    spark = retraining.call("train")["spark"]
    assert spark[:2] == ["--master", "local[1]"]
    assert "spark.task.cpus=4" in spark
    assert spark[spark.index("--class") + 1] == "org.googlenet.app.Main"
    assert spark[spark.index("--jars") + 1] == "/s3a.jar"
    assert spark[spark.index("--properties-file") + 1] == "/standalone.conf"


# --- Names of runs ---


@pytest.fixture(scope="module")
def retrain():
    spec = importlib.util.spec_from_file_location("googlenet_retrain", DAG_FILE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "run_id",
    ["scheduled__2026-11-01T00:00:00+00:00", "manual__2026-11-26T17:00:00.123456+00:00_Zq1", "../../x", "-", "é" * 300],
)
def test_a_run_name_is_a_run_id_of_the_job(retrain, run_id):
    name = retrain.run_name("googlenet_retrain", run_id)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}", name)
    assert name == retrain.run_name("googlenet_retrain", run_id)


def test_run_names_tell_apart_what_looks_alike(retrain):
    ids = [("a", "x+1"), ("a", "x:1"), ("b", "x+1"), ("a", "x-1")]
    assert len({retrain.run_name(*each) for each in ids}) == 4


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Cannot execute: spark-submit x. Error code is: 143.", 143),
        ("Cannot execute: spark-submit x. Error code is: -9.", 137),
        ("Cannot execute: x. Error code is: 0. Kubernetes spark exit code is: 6", 6),
        ("Cannot execute: x. Error code is: 1.\nLast spark-submit output:\nError code is: 6.", 1),
        ("Driver driver-2026 exited with status FAILED", None),
    ],
)
def test_exit_codes_are_found_in_what_the_operator_says(retrain, message, code):
    assert retrain.exit_code_in(message) == code
