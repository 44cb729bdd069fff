#!/usr/bin/env python3
"""Draws the convergence study's results, and prints its tables as Markdown.

    python3 -m venv ~/plots && ~/plots/bin/pip install matplotlib
    ~/plots/bin/python scripts/plots/convergence.py docs/convergence/results.jsonl docs/convergence.svg

The picture's format is that of its name. Each point and line of a table is a kind of training at the best of the learning
rates that were tried, with the mean over its seeds at that rate.
"""

import argparse
import collections
import json
import math
import statistics

import matplotlib

matplotlib.use("Agg")
# The same results give the same file.
matplotlib.rcParams["svg.hashsalt"] = "convergence"
import matplotlib.pyplot as plot  # noqa: E402

METHODS = ["average", "slowmo", "nesterov", "dl4j"]
NAMES = {
    "average": "plain averaging",
    "slowmo": "slow momentum",
    "nesterov": "outer Nesterov",
    "dl4j": "dl4j-spark's master",
}
COLOURS = {"average": "#0072b2", "slowmo": "#d55e00", "nesterov": "#009e73", "dl4j": "#cc79a7"}
MARKERS = {1: "D", 8: "o", 32: "s"}
WORKER_BATCH = 32

Kind = collections.namedtuple("Kind", "method workers local_steps batch examples outer warm_up compression")
Best = collections.namedtuple("Best", "kind rate top1 seeds steps tried")


def read(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]


def best(results):
    """The best learning rate of each kind of training."""
    by_kind = collections.defaultdict(lambda: collections.defaultdict(list))
    steps = {}
    for r in results:
        outer = (r["outerMomentum"], r["outerRate"])
        warm_up = (r.get("localStepsSettled", 0), r.get("rateWarmUp", 0))
        kind = Kind(r["method"], r["workers"], r["localSteps"], r["batch"], r["examples"], outer, warm_up, r.get("compression", "none"))
        # How often one worker alone averages means nothing.
        kind = kind._replace(local_steps=0) if r["workers"] == 1 else kind
        by_kind[kind][r["rate"]].append(r.get("top1", 0.0))
        steps[kind] = r["steps"]
    found = []
    for kind, rates in by_kind.items():
        means = {rate: statistics.fmean(top1) for rate, top1 in rates.items()}
        rate = max(means, key=means.get)
        found.append(Best(kind, rate, means[rate], rates[rate], steps[kind], means))
    return found


def global_batch(kind):
    return kind.workers * kind.batch


def synchronous(found, kind):
    """One worker with the whole batch, on as many examples."""
    for b in found:
        k = b.kind
        # The rate's warm-up is a means against what averaging does: the synchronous one needs none.
        if (k.workers, k.batch, k.examples, k.warm_up) == (1, global_batch(kind), kind.examples, (0, 0)):
            return b
    return None


def usual_length(found):
    """The number of examples that most trainings with a synchronous one beside them have."""
    lengths = [b.kind.examples for b in found if b.kind.workers > 1 and synchronous(found, b.kind)]
    return collections.Counter(lengths).most_common(1)[0][0] if lengths else 0


def label(kind):
    if kind.workers > 1:
        return f"{kind.workers} workers"
    return "one worker" if kind.batch == WORKER_BATCH else "synchronous SGD"


def order(b):
    k = b.kind
    return (k.examples, global_batch(k), k.workers > 1, k.local_steps, METHODS.index(k.method), k.outer, k.warm_up)


def method(kind):
    if kind.workers == 1:
        return "-"
    if kind.method in ("average", "dl4j"):
        return NAMES[kind.method]
    return f"{NAMES[kind.method]} {kind.outer[0]:g}, {kind.outer[1]:g}"


def local_steps(kind):
    if kind.workers == 1:
        return "-"
    first, rate = kind.warm_up
    text = f"{kind.local_steps}, but 1 in the first {first} steps" if first else str(kind.local_steps)
    text += f"; {kind.compression} travels" if kind.compression != "none" else ""
    return text + (f"; the rate warms up over {rate} steps" if rate else "")


def tables(found):
    for examples in sorted({b.kind.examples for b in found}):
        print(f"\n{examples:,} examples:\n")
        print("| training | global batch | local steps | outer step | sequential steps | top-1 by learning rate | at the best | to synchronous SGD |")
        print("| --- | --- | --- | --- | --- | --- | --- | --- |")
        for b in sorted((b for b in found if b.kind.examples == examples), key=order):
            k = b.kind
            sync = synchronous(found, k)
            gap = f"{100 * (b.top1 - sync.top1):+.1f}" if sync and k.workers > 1 else "-"
            tried = ", ".join(f"{rate:g}: {percent(top1)}" for rate, top1 in sorted(b.tried.items()))
            seeds = f" (mean of {' and '.join(f'{100 * t:.1f}' for t in b.seeds)})" if len(b.seeds) > 1 else ""
            print(
                f"| {label(k)} | {global_batch(k)} | {local_steps(k)} | {method(k)} | {b.steps:,} | {tried} "
                f"| {100 * b.top1:.1f}{seeds} | {gap} |"
            )


