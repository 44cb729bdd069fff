"""Makes a stored run long: its rounds' events over and over, with new numbers, as scripts/report-test needs one.

Arguments: the folder of the run's events, and the number of rounds.
"""

import json
import math
import pathlib
import sys
from datetime import datetime, timedelta

folder, rounds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
files = sorted(folder.glob("*.jsonl"))
events = [json.loads(line) for file in files for line in file.read_text().splitlines()]
of_rounds = ("roundTimed", "roundFinished", "evaluated", "mistaken", "checkpointWritten")
begin = [event for event in events if event["event"] not in of_rounds]
timed, finished, evaluated, mistaken, written = (
    next(event for event in events if event["event"] == kind) for kind in of_rounds
)
start = datetime.fromisoformat(begin[0]["time"].replace("Z", "+00:00"))
lines = [dict(event, rounds=rounds) if event["event"] == "runStarted" else event for event in begin]
for round_ in range(1, rounds + 1):
    time = (start + timedelta(seconds=8 * round_)).isoformat().replace("+00:00", "Z")
    factor = 0.2 + math.exp(-4 * round_ / rounds) + 0.05 * math.sin(round_ * 12.9898)
    lines.append(dict(timed, time=time, round=round_, seconds=8.0))
    values = {name: {head: value * factor for head, value in finished[name].items()} for name in ("loss", "gradientNorm")}
    lines.append(dict(finished, time=time, round=round_, rounds=rounds, **values))
    if round_ % 20 == 0:
        top1 = 0.1 + 0.7 * round_ / rounds
        lines.append(dict(evaluated, time=time, round=round_, top1=top1, top5=min(1, top1 + 0.3)))
        lines.append(dict(mistaken, time=time, round=round_))
        lines.append(dict(written, time=time, name="%06d-0001" % round_))
for file in files[:-1]:
    file.unlink()
files[-1].write_text("".join(json.dumps(line) + "\n" for line in lines))
