"""An Airflow of the tests' own: an empty home with a database, and the DAG with the settings of one test."""

import inspect
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
DAG_FILE = PROJECT / "job/airflow/dags/googlenet_retrain.py"

# Before the first import of Airflow, which reads its settings then.
HOME = Path(os.environ.get("GOOGLENET_TEST_HOME") or tempfile.mkdtemp(prefix="googlenet-airflow-"))
DAGS = HOME / "dags"
DAGS.mkdir(exist_ok=True)
FAKE = HOME / "spark-submit"
FAKE.write_text(f"#!{sys.executable} -IS\n" + Path(__file__).with_name("fake_spark_submit.py").read_text())
FAKE.chmod(0o755)
os.environ.update(
    GOOGLENET_TEST_HOME=str(HOME),
    AIRFLOW_HOME=str(HOME),
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN=f"sqlite:///{HOME}/airflow.db",
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    AIRFLOW_CONN_SPARK_DEFAULT='{"conn_type": "spark", "host": "local[1]"}',
)


@pytest.fixture(scope="session", autouse=True)
def airflow_home():
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True, stdout=subprocess.DEVNULL)
    yield HOME
    shutil.rmtree(HOME, ignore_errors=True)


def load_dag(settings: dict):
    """The DAG as Airflow sees it, with these settings beside it."""
    shutil.copy(DAG_FILE, DAGS)
    (DAGS / "googlenet_retrain.json").write_text(json.dumps(settings))
    return dag_as_it_is()


def dag_as_it_is():
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:  # Airflow 2
        from airflow.models.dagbag import DagBag
    bag = DagBag(str(DAGS))
    for error in bag.import_errors.values():
        raise ImportError(error)
    return bag.dags["googlenet_retrain"]


def run_dag(dag, params: dict, date=None):
    """Runs the DAG to its end in this process. The same date gives the same DAG run again."""
    # Airflow 3 names the run by the second of the first two; 2 has the last.
    names = {"logical_date", "run_after", "execution_date"} & inspect.signature(dag.test).parameters.keys()
    return Ended(dag.test(run_conf=params, **({} if date is None else dict.fromkeys(names, date))))


class Ended:
    """A DAG run that has come to its end."""

    def __init__(self, run) -> None:
        self.run_id = run.run_id
        self.dag_id = run.dag_id
        self.state = str(run.state)
        instances = {ti.task_id: ti for ti in run.get_task_instances()}
        self.states = {task: str(ti.state) for task, ti in instances.items()}
        self.tries = {task: ti.try_number for task, ti in instances.items()}

    def figures(self, task: str):
        from airflow.utils.session import create_session

        try:
            from airflow.models.xcom import XComModel as XCom
        except ImportError:  # Airflow 2
            from airflow.models.xcom import XCom
        with create_session() as session:
            value = session.query(XCom.value).filter_by(run_id=self.run_id, task_id=task, key="figures").scalar()
        return json.loads(value) if isinstance(value, (str, bytes)) else value


class FakeRetraining:
    """The DAG on a fake spark-submit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = {
            "spark_binary": str(FAKE),
            "retries": 2,
            "retry_minutes": 0.005,
            "params": {
                "recipe": "/recipes/sample.yaml",
                "train": "/sets/train",
                "validation": "/sets/validation",
                "output": str(folder / "runs"),
                "models": "/models",
                "minimum_top1": 50,
                "jar": "/jars/googlenet-spark.jar",
            },
        }

    def plan(self, **ends) -> None:
        (self.folder / "plan.json").write_text(json.dumps(ends))

    def run(self, date=None, **params) -> Ended:
        return run_dag(load_dag(self.settings), params, date)

    def calls(self) -> list[dict]:
        return [json.loads(line) for line in (self.folder / "calls.jsonl").read_text().splitlines()]

    def commands(self) -> list[str]:
        return [call["command"] for call in self.calls()]

    def call(self, command: str) -> dict:
        return next(call for call in self.calls() if call["command"] == command)


@pytest.fixture
def retraining(tmp_path, monkeypatch):
    monkeypatch.setenv("FAKE_SPARK_SUBMIT", str(tmp_path))
    return FakeRetraining(tmp_path)
