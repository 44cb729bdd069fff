"""Retrains GoogLeNet on a schedule: validate, train, evaluate, gate, promote, clean up, each by spark-submit.

Runs on Airflow 2.11 and 3. docs/airflow.md says how to set it up. What belongs to a deployment stands in a JSON file
beside this one, with the same name: see SETTINGS. A copy under another name is another DAG, with settings of its own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
import subprocess
import urllib.request
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.providers.common.compat.sdk import (
    DAG,
    AirflowException,
    AirflowFailException,
    AirflowNotFoundException,
    AirflowSkipException,
    BaseHook,
    ObjectStoragePath,
    Param,
    chain,
)

log = logging.getLogger("airflow.task")

SETTINGS_FILE = Path(__file__).with_suffix(".json")

SETTINGS = {
    "schedule": None,  # as DAG(schedule=...): "@weekly", a cron expression, or null: by hand
    "spark_binary": "spark-submit",  # on the workers; a script of that name must end in 'exec'
    "retries": 3,
    "retry_minutes": 2,
    "train_hours": 24,  # the time-out of a try of the training
    "step_hours": 4,  # and of each other step
    "alert_conn_id": None,  # an HTTP connection whose extra has the "url" that failures are posted to
    "params": {},  # defaults of the DAG's params
}

MEANING = {
    1: "unexpected failure",
    2: "usage, recipe or environment",
    3: "data missing, damaged, or of other classes",
    4: "another driver holds the run",
    5: "the training diverged",
    6: "the gate said no",
    7: "storage unavailable, or no executor",
    129: "hung up",
    130: "interrupted",
    143: "terminated",
}
WORTH_NO_RETRY = {2, 3, 5, 130}
GATE_SAID_NO = 6

# How long a driver that is to end may take to save its state before it is killed.
STOP_SECONDS = 60

# Spark must not start a driver again by itself: that is Airflow's part. And a standalone cluster is asked how a
# driver stands, so spark-submit need not wait for it.
CONF = {"spark.yarn.maxAppAttempts": "1", "spark.standalone.submit.waitAppCompletion": "false"}


def load_settings() -> dict:
    """SETTINGS with what the file beside this one has in place of them."""
    settings = dict(SETTINGS)
    if SETTINGS_FILE.exists():
        given = json.loads(SETTINGS_FILE.read_text())
        unknown = [f"'{key}'" for key in given if key not in SETTINGS]
        unknown += [f"'params.{name}'" for name in given.get("params", {}) if name not in PARAMS]
        if unknown:
            raise ValueError(f"{SETTINGS_FILE}: {', '.join(unknown)}: unknown; see docs/airflow.md for what there is")
        settings.update(given)
    return settings


def run_name(dag_id: str, run_id: str) -> str:
    """The name of a DAG run's training: the same for every try, and a path on any storage.

    The hash tells apart what reads the same without ':' and '+', and the DAGs that share an output.
    """
    readable = re.sub(r"[^A-Za-z0-9._]+", "-", run_id).strip("-.")[:100] or "run"
    return f"{readable}-{hashlib.sha256(f'{dag_id} {run_id}'.encode()).hexdigest()[:8]}"


# --- What each step calls ---


def recipe_keys(params: dict) -> list[str]:
    """The recipe's keys that the params decide; last, so that they win over 'set'."""
    keys = [
        *params["set"],
        f"data.train={params['train']}",
        f"data.validation={params['validation']}",
        f"output={params['output']}",
        f"models={params['models']}",
    ]
    return [word for key in keys for word in ("--set", key)]


def options(params: dict, *names: str) -> list[str]:
    """Params that are options of the command line under the same name."""
    return [word for name in names for word in ("--" + name.replace("_", "-"), str(params[name]))]


def folder_of(params: dict, run: str) -> str:
    return f"{params['output'].rstrip('/')}/{run}"


