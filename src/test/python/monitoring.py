"""Trains under a real Prometheus and compares what that knows with the run's JSON lines.

monitoring.py FOLDER: everything is written there. promtool, prometheus and prometheus-node-exporter are on the PATH.
"""
import contextlib
import glob
import json
import pathlib
import re
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request

JOB = pathlib.Path("job/prometheus")
# 8 rounds of 2 workers.
SETTINGS = [
    "model.side=65",
    "training={batch: 8, rounds: 8}",
    "averaging.localSteps=4",
    "checkpoint.every=2",
    "evaluation.every=4",
]
PARTS = {"start": "start", "load": "load", "first_batch": "firstBatch", "waiting": "waiting", "steps": "steps", "sum": "sum",
         "update": "update"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(address):
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read().decode()


def until(what, seconds, found):
    """Asks until there is an answer that is true, and returns it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, ValueError):  # who is starting answers nothing, or no JSON
            answer = found()
            if answer:
                return answer
        time.sleep(0.25)
    sys.exit(f"{what}: not within {seconds} s")


@contextlib.contextmanager
def running(log, *command):
    """A process that is ended with the block."""
    with open(log, "w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait()


class Prometheus:
    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/api/v1/"

    def ask(self, path, **parameters):
        answer = json.loads(get(self.address + path + "?" + urllib.parse.urlencode(parameters)))
        assert answer["status"] == "success", answer
        return answer["data"]

    def query(self, expression, **parameters):
        return self.ask("query", query=expression, **parameters)["result"]

    def values(self, expression, **parameters):
        """The values by all labels but those of the scrape."""
        return {
            tuple(sorted((k, v) for k, v in each["metric"].items() if k not in ("instance", "job"))): float(each["value"][1])
            for each in self.query(expression, **parameters)
        }


def train(folder, run, ui, *settings):
    command = ["scripts/googlenet", "train", "conf/recipes/sample.yaml", "--conf", "spark.ui.enabled=true",
               "--conf", f"spark.ui.port={ui}", "--conf", f"spark.metrics.namespace={run}"]
    for setting in [f"run={run}", f"output={folder}/runs", f"report.textfile={folder}/texts/{run}.prom", *SETTINGS, *settings]:
        command += ["--set", setting]
    return running(folder / f"{run}.log", *command)


def events(folder, run):
    lines = []
    for name in sorted(glob.glob(f"{folder}/runs/{run}/metrics/*.jsonl")):
        lines += [json.loads(line) for line in open(name)]
    return lines


def of(all_events, kind):
    return [event for event in all_events if event["event"] == kind]


def require(what, actual, expected):
    if actual != expected:
        sys.exit(f"{what}: is {actual}, and not {expected}")


def compare_text(prometheus, all_events):
    """The text file has the last values."""
    last, timed, evaluated = (of(all_events, kind)[-1] for kind in ("roundFinished", "roundTimed", "evaluated"))
    checks = {
        "round": last["round"], "rounds_planned": last["rounds"], "step": last["step"], "epoch": last["epoch"],
        "examples": last["examples"], "learning_rate": last["learningRate"], "images_per_second": last["imagesPerSecond"],
        "waiting_ratio": last["waitShare"], "quarantined_records": last["quarantined"], "top1_ratio": evaluated["top1"],
        "top5_ratio": evaluated["top5"], "round_seconds": timed["seconds"], "rewinds_total": 0, "exit_code": 0,
        "workers": 2, "checkpoint_round": 8,
    }
    labelled = {
        "loss": ("head", last["loss"]), "gradient_norm": ("head", last["gradientNorm"]),
        "dead_units_ratio": ("head", last["deadUnits"]), "validation_loss": ("head", evaluated["loss"]),
        "round_part_seconds": ("part", {name: timed["parts"][key] for name, key in PARTS.items()}),
        "state": ("state", {name: int(name == "finished") for name in ("waiting", "running", "finished", "interrupted", "failed")}),
    }
    own = 'googlenet_%s{job="node",run="monday"}'
    for name, expected in checks.items():
        require(name, list(prometheus.values(own % name).values()), [expected])
    for name, (label, expected) in labelled.items():
        found = {dict(labels)[label]: value for labels, value in prometheus.values(own % name).items()}
        require(name, found, expected)
    return len(checks) + len(labelled)


def compare_servlet(prometheus, all_events):
    """The driver's page had values of rounds as they came; returns the last time at which it still trained."""
    rounds = {event["round"]: event for event in of(all_events, "roundFinished")}
    seen = prometheus.query('googlenet_round{job="googlenet"}[1h]')
    require("runs of the driver's page", [each["metric"]["run"] for each in seen], ["monday"])
    numbers = {int(float(value)) for _, value in seen[0]["values"]}
    if len(numbers & set(rounds)) < 2:
        sys.exit(f"Prometheus saw rounds {numbers} only on the driver's page")
    for head in ("main", "aux1", "aux2"):
        losses = prometheus.query(f'googlenet_loss{{job="googlenet",head="{head}"}}[1h]')
        require("labels", set(losses[0]["metric"]), {"__name__", "run", "head", "job", "instance"})
        told = {event["loss"][head] for event in rounds.values()}
        for _, value in losses[0]["values"]:
            if float(value) not in told:
                sys.exit(f"loss of {head}: {value} is none of {told}")
    left = prometheus.query('min_over_time(googlenet_lease_left_seconds{job="googlenet"}[1h])')
    if not 20 < float(left[0]["value"][1]) <= 60:
        sys.exit(f"lease: {left}")
    names = {job: set(prometheus.ask("label/__name__/values", **{"match[]": f'{{job="{job}",__name__=~"googlenet_.+"}}'}))
             for job in ("node", "googlenet")}
    # The driver's page is gone with the driver, before it could say how it ended.
    missing = names["node"] - names["googlenet"] - {"googlenet_exit_code", "googlenet_end_timestamp_seconds"}
    require("names only in the text file, and only on the driver's page", (missing, names["googlenet"] - names["node"]), (set(), set()))
    whole = prometheus.query('(googlenet_checkpoint_round{job="googlenet"} and ignoring (state)'
                             ' googlenet_state{job="googlenet",state="running"} == 1)[1h:1s]')[0]["values"]
    return whole[-1][0], len(numbers)


def ask_dashboard(prometheus, at):
    """Each question of the dashboard has an answer."""
    dashboard = json.loads((JOB / "grafana.json").read_text())
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    for expression in expressions:
        if not prometheus.query(expression.replace("$run", "monday"), time=at):
            sys.exit(f"dashboard: no answer to {expression}")
    return len(expressions)


def firing(prometheus):
    alerts = prometheus.ask("alerts")["alerts"]
    return {(alert["labels"]["alertname"], alert["labels"]["run"]) for alert in alerts if alert["state"] == "firing"}


def spark_says(ui):
    """The descriptions of the jobs so far, by Spark's own interface."""
    api = f"http://127.0.0.1:{ui}/api/v1/applications"
    application = json.loads(get(api))[0]["id"]
    return [job.get("description", "") for job in json.loads(get(f"{api}/{application}/jobs"))]


def main(folder):
    texts = folder / "texts"
    texts.mkdir()
    ui, node, own = free_port(), free_port(), free_port()
    config = (JOB / "prometheus.yml").read_text().replace("15s", "1s")
    for example, port in (("trainer.example.net:9100", node), ("driver.example.net:4040", ui)):
        assert example in config
        config = config.replace(example, f"127.0.0.1:{port}")
    (folder / "prometheus.yml").write_text(config)
    (folder / "alerts.yml").write_text((JOB / "alerts.yml").read_text())
    prometheus = Prometheus(own)
    with running(folder / "node.log", "prometheus-node-exporter", "--collector.disable-defaults", "--collector.textfile",
                 f"--collector.textfile.directory={texts}", f"--web.listen-address=127.0.0.1:{node}"), \
         running(folder / "prometheus.log", "prometheus", f"--config.file={folder}/prometheus.yml",
                 f"--storage.tsdb.path={folder}/data", f"--web.listen-address=127.0.0.1:{own}"):
        until("Prometheus", 60, lambda: get(f"http://127.0.0.1:{own}/-/ready"))
        with train(folder, "monday", ui) as training:
            until("a round in Spark's interface", 300, lambda: training.poll() is not None
                  or "round 2/8 of run monday: 2 workers train" in spark_says(ui))
            if training.wait():
                sys.exit("the training failed:\n" + (folder / "monday.log").read_text()[-2000:])
        until("the end", 60, lambda: prometheus.query('googlenet_state{job="node",state="finished"} == 1'))
        told = events(folder, "monday")
        compared = compare_text(prometheus, told)
        at, rounds = compare_servlet(prometheus, told)
        asked = ask_dashboard(prometheus, at)
        require("alerts of a good training", firing(prometheus), set())
        linted = subprocess.run(["promtool", "check", "metrics"], input=(texts / "monday.prom").read_text(), text=True)
        require("promtool check metrics", linted.returncode, 0)
        with train(folder, "tuesday", ui, "learningRate.base=10", "optimizer.clipNorm=0") as training:
            require("a training that diverges", training.wait(), 5)
        failed = {("GoogLeNetRunFailed", "tuesday"), ("GoogLeNetLossNotFinite", "tuesday")}
        until("alerts", 30, lambda: firing(prometheus) == failed)
    print(f"{compared} metrics are as in the JSON lines; {rounds} rounds were seen on the driver's page;"
          f" {asked} questions of the dashboard have answers; the alerts of a training that diverged fire")


main(pathlib.Path(sys.argv[1]).absolute())
