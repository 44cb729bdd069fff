"""Times the zoo benchmark's peer: a training step of a network of torchvision.

    PYTHON scripts/peers/pytorch_zoo.py --network resnet50 --side 96 --precision bf16 --compile

The network is that of org.googlenet.zoo.ZooNetwork, in channels-last layout: its classifier reads maps as they are at the
given side, not pooled to the published one, and Inception v3 has no auxiliary classifier. The optimiser is momentum with
weight decay. Prints one JSON object; messages go to stderr. Needs the packages `torch` and `torchvision` and, for --compile,
a C++ compiler. `scripts/bench zoo --peer PYTHON` calls it.
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
import torchvision
from torch import nn


def create(options):
    """The network without a pool in front of the classifier, where that would change the map's size."""
    extra = {"aux_logits": False, "init_weights": False} if options.network == "inception_v3" else {}
    network = torchvision.models.get_model(options.network, weights=None, num_classes=options.classes, **extra)
    if options.network in ("alexnet", "vgg16"):
        network.avgpool = nn.Identity()
        with torch.no_grad():
            values = network.features(torch.zeros(1, 3, options.side, options.side)).numel()
        place = next(i for i, layer in enumerate(network.classifier) if isinstance(layer, nn.Linear))
        network.classifier[place] = nn.Linear(values, network.classifier[place].out_features)
    return network.train()


def measure(options):
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    network = create(options).to(memory_format=torch.channels_last)
    images = torch.randn(options.batch, 3, options.side, options.side).contiguous(memory_format=torch.channels_last)
    labels = torch.arange(options.batch) % options.classes
    sgd = torch.optim.SGD(network.parameters(), lr=1e-6, momentum=0.9, weight_decay=1e-4, fused=True)
    compute = torch.compile(network) if options.compile else network

    def precision():
        if options.precision == "bf16":
            return torch.autocast("cpu", dtype=torch.bfloat16)
        return contextlib.nullcontext()

    def train():
        with precision():
            loss = F.cross_entropy(compute(images), labels)
        sgd.zero_grad()
        loss.backward()
        sgd.step()
        loss.item()

    seconds = []
    for step in range(options.warm_up + options.steps):
        start = time.perf_counter()
        train()
        if step >= options.warm_up:
            seconds.append(time.perf_counter() - start)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return {
        "version": torch.__version__,
        "parameters": sum(p.numel() for p in network.parameters()),
        "train": options.batch / statistics.median(seconds),
        # Linux counts in KiB, macOS in bytes.
        "peak_resident_bytes": peak if sys.platform == "darwin" else 1024 * peak,
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", required=True, help="torchvision's name of it")
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--side", type=int, default=224)
    parser.add_argument("--classes", type=int, default=1000)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--steps", type=int, default=10, help="timed steps, of which the median counts")
    parser.add_argument("--warm-up", type=int, default=3, help="steps before them")
    parser.add_argument("--precision", choices=("fp32", "bf16"), default="fp32")
    parser.add_argument("--compile", action="store_true", help="torch.compile")
    print(json.dumps(measure(parser.parse_args())))


if __name__ == "__main__":
    main()