def validate_command(params: dict, run: str) -> list[str]:
    return ["validate", "--recipe", params["recipe"], *recipe_keys(params), "--format", "json"]


def train_command(params: dict, run: str) -> list[str]:
    start = ["--from-champion"] if params["start"] == "champion" else []
    return [
        *["train", params["recipe"], "--run", run, *recipe_keys(params)],
        *["--lease-wait", params["lease_wait"], *start],
    ]


def evaluate_command(params: dict, run: str) -> list[str]:
    return ["evaluate", folder_of(params, run), "--data", params["validation"], "--format", "json"]


def gate_command(params: dict, run: str) -> list[str]:
    return [
        *["gate", folder_of(params, run), "--models", params["models"], "--data", params["validation"]],
        *options(params, "minimum_top1", "margin", "significance"),
        *["--format", "json"],
    ]


def promote_command(params: dict, run: str) -> list[str]:
    return ["promote", folder_of(params, run), "--models", params["models"], "--gated", "--format", "json"]


def clean_up_command(params: dict, run: str) -> list[str]:
    keep = options(params, "keep_last", "keep_best")
    return ["checkpoints", "prune", folder_of(params, run), *keep, "--format", "json"]


# --- How a step ended ---


class Outcomes:
    """Reads what a command writes to its --outcome: its exit code and figures, wherever its driver ran."""

    def __init__(self, folder: str, step: str, conn_id: str | None) -> None:
        self.folder = folder
        self.step = step
        self.conn_id = conn_id

    def location(self, attempt: int) -> str:
        """One for each try, so that none reads another's."""
        return f"{self.folder}/outcomes/{self.step}-{attempt}.json"

    def path(self, attempt: int):
        url = urlsplit(self.location(attempt))
        if url.scheme in ("", "file"):
            return Path(url.path)
        # Hadoop's name for S3 is not Airflow's.
        scheme = "s3" if url.scheme == "s3a" else url.scheme
        return ObjectStoragePath(url._replace(scheme=scheme).geturl(), conn_id=self.conn_id)

    def unreadable(self) -> str | None:
        """Why this worker cannot read where they are; None if it can."""
        path = self.path(1)
        if not isinstance(path, ObjectStoragePath):
            return None
        try:
            path.fs  # noqa: B018 - finds the provider, and asks no storage yet
        except (ImportError, ValueError) as missing:
            return str(missing)
        return None

    def forget(self, attempt: int) -> None:
        """Deletes what a try of the same name left, of a DAG run that was deleted and made again."""
        with suppress(FileNotFoundError):
            self.path(attempt).unlink()

    def read(self, attempt: int) -> dict:
        """Empty if there is none."""
        try:
            return json.loads(self.path(attempt).read_text())
        except FileNotFoundError:
            return {}


def exit_code_in(message: str) -> int | None:
    """The exit code in spark-submit's operator's exception, which has it as text only."""
    codes = re.findall(r"(?:Error code is|Kubernetes spark exit code is): (-?\d+)", message.split("\nLast spark", 1)[0])
    code = next((int(code) for code in reversed(codes) if int(code) != 0), None)
    # Python says -9 for what the shell calls 137: killed by signal 9.
    return 128 - code if code is not None and code < 0 else code


def ending(outcome: dict, failure: Exception | None, is_cluster_mode: bool) -> tuple[int, str]:
    """Exit code and reason: the job's own word where there is one, and else spark-submit's."""
    if outcome.get("state") == "ended":
        return outcome["code"], outcome.get("reason") or "the lines above say why"
    if failure is not None:
        code = exit_code_in(str(failure))
        return (code, "the lines above say why") if code is not None else (1, str(failure).split("\n", 1)[0])
    if is_cluster_mode:
        return 1, "the driver left no word of how it ended"
    return 0, ""


