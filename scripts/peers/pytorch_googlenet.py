"""Times the engine benchmark's peer: this project's GoogLeNet in PyTorch, training step and forward pass.

    PYTHON scripts/peers/pytorch_googlenet.py --precision bf16 --compile

The network is that of org.googlenet.model.GoogLeNet, in channels-last layout, with the same optimiser: momentum,
weight decay on weights only, and the gradient clipped by its global norm. Prints one JSON object; messages go to
stderr. Needs the package `torch` and, for --compile, a C++ compiler. `scripts/bench engine --peer PYTHON` calls it.
"""

import argparse
import contextlib
import json
import resource
import statistics
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

# Channels: in; 1x1; 3x3's reduction and 3x3; 5x5's reduction and 5x5; behind the pool.
BLOCKS = {
    "3a": (192, 64, 96, 128, 16, 32, 32),
    "3b": (256, 128, 128, 192, 32, 96, 64),
    "4a": (480, 192, 96, 208, 16, 48, 64),
    "4b": (512, 160, 112, 224, 24, 64, 64),
    "4c": (512, 128, 128, 256, 24, 64, 64),
    "4d": (512, 112, 144, 288, 32, 64, 64),
    "4e": (528, 256, 160, 320, 32, 128, 128),
    "5a": (832, 256, 160, 320, 32, 128, 128),
    "5b": (832, 384, 192, 384, 48, 128, 128),
}

AUXILIARY_WEIGHT = 0.3


def convolution(channels, out, kernel, stride=1, padding=0):
    return nn.Sequential(nn.Conv2d(channels, out, kernel, stride, padding), nn.ReLU(inplace=True))


def max_pool(stride):
    return nn.MaxPool2d(3, stride, 1)


class Inception(nn.Module):
    """Four branches on one input, one behind the other along the channels."""

    def __init__(self, channels, one, reduce3, three, reduce5, five, pool):
        super().__init__()
        self.branches = nn.ModuleList([
            convolution(channels, one, 1),
            nn.Sequential(convolution(channels, reduce3, 1), convolution(reduce3, three, 3, 1, 1)),
            nn.Sequential(convolution(channels, reduce5, 1), convolution(reduce5, five, 5, 1, 2)),
            nn.Sequential(max_pool(1), convolution(channels, pool, 1)),
        ])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def auxiliary_head(channels, side, classes):
    """A classifier on maps of a sixteenth of the side, rounded up."""
    pooled = (-(-side // 16) - 5) // 3 + 1
    return nn.Sequential(
        nn.AvgPool2d(5, 3),
        nn.Conv2d(channels, 128, 1),
        nn.Flatten(),
        nn.Linear(128 * pooled * pooled, 1024),
        nn.ReLU(inplace=True),
        nn.Dropout(0.7),
        nn.Linear(1024, classes),
    )


class GoogLeNet(nn.Module):
    """Logits of the main head, and in training those of both auxiliary heads too."""

    def __init__(self, classes, side):
        super().__init__()
        block = {name: Inception(*channels) for name, channels in BLOCKS.items()}
        self.to_4a = nn.Sequential(
            convolution(3, 64, 7, 2, 3), max_pool(2),
            convolution(64, 64, 1), convolution(64, 192, 3, 1, 1), max_pool(2),
            block["3a"], block["3b"], max_pool(2), block["4a"],
        )
        self.to_4d = nn.Sequential(block["4b"], block["4c"], block["4d"])
        self.main = nn.Sequential(
            block["4e"], max_pool(2), block["5a"], block["5b"],
            nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.4), nn.Linear(1024, classes),
        )
        self.aux1 = auxiliary_head(512, side, classes)
        self.aux2 = auxiliary_head(528, side, classes)

    def forward(self, x):
        after_4a = self.to_4a(x)
        after_4d = self.to_4d(after_4a)
        main = self.main(after_4d)
        return (main, self.aux1(after_4a), self.aux2(after_4d)) if self.training else main


def optimiser(network):
    """The recipe's: decay on weights only. Its fused form is the fastest that PyTorch has."""
    weights = [p for p in network.parameters() if p.dim() > 1]
    biases = [p for p in network.parameters() if p.dim() == 1]
    groups = [{"params": weights, "weight_decay": 2e-4}, {"params": biases, "weight_decay": 0.0}]
    return torch.optim.SGD(groups, lr=0.01, momentum=0.9, fused=True)


def median_seconds(action, steps, warm_up):
    seconds = []
    for step in range(warm_up + steps):
        start = time.perf_counter()
        action()
        if step >= warm_up:
            seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def measure(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    network = GoogLeNet(options.classes, options.side).to(memory_format=torch.channels_last)
    images = torch.randn(options.batch, 3, options.side, options.side).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(options.batch) % options.classes
    sgd = optimiser(network)
    compute = torch.compile(network) if options.compile else network

    def precision():
        if options.precision == "bf16":
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def train():
        with precision():
            main, aux1, aux2 = compute(images)
            auxiliary = F.cross_entropy(aux1, labels) + F.cross_entropy(aux2, labels)
            loss = F.cross_entropy(main, labels) + AUXILIARY_WEIGHT * auxiliary
        sgd.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        sgd.step()
        loss.item()

    def forward():
        with torch.no_grad(), precision():
            compute(images)

    train_seconds = median_seconds(train, options.steps, options.warm_up)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    network.eval()
    forward_seconds = median_seconds(forward, options.steps, options.warm_up)
    return {
        "version": torch.__version__,
        "train": options.batch / train_seconds,
        "forward": options.batch / forward_seconds,
        # Linux counts in KiB, macOS in bytes.
        "peak_resident_bytes": peak if sys.platform == "darwin" else 1024 * peak,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=10, help="timed steps, of which the median counts")
    parser.add_argument("--warm-up", type=int, default=4, help="steps before them")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    print(json.dumps(measure(parser.parse_args())))


if __name__ == "__main__":
    main()
