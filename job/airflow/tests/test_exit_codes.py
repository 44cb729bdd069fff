"""What becomes of a DAG run when a step ends with this or that code, on a fake spark-submit."""

import json
import threading
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

STEPS = ["validate", "train", "evaluate", "gate", "promote", "prune"]


def test_a_run_that_goes_well_runs_each_step_once(retraining):
    ended = retraining.run()
    assert ended.state == "success"
    assert retraining.commands() == STEPS


def test_a_code_that_is_worth_a_retry_is_tried_again(retraining):
    codes = {"validate": 1, "train": 4, "evaluate": 7, "gate": 143, "promote": 137}
    retraining.plan(**{step: [{"code": code}, {"code": 0}] for step, code in codes.items()})
    ended = retraining.run()
    assert ended.state == "success"
    assert retraining.commands() == [step for step in STEPS[:-1] for _ in range(2)] + ["prune"]
    names = {word for call in retraining.calls() for word in call["job"] if word.startswith("manual__")}
    assert len(names) == 1


@pytest.mark.parametrize(("step", "code"), [("validate", 3), ("train", 5), ("promote", 2)])
def test_a_code_that_no_retry_would_mend_fails_at_once(retraining, step, code):
    retraining.plan(**{step: [{"code": code}]})
    ended = retraining.run()
    assert ended.state == "failed"
    assert ended.states[step] == "failed"
    assert retraining.commands() == [*STEPS[: STEPS.index(step) + 1], "prune"]
    assert ended.states["clean_up"] == "success"


def test_retries_come_to_an_end(retraining):
    retraining.plan(train=[{"code": 7}])
    ended = retraining.run()
    assert ended.state == "failed"
    assert retraining.commands() == ["validate", "train", "train", "train", "prune"]


def test_a_gate_that_says_no_skips_the_promotion_and_leaves_the_run_green(retraining):
    retraining.plan(gate=[{"code": 6, "reason": "not better", "result": {"challenger": {"top1": 61.0}}}])
    ended = retraining.run()
    assert ended.state == "success"
    assert (ended.states["gate"], ended.states["promote"]) == ("skipped", "skipped")
    assert ended.states["clean_up"] == "success"
    assert retraining.commands() == ["validate", "train", "evaluate", "gate", "prune"]
    assert ended.figures("gate") == {"challenger.top1": 61.0}


def test_a_champion_of_meanwhile_skips_the_promotion_alone(retraining):
    retraining.plan(promote=[{"code": 6, "reason": "the gate has not said yes to it against spring"}])
    ended = retraining.run()
    assert ended.state == "success"
    assert (ended.states["gate"], ended.states["promote"]) == ("success", "skipped")
    assert "--gated" in retraining.call("promote")["job"]


def test_what_a_run_of_the_same_name_left_does_not_count(retraining):
    date = datetime(2026, 5, 1, tzinfo=timezone.utc)
    retraining.settings["retries"] = 0
    retraining.plan(evaluate=[{"code": 0}, {"code": 2, "outcome": None}])
    assert retraining.run(date).state == "success"
    ended = retraining.run(date)
    assert (ended.state, ended.states["evaluate"]) == ("failed", "failed")


def test_figures_are_kept_without_the_lists(retraining):
    retraining.plan(evaluate=[{"code": 0, "result": {"top1": 0.72, "loss": {"main": 0.7}, "classes": [{"name": "a"}]}}])
    assert retraining.run().figures("evaluate") == {"top1": 0.72, "loss.main": 0.7}


def test_a_driver_that_was_killed_is_tried_again(retraining):
    retraining.plan(train=[{"code": -9, "outcome": {"state": "running", "command": "train"}}, {"code": 0}])
    assert retraining.run().state == "success"
    assert retraining.commands().count("train") == 2


def test_a_driver_over_its_time_may_save_its_state_before_the_next_try(retraining):
    retraining.settings["train_hours"] = 2 / 3600
    retraining.plan(train=[{"code": 143, "hangs": True}, {"code": 0}])
    assert retraining.run().state == "success"
    (first,) = (retraining.folder / "runs").glob("*/outcomes/train-1.json")
    assert json.loads(first.read_text())["code"] == 143


