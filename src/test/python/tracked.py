"""Reads what MLflow and OpenLineage have of the trainings of scripts/tracking-test: tracked.py STEP URL FOLDER."""
import json
import os
import sys
from datetime import datetime

import attr
from mlflow import MlflowClient
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.generated.datasource_dataset import DatasourceDatasetFacet
from openlineage.client.generated.dataset_version_dataset import DatasetVersionDatasetFacet
from openlineage.client.generated.error_message_run import ErrorMessageRunFacet
from openlineage.client.generated.job_type_job import JobTypeJobFacet
from openlineage.client.generated.parent_run import ParentRunFacet
from openlineage.client.generated.parent_run import Job as ParentJob
from openlineage.client.generated.parent_run import Run as ParentRun
from openlineage.client.generated.processing_engine_run import ProcessingEngineRunFacet

step, url, folder = sys.argv[1:]
client = MlflowClient(url)
FACETS = {
    "dataSource": DatasourceDatasetFacet,
    "version": DatasetVersionDatasetFacet,
    "errorMessage": ErrorMessageRunFacet,
    "jobType": JobTypeJobFacet,
    "parent": ParentRunFacet,
    "processing_engine": ProcessingEngineRunFacet,
}


def check(claim, truth):
    if not truth:
        sys.exit("tracked.py: not so: " + claim)


def same(claim, found, wanted):
    check(f"{claim}: {found!r} is {wanted!r}", found == wanted)


def run_of(name):
    experiment = client.get_experiment_by_name("digits")
    runs = client.search_runs([experiment.experiment_id], f"attributes.run_name = '{name}'")
    same("runs of MLflow named " + name, len(runs), 1)
    return runs[0]


def facets(values):
    """The facets as OpenLineage's classes, which refuse fields that are missing, unknown or malformed."""
    made = {}
    for name, value in (values or {}).items():
        value = dict(value)
        schema = value.pop("_schemaURL")
        producer = value.pop("_producer")
        if name == "parent":
            value["run"] = ParentRun(**value["run"])
            value["job"] = ParentJob(**value["job"])
        made[name] = FACETS[name](producer=producer, **value)
        same("schema of facet " + name, schema, made[name]._schemaURL)
    return made


def event_of(line):
    value = json.loads(line)
    schema = value.pop("schemaURL")
    event = RunEvent(
        eventType=RunState[value.pop("eventType")],
        eventTime=value.pop("eventTime"),
        producer=value.pop("producer"),
        run=Run(runId=value["run"].pop("runId"), facets=facets(value["run"].pop("facets"))),
        job=Job(**{**value["job"], "facets": facets(value["job"]["facets"])}),
        inputs=[InputDataset(**{**one, "facets": facets(one["facets"])}) for one in value.pop("inputs")],
        outputs=[OutputDataset(**{**one, "facets": facets(one["facets"])}) for one in value.pop("outputs")],
    )
    same("what is left of an event's run", value.pop("run"), {})
    value.pop("job")
    same("what is left of an event", value, {})
    same("schema of an event", schema, event.schemaURL)
    datetime.fromisoformat(event.eventTime.replace("Z", "+00:00"))
    attr.validate(event)
    return event


def events_of(name):
    with open(os.path.join(folder, name)) as file:
        return [event_of(line) for line in file]


def types(events):
    return [event.eventType.name for event in events]


def interrupted():
    run = run_of("monday")
    same("status of a training that was told to end", run.info.status, "KILLED")
    check("its outcome says so", run.data.tags["googlenet.outcome"].startswith("interrupted after round"))
    same("events", types(events_of("events.jsonl"))[-1], "ABORT")


def monday():
    run = run_of("monday")
    same("status", run.info.status, "FINISHED")
    same("a parameter", run.data.params["training.rounds"], "4")
    check("no key of report is a parameter", not [key for key in run.data.params if key.startswith("report")])
    same("a tag", run.data.tags["googlenet.run"], os.path.join(folder, "runs/monday"))
    same("the type of the source", run.data.tags["mlflow.source.type"], "JOB")
    losses = client.get_metric_history(run.info.run_id, "train/loss/main")
    rounds = client.get_metric_history(run.info.run_id, "train/round")
    check("every round is there", {metric.value for metric in rounds} >= {1, 2, 3, 4})
    same("a loss for each round", len(losses), len(rounds))
    check("steps are those of the training", max(metric.step for metric in losses) == 8)
    tops = {metric.step: metric.value for metric in client.get_metric_history(run.info.run_id, "validation/top1")}
    same("steps of the evaluations", sorted(tops), [8])
    check("an accuracy is a share", all(0 <= top <= 1 for top in tops.values()))
    contexts = sorted(one.tags[0].value for one in run.inputs.dataset_inputs)
    same("data sets", contexts, ["train", "validation"])
    for one in run.inputs.dataset_inputs:
        with open(json.loads(one.dataset.source)["uri"] + "/dataset.json") as file:
            same("records", json.loads(one.dataset.profile)["num_rows"],
                 sum(shard["records"] for shard in json.load(file)["shards"]))
        fingerprint = run.data.tags[f"googlenet.data.{one.tags[0].value}.sha256"]
        check("the digest is of the fingerprint", len(fingerprint) == 64 and fingerprint.startswith(one.dataset.digest))
    files = {file.path for file in client.list_artifacts(run.info.run_id)}
    check("the recipe is an artefact", "recipe.yaml" in files)
    for name in files:
        with open(client.download_artifacts(run.info.run_id, name, folder)) as copy:
            with open(os.path.join(folder, "runs/monday", name)) as original:
                same("artefact " + name, copy.read(), original.read())

    events = events_of("events.jsonl")
    names = types(events)
    same("first event", names[0], "START")
    same("last event", names[-1], "COMPLETE")
    same("drivers", len({event.run.runId for event in events}), 2)
    check("checkpoints are told of", "RUNNING" in names)
    for event in events:
        same("job", (event.job.namespace, event.job.name), ("googlenet", "weekly"))
        same("parent", event.run.facets["parent"].job.name, "retrain.train")
    same("model", events[-1].outputs[0].name, os.path.join(folder, "runs/monday"))
    check("its version is a checkpoint", os.path.isdir(
        os.path.join(folder, "runs/monday/checkpoints", events[-1].outputs[0].facets["version"].datasetVersion)))


def champion(run):
    version = client.get_model_version_by_alias("googlenet", "champion")
    same("the champion's training", version.run_id, run_of(run).info.run_id)
    check("its source is the model", version.source.startswith("googlenet:" + os.path.join(folder, "models", run)))
    same("accuracy", float(version.tags["top1"]), round(float(version.tags["top1"]), 4))
    same("fingerprint", len(version.tags["parameters.sha256"]), 64)
    return version.version


def promoted():
    monday()
    same("the champion's version", int(champion("tuesday")), 2)
    same("events by HTTP", (types(events_of("posted.jsonl"))[0], types(events_of("posted.jsonl"))[-1]),
         ("START", "COMPLETE"))
    same("the job's name by default", events_of("posted.jsonl")[0].job.name, "tuesday")


def rollback():
    same("the champion's version", int(champion("monday")), 1)
    same("versions", len(client.search_model_versions("name = 'googlenet'")), 2)


{"interrupted": interrupted, "promoted": promoted, "rollback": rollback}[step]()
print("tracked.py: as it should be:", step)
