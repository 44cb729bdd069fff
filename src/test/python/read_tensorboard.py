"""Compares what TensorBoard reads of a run with the run's JSON lines: read_tensorboard.py RUNS RUN URL."""

import glob
import json
import math
import struct
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.plugins.hparams import metadata

runs, run, url = sys.argv[1:]
EVERYTHING = {"scalars": 0, "histograms": 0, "images": 0, "tensors": 0}


def single(value):
    """A number as 32 bits have it."""
    return struct.unpack("f", struct.pack("f", value))[0]


def lines():
    """The run's events, in the order of the rounds."""
    for name in sorted(glob.glob("%s/%s/metrics/*.jsonl" % (runs, run))):
        with open(name) as file:
            yield from map(json.loads, file)


def expected(events):
    """Scalars by tag and step, as the events have them."""
    scalars, steps, seconds = {}, {}, {}
    for event in events:
        kind = event["event"]
        if kind == "roundTimed":
            seconds[event["round"]] = event
        elif kind == "roundFinished":
            step = steps[event["round"]] = event["step"]
            for group, key in (("loss", "loss"), ("gradient_norm", "gradientNorm"), ("dead_units", "deadUnits")):
                for head, value in event[key].items():
                    if value != "NaN":
                        scalars.setdefault("%s/%s" % (group, head), {})[step] = value
            scalars.setdefault("training/learning_rate", {})[step] = event["learningRate"]
            scalars.setdefault("training/images_per_second", {})[step] = event["imagesPerSecond"]
            scalars.setdefault("round_seconds/total", {})[step] = seconds[event["round"]]["seconds"]
        elif kind == "evaluated":
            step = steps[event["round"]]
            scalars.setdefault("accuracy/top1", {})[step] = event["top1"]
            scalars.setdefault("accuracy/top5", {})[step] = event["top5"]
            for head, value in event["loss"].items():
                scalars.setdefault("validation_loss/%s" % head, {})[step] = value
    return scalars


events = list(lines())
wanted = expected(events)
rounds = sorted({event["round"] for event in events if event["event"] == "roundFinished"})
drivers = sum(event["event"] == "runStarted" for event in events)
last = [event["round"] for event in events if event["event"] in ("runFinished", "roundFinished")][-1]
assert rounds == list(range(1, last + 1)), rounds

read = EventAccumulator("%s/%s/tensorboard" % (runs, run), EVERYTHING).Reload()
tags = read.Tags()
for tag, values in wanted.items():
    found = {event.step: event.value for event in read.Scalars(tag)}
    assert found == {step: single(value) for step, value in values.items()}, (tag, found, values)
    walls = [event.wall_time for event in read.Scalars(tag)]
    assert walls == sorted(walls) and abs(walls[-1] - time.time()) < 3600, walls
assert drivers == 2, "%d drivers, where one was to be interrupted" % drivers
print("tensorboard-test: EventAccumulator reads %d scalars of %d rounds by %d drivers" % (len(wanted), len(rounds), drivers))

weights = [tag for tag in tags["histograms"] if tag.startswith("weights/")]
assert len(weights) > 50 and len(tags["histograms"]) == 2 * len(weights), tags["histograms"]
for tag in tags["histograms"]:
    for event in read.Histograms(tag):
        value = event.histogram_value
        assert sum(value.bucket) == value.num > 0 and value.min <= value.max, tag
        assert value.min - 1e-9 <= value.sum / value.num <= value.max + 1e-9, tag
        assert list(value.bucket_limit) == sorted(value.bucket_limit), tag
steps = {event["round"]: event["step"] for event in events if event["event"] == "roundFinished"}
due = [steps[number] for number in rounds if number % 2 == 0 or number == last]
assert [event.step for event in read.Histograms("weights/conv1")] == due
print("tensorboard-test: histograms of %d layers" % len(weights))

image = read.Images("training images")
assert len(image) == 1 and image[0].encoded_image_string[:4] == b"\x89PNG" and image[0].width > 500, image[0].width

described = [event for event in events if event["event"] == "described"][-1]
text = read.Tensors("recipe")[-1].tensor_proto.string_val[0].decode()
assert text.startswith("| key | value |\n| --- | --- |\n"), text
local = int(described["recipe"]["averaging.localSteps.value"])
assert "| **averaging.localSteps.value** | %d |\n" % local in text, text
assert len(text.splitlines()) == 2 + len(described["recipe"])

start = metadata.parse_session_start_info_plugin_data(read.SummaryMetadata(metadata.SESSION_START_INFO_TAG).plugin_data.content)
assert start.hparams["averaging.localSteps.value"].number_value == local
assert start.hparams["learningRate.schedule"].string_value == described["recipe"]["learningRate.schedule"]
assert not [key for key in start.hparams if key.startswith("report") or key == "output"], list(start.hparams)
end = metadata.parse_session_end_info_plugin_data(read.SummaryMetadata(metadata.SESSION_END_INFO_TAG).plugin_data.content)
assert end.status == 1 and end.end_time_secs >= start.start_time_secs
print("tensorboard-test: the recipe as text, and %d hyperparameters" % len(start.hparams))


def asked(path, body=None, **parameters):
    """What the server answers to a question, as JSON; it is asked again until it has read the files."""
    address = "%s/data/%s?%s" % (url, path, urllib.parse.urlencode(parameters))
    request = urllib.request.Request(address, None if body is None else json.dumps(body).encode())
    if body is not None:
        request.add_header("Content-Type", "application/json")
    deadline = time.monotonic() + 60
    while True:
        try:
            answer = json.load(urllib.request.urlopen(request, timeout=10))
            if answer or time.monotonic() > deadline:
                return answer
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
        time.sleep(0.3)


name = run + "/tensorboard"
served = asked("plugin/scalars/tags")
assert set(wanted) <= set(served[name]), served
for tag in ("loss/main", "accuracy/top1", "training/learning_rate"):
    found = {step: value for _, step, value in asked("plugin/scalars/scalars", run=name, tag=tag)}
    same = {step: single(value) for step, value in wanted[tag].items()}
    assert found.keys() == same.keys() and all(math.isclose(found[s], same[s], rel_tol=1e-6) for s in same), (tag, found, same)
assert set(asked("plugin/histograms/tags")[name]) == set(tags["histograms"])
assert list(asked("plugin/images/tags")[name]) == ["training images"]
assert set(asked("plugin/text/tags")[name]) == {"recipe", "data and versions"}
html = asked("plugin/text/text", run=name, tag="recipe")[-1]["text"]
assert "<td><strong>averaging.localSteps.value</strong></td>" in html, html
experiment = asked("plugin/hparams/experiment", {"experimentName": "", "includeMetrics": True})
known = {info["name"] for info in experiment["hparamInfos"]}
assert known == set(start.hparams), known ^ set(start.hparams)
assert "accuracy/top1" in {info["name"]["tag"] for info in experiment["metricInfos"]}
groups = asked(
    "plugin/hparams/session_groups",
    {
        "experimentName": "",
        "allowedStatuses": ["STATUS_SUCCESS"],
        "colParams": [{"hparam": "averaging.localSteps.value"}, {"metric": {"group": "", "tag": "accuracy/top1"}}],
        "startIndex": 0,
        "sliceSize": 10,
    },
)
sessions = groups["sessionGroups"]
assert len(sessions) == 1 and sessions[0]["hparams"]["averaging.localSteps.value"] == local, groups
print("tensorboard-test: its server has the same scalars, histograms, images, texts and hyperparameters")