def percent(top1):
    return f"{100 * top1:.1f}" if top1 else "diverged"


def draw(found, path):
    figure, (left, right) = plot.subplots(1, 2, figsize=(13.5, 4.6), constrained_layout=True)
    sequential(left, found)
    cost(right, found)
    metadata = {"Date": None} if path.endswith(".svg") else None
    figure.savefig(path, dpi=110, metadata=metadata)


def sequential(axes, found):
    """What workers buy: top-1 by sequential steps."""
    lines = collections.defaultdict(list)
    # The few examples that dl4j-spark's master had are not on the way to anything.
    compared = {b.kind.examples for b in found if b.kind.workers == 1}
    for b in found:
        k = b.kind
        if k.examples not in compared or k.compression != "none":
            continue
        if k.workers == 1 and k.batch == WORKER_BATCH:
            lines["one worker", "black", "D", "-"].append(b)
        elif k.workers == 1:
            lines["synchronous SGD", "grey", "D", "none"].append(b)
        elif k.method == "average" and k.local_steps in (8, 32):
            name = f"plain averaging every {k.local_steps}{warmed(k.warm_up)}"
            marker = "^v"[k.warm_up[0] == 0] if any(k.warm_up) else MARKERS[k.local_steps]
            lines[name, COLOURS["average"], marker, "none"].append(b)
    said = []
    for (name, colour, marker, line), points in lines.items():
        points.sort(key=lambda b: b.steps)
        x, y = [b.steps for b in points], [100 * b.top1 for b in points]
        axes.plot(x, y, marker=marker, color=colour, linestyle=line, label=name, markerfacecolor=face(marker, colour))
        for b in points:
            text = "" if name == "one worker" else f"{global_batch(b.kind) // WORKER_BATCH}w "
            text += f"{b.kind.examples // 1024}k"
            # Points that lie upon one another share a text.
            if not any(text == other and b.steps == steps and abs(b.top1 - top1) < 0.02 for other, steps, top1 in said):
                said.append((text, b.steps, b.top1))
                axes.annotate(text, (b.steps, 100 * b.top1), textcoords="offset points", xytext=(6, -3), fontsize=7)
    axes.set_xscale("log", base=2)
    axes.margins(x=0.12)
    ticks = sorted({b.steps for points in lines.values() for b in points})
    axes.set_xticks(ticks, [str(t) for t in ticks])
    axes.set(xlabel="sequential steps", ylabel="top-1, %", title="What workers buy")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="lower right")


def cost(axes, found):
    """What averaging costs: the distance to synchronous SGD at equal examples."""
    lines = collections.defaultdict(list)
    for b in found:
        sync = synchronous(found, b.kind)
        if b.kind.workers > 1 and sync and b.kind.compression == "none":
            lines[b.kind.method, b.kind.local_steps, b.kind.warm_up].append((b.kind.workers, 100 * (b.top1 - sync.top1), b.kind.examples))
    usual = usual_length(found)
    for (name, local, warm_up), points in sorted(lines.items(), key=lambda line: (METHODS.index(line[0][0]), line[0][1:])):
        points = sorted((w, d) for w, d, e in points if e == usual)
        colour, marker = COLOURS[name], "^v"[warm_up[0] == 0] if any(warm_up) else MARKERS[local]
        axes.plot(
            [math.log2(w) for w, _ in points],
            [d for _, d in points],
            marker=marker,
            color=colour,
            linestyle="--" if local == 32 else "-",
            label=f"{NAMES[name]} every {local}{warmed(warm_up)}",
            markerfacecolor=face(marker, colour),
        )
    axes.axhline(0, color="grey", linewidth=1)
    axes.set_xticks([1, 2, 3], ["2", "4", "8"])
    axes.set_xlim(0.8, 3.2)
    axes.set(xlabel="workers", ylabel="top-1 less that of synchronous SGD, points", title=f"What averaging costs, at {usual:,} examples")
    axes.grid(alpha=0.3)
    axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1.01, 1))


def warmed(warm_up):
    first, rate = warm_up
    return (f", after {first} steps of 1" if first else "") + (", rate warmed up" if rate else "")


def face(marker, colour):
    return "white" if marker == "s" else colour


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results")
    parser.add_argument("picture")
    arguments = parser.parse_args()
    found = best(read(arguments.results))
    draw(found, arguments.picture)
    tables(found)


if __name__ == "__main__":
    main()