def test_without_an_outcome_the_exit_code_of_spark_submit_counts(retraining):
    retraining.plan(gate=[{"code": 6, "outcome": None}])
    ended = retraining.run()
    assert (ended.state, ended.states["gate"]) == ("success", "skipped")


def test_a_job_that_ended_before_its_jvm_died_has_ended_as_it_said(retraining):
    retraining.plan(train=[{"code": 0, "exit": 134}])
    assert retraining.run().state == "success"
    assert retraining.commands() == STEPS


def test_storage_that_airflow_cannot_read_leaves_the_exit_code(retraining, caplog, capsys):
    codes = {step: 6 if step == "gate" else 0 for step in STEPS}
    retraining.plan(**{step: [{"code": code, "outcome": None}] for step, code in codes.items()})
    ended = retraining.run(output="s3a://bucket/runs")
    assert ended.states["gate"] == "skipped"
    assert "going by spark-submit's exit code" in caplog.text + capsys.readouterr().out


def test_cluster_mode_on_storage_that_airflow_cannot_read_is_refused(retraining, monkeypatch):
    on_yarn(monkeypatch)
    retraining.settings["retries"] = 0
    ended = retraining.run(output="s3a://bucket/runs")
    assert ended.state == "failed"
    assert not (retraining.folder / "calls.jsonl").exists()


def test_in_cluster_mode_the_outcome_counts_whatever_spark_submit_says(retraining, monkeypatch):
    on_yarn(monkeypatch)
    retraining.plan(train=[{"code": 7, "exit": 1}, {"code": 0}], gate=[{"code": 6, "exit": 1}])
    ended = retraining.run()
    assert ended.state == "success"
    assert ended.states["gate"] == "skipped"
    assert retraining.commands() == ["validate", "train", "train", "evaluate", "gate", "prune"]
    assert retraining.call("train")["spark"][:2] == ["--master", "yarn"]
    assert "spark.yarn.maxAppAttempts=1" in retraining.call("train")["spark"]


def test_in_cluster_mode_a_driver_that_left_no_outcome_is_tried_again(retraining, monkeypatch):
    on_yarn(monkeypatch)
    retraining.plan(train=[{"code": 0, "outcome": None}, {"code": 0}])
    assert retraining.run().state == "success"
    assert retraining.commands().count("train") == 2


def on_yarn(monkeypatch) -> None:
    connection = {"conn_type": "spark", "host": "yarn", "extra": {"deploy-mode": "cluster"}}
    monkeypatch.setenv("AIRFLOW_CONN_SPARK_DEFAULT", json.dumps(connection))


def test_a_connection_that_is_not_there_fails_at_once(retraining):
    assert retraining.run(spark_conn_id="missing").state == "failed"
    assert not (retraining.folder / "calls.jsonl").exists()


def test_a_spark_submit_that_is_not_there_fails_at_once(retraining):
    retraining.settings["spark_binary"] = "/nowhere/spark-submit"
    ended = retraining.run()
    assert (ended.state, ended.tries["validate"]) == ("failed", 1)


@pytest.mark.parametrize("code", [2, 4])
def test_clean_up_does_not_decide_the_run(retraining, code):
    """2: there is no run; 4: a driver still holds it."""
    retraining.settings["retries"] = 0
    retraining.plan(prune=[{"code": code}])
    ended = retraining.run()
    assert ended.state == "success"
    assert ended.states["clean_up"] == ("skipped" if code == 2 else "failed")


def test_a_failure_is_posted_once_in_one_line(retraining, monkeypatch):
    posted = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            posted.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/hook"
    monkeypatch.setenv("AIRFLOW_CONN_ALERTS", json.dumps({"conn_type": "http", "extra": {"url": url}}))
    retraining.settings["alert_conn_id"] = "alerts"
    retraining.plan(train=[{"code": 5, "reason": "loss main is no number in round 3"}])
    retraining.run()
    server.shutdown()
    assert len(posted) == 1
    assert "googlenet_retrain.train failed" in posted[0]["text"]
    assert "loss main is no number in round 3" in posted[0]["text"]
    assert "\n" not in posted[0]["text"]