def scalars(result: dict, prefix: str = "") -> dict:
    """What a result says in single values, flat; not its lists (a thousand classes, say)."""
    flat = {}
    for key, value in result.items():
        if isinstance(value, dict):
            flat.update(scalars(value, f"{prefix}{key}."))
        elif value is not None and not isinstance(value, list):
            flat[prefix + key] = value
    return flat


class GoogLeNetOperator(SparkSubmitOperator):
    """Runs one command of the job by spark-submit, and ends as its exit code says.

    0 is success; 2, 3, 5 and 130 fail the task at once; those in 'skipping' skip it; any other is worth a retry.

    :param command: makes the command's arguments of the DAG's params and the run's name
    :param skipping: exit codes that skip the task, with the reason
    """

    def __init__(self, *, command, skipping: dict[int, str] | None = None, **kwargs) -> None:
        super().__init__(
            application="{{ params.jar }}",
            java_class="org.googlenet.app.Main",
            jars="{{ params.jars or '' }}",
            properties_file="{{ params.properties_file or '' }}",
            **kwargs,
        )
        self.command = command
        self.skipping = skipping or {}
        self.is_reconnected = False

    def execute(self, context) -> None:
        params = context["params"]
        attempt = context["ti"].try_number
        run = run_name(context["dag"].dag_id, context["run_id"])
        outcomes = Outcomes(folder_of(params, run), self.task_id, params["storage_conn_id"])
        self.name = f"googlenet {self.task_id} {run}"
        self.conf = {**CONF, **params["spark_conf"]}
        self._conn_id = params["spark_conn_id"]
        self.application_args = [*self.command(params, run), "--outcome", outcomes.location(attempt)]
        is_cluster_mode = self.connect()
        blind = outcomes.unreadable()
        if blind and is_cluster_mode:
            raise AirflowFailException(
                f"{outcomes.folder}: {blind}, so nobody would learn how a driver in cluster mode ended; "
                "install the provider of that storage (s3a: apache-airflow-providers-amazon[s3fs]) or use client mode"
            )
        if blind:
            self.log.warning("%s: %s; going by spark-submit's exit code, without figures", outcomes.folder, blind)
        else:
            outcomes.forget(attempt)

        failure = self.submit(context)
        outcome = {} if blind else self.outcome(outcomes, attempt)
        code, reason = ending(outcome, failure, is_cluster_mode)

        figures = scalars(outcome.get("result") or {})
        if figures:
            context["ti"].xcom_push(key="figures", value=figures)
            self.log.info("%s: %s", self.task_id, ", ".join(f"{key} {value}" for key, value in figures.items()))
        meaning = MEANING.get(code, "the driver died")
        self.end(code, f"{self.task_id} of {run}: {code}, {meaning}: {reason}")

    def connect(self) -> bool:
        """Finds the cluster, and says whether drivers run on it."""
        try:
            extra = BaseHook.get_connection(self._conn_id).extra_dejson
        except AirflowNotFoundException:
            # Left to itself, spark-submit's hook would go to YARN.
            raise AirflowFailException(
                f"connection '{self._conn_id}': is not there; add one of type spark, or name another as spark_conn_id"
            ) from None
        hook = self._get_hook()
        if hook._is_yarn_cluster_mode:
            # With the resource manager's address a retry finds the driver again; without it spark-submit waits for it.
            self.durable = self._yarn_track_via_rm_api = "yarn_resourcemanager_webapp_address" in extra
            hook = self._get_hook()
        self._hook = hook
        return hook._connection["deploy_mode"] == "cluster"

    def submit(self, context) -> Exception | None:
        """Runs the driver to its end. Yields what spark-submit's operator made of a failure."""
        try:
            super().execute(context)
        except FileNotFoundError as missing:
            raise AirflowFailException(
                f"{missing.filename}: is not on this worker; set spark_binary in {SETTINGS_FILE}"
            ) from None
        except (AirflowException, RuntimeError) as failure:
            return failure
        return None

    # Airflow 3.3 and newer find the driver of an earlier try again, where it ran on the cluster.

    def execute_resumable(self, context):
        self.is_reconnected = True
        return super().execute_resumable(context)

    def submit_job(self, context):
        self.is_reconnected = False
        return super().submit_job(context)

    def outcome(self, outcomes: Outcomes, attempt: int) -> dict:
        """That of this try; of an earlier one where this one went on waiting for its driver."""
        for earlier in range(attempt, 0 if self.is_reconnected else attempt - 1, -1):
            outcome = outcomes.read(earlier)
            if outcome:
                return outcome
        return {}

    def end(self, code: int, message: str) -> None:
        if code == 0:
            return
        if code in self.skipping:
            self.log.info("%s: %s", self.skipping[code], message)
            raise AirflowSkipException(message)
        raise AirflowFailException(message) if code in WORTH_NO_RETRY else AirflowException(message)

    def on_kill(self) -> None:
        """Lets a driver of this worker save its state; Spark's operator would kill it at once."""
        if self._hook is None:
            return
        driver = self._hook._submit_sp
        if driver is not None and driver.poll() is None and self._hook._connection["deploy_mode"] != "cluster":
            driver.terminate()
            with suppress(subprocess.TimeoutExpired):
                driver.wait(STOP_SECONDS)
        super().on_kill()


def alert(context) -> None:
    """Says in one line what failed for good; posts it where the settings name a connection."""
    ti = context["ti"]
    why = str(context.get("exception") or "its process died").split("\n", 1)[0]
    line = f"{ti.dag_id}.{ti.task_id} failed in {ti.run_id}, try {ti.try_number}: {why}"
    log.error(line)
    conn_id = settings["alert_conn_id"]
    if conn_id is None:
        return
    try:
        request = urllib.request.Request(
            BaseHook.get_connection(conn_id).extra_dejson["url"],
            json.dumps({"text": line}).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()
    except Exception as failure:  # whatever it is: the failure that this tells of matters more
        log.warning("%s: the alert could not be posted: %s", conn_id, failure)


# --- Params ---

A_LOCATION = {"type": "string", "pattern": r"^(/|(file|hdfs|s3a):/)[^\s'\"?#]*$"}
MAYBE_TEXT = {"type": ["null", "string"], "pattern": r"^\S+$"}

PARAMS = {
    "recipe": dict(A_LOCATION, description="The recipe."),
    "train": dict(A_LOCATION, description="Data set to train on: data.train of the recipe."),
    "validation": dict(A_LOCATION, description="Data set to judge on: data.validation of the recipe, and the gate's."),
    "output": dict(A_LOCATION, description="Folder of the runs."),
    "models": dict(A_LOCATION, description="Folder of the promoted models."),
    "set": dict(
        default=[],
        type="array",
        items={"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9.]*=.+$"},
        description="Further keys of the recipe, a line each: training.epochs=5",
    ),
    "start": dict(
        default="fresh",
        enum=["fresh", "champion"],
        description="Begin as the recipe says, or with the champion's parameters.",
    ),
    "minimum_top1": dict(
        type="number",
        minimum=0,
        maximum=100,
        description="Top-1 in percent that a model must have where there is no champion yet.",
    ),
    "margin": dict(
        default=0,
        type="number",
        minimum=-100,
        maximum=100,
        description="Points of top-1 by which a model must be better than the champion.",
    ),
    "significance": dict(
        default=0.05,
        type="number",
        exclusiveMinimum=0,
        maximum=1,
        description="How likely chance alone may explain the difference, at most; 1: the margin alone counts.",
    ),
    "keep_last": dict(default=1, type="integer", minimum=1, description="Newest checkpoints that stay."),
    "keep_best": dict(default=1, type="integer", minimum=0, description="Best checkpoints that stay."),
    "lease_wait": dict(
        type="string",
        pattern=r"^\d+(ms|s|m|h)$",
        description="How long a try waits for the driver of an earlier one that still trains.",
    ),
    "spark_conn_id": dict(default="spark_default", type="string", minLength=1, description="The Spark connection."),
    "jar": dict(type="string", pattern=r"^\S+$", description="The job's jar, where spark-submit finds it."),
    "jars": dict(MAYBE_TEXT, default=None, description="Further jars, by commas: S3A, where Spark has none."),
    "properties_file": dict(
        MAYBE_TEXT, default=None, description="Spark's settings on the worker: conf/spark/standalone.conf, say."
    ),
    "spark_conf": dict(
        default={},
        type="object",
        additionalProperties={"type": ["string", "number", "boolean"]},
        description="Spark's settings, over those of the file: spark.task.cpus, spark.executor.memory.",
    ),
    "storage_conn_id": dict(
        MAYBE_TEXT, default=None, description="Airflow's connection to the storage of the runs, if it is not a path."
    ),
}


def params_with(given: dict) -> dict[str, Param]:
    """The params with a deployment's defaults; one without any must be given with each run."""
    return {
        name: Param(**{**schema, **({"default": given[name]} if name in given else {})})
        for name, schema in PARAMS.items()
    }


settings = load_settings()

with DAG(
    dag_id=Path(__file__).stem,
    doc_md="""
Retrains GoogLeNet: **validate** the data, **train** a run, **evaluate** it, **gate** it against the champion,
**promote** it if it is better, and **clean up** its checkpoints.

Where the gate says no, *promote* is skipped and the run is green. A retry goes on from the last checkpoint. The figures
of each step are its XCom `figures`; the reason of a failure is the last line of its log.
""",
    schedule=settings["schedule"],
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    tags=["googlenet"],
    params=params_with({"lease_wait": f"{round(settings['train_hours'] * 60)}m", **settings["params"]}),
    default_args={
        "spark_binary": settings["spark_binary"],
        "retries": settings["retries"],
        "retry_delay": timedelta(minutes=settings["retry_minutes"]),
        "execution_timeout": timedelta(hours=settings["step_hours"]),
        "on_failure_callback": alert,
    },
) as dag:
    validate = GoogLeNetOperator(
        task_id="validate",
        command=validate_command,
        doc_md="Reads both data sets completely, and compares their classes with the recipe's. 3 in its log: the data "
        "is wrong, and no retry would mend it.",
    )
    train = GoogLeNetOperator(
        task_id="train",
        command=train_command,
        execution_timeout=timedelta(hours=settings["train_hours"]),
        doc_md="Trains the run that bears the DAG run's name. A retry waits while a driver of an earlier try still "
        "trains, and then goes on from the newest checkpoint, or finds the run finished.",
    )
    evaluate = GoogLeNetOperator(
        task_id="evaluate",
        command=evaluate_command,
        doc_md="Top-1, top-5 and losses of the new model on the validation data.",
    )
    gate = GoogLeNetOperator(
        task_id="gate",
        command=gate_command,
        skipping={GATE_SAID_NO: "the champion stays"},
        doc_md="Compares the new model with the champion on the same records. Skipped means that it said no: "
        "the champion stays, and nothing is wrong.",
    )
    promote = GoogLeNetOperator(
        task_id="promote",
        command=promote_command,
        skipping={GATE_SAID_NO: "the champion is another one by now"},
        doc_md="Copies the model to the folder of models, and names it the champion. Skipped means that the champion "
        "which the gate compared it with is no longer the one; clear the gate to compare again.",
    )
    clean_up = GoogLeNetOperator(
        task_id="clean_up",
        command=clean_up_command,
        skipping={2: "nothing to clean up"},
        doc_md="Deletes the checkpoints that need not stay, whatever became of the run. It never touches a run that a "
        "driver holds; it does not decide the state of the DAG run.",
    )
    chain(validate, train, evaluate, gate, promote, clean_up.as_teardown())
