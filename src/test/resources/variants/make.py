"""Writes the numbers that the variants' parity test holds our engines to: make.py [FOLDER]

Needs torch and torchvision (written with 2.15.0 and 0.29.2). Nothing is downloaded: weights, images and labels are
those of a formula that the test computes, too (Golden.java), rounded to float32; all arithmetic is float64.
batchnorm is torchvision's own googlenet, lrn the layers of Caffe's bvlc_googlenet (train_val.prototxt).
"""
import json
import sys
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torchvision.models import GoogLeNet, googlenet

SEED = 1
IMAGES = 1000
LOSSES = {"main": 1.0, "aux1": 0.3, "aux2": 0.3}
RATE, DECAY = 0.01, 0.5  # a decay that shows if it is forgotten, or applied to what it should not be


class ConvRelu(nn.Module):
    def __init__(self, channels, out, **shape):
        super().__init__()
        self.conv = nn.Conv2d(channels, out, **shape)

    def forward(self, x):
        return F.relu(self.conv(x))


class BvlcInception(nn.Module):
    def __init__(self, channels, c1, r3, c3, r5, c5, projection):
        super().__init__()
        self.branch1 = ConvRelu(channels, c1, kernel_size=1)
        self.branch2 = nn.Sequential(
            ConvRelu(channels, r3, kernel_size=1), ConvRelu(r3, c3, kernel_size=3, padding=1))
        self.branch3 = nn.Sequential(
            ConvRelu(channels, r5, kernel_size=1), ConvRelu(r5, c5, kernel_size=5, padding=2))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), ConvRelu(channels, projection, kernel_size=1))

    def forward(self, x):
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


def bvlc_aux(side):
    """The auxiliary head for an input of this side: its fully connected layer reads what the pool leaves."""
    cells = nn.AvgPool2d(5, stride=3, ceil_mode=True)(
        bvlc_pools(torch.zeros(1, 1, (side + 1) // 2, (side + 1) // 2))).shape[2]

    class Aux(nn.Module):
        def __init__(self, channels, classes, dropout):
            super().__init__()
            self.pool = nn.AvgPool2d(5, stride=3, ceil_mode=True)
            self.conv = ConvRelu(channels, 128, kernel_size=1)
            self.fc1 = nn.Linear(128 * cells * cells, 1024)
            self.fc2 = nn.Linear(1024, classes)
            self.dropout = nn.Dropout(dropout)

        def forward(self, x):
            x = torch.flatten(self.conv(self.pool(x)), 1)
            return self.fc2(self.dropout(F.relu(self.fc1(x))))

    return Aux


def bvlc_pools(maps):
    for _ in range(3):
        maps = F.max_pool2d(maps, 3, stride=2, ceil_mode=True)
    return maps


def bvlc(classes, side):
    model = GoogLeNet(
        num_classes=classes, aux_logits=True, init_weights=False, dropout=0.0, dropout_aux=0.0,
        blocks=[ConvRelu, BvlcInception, bvlc_aux(side)])
    model.norm1 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)
    model.norm2 = nn.LocalResponseNorm(5, alpha=1e-4, beta=0.75, k=1.0)
    model.maxpool4 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
    model.conv2 = nn.Sequential(model.norm1, model.conv2)  # norm1 behind pool1
    model.conv3 = nn.Sequential(model.conv3, model.norm2)  # norm2 in front of pool2
    return model


def torchvisions(classes, side):
    return googlenet(
        weights=None, num_classes=classes, aux_logits=True, init_weights=False, dropout=0.0, dropout_aux=0.0)


def our_name(name):
    """DL4J's key of a parameter: vertex_W."""
    for theirs, ours in [
            ("inception", ""), ("conv2.1.conv", "conv2.conv"), ("conv3.0.conv", "conv3.conv"),
            (".branch1.", ".1x1."), (".branch2.0.", ".3x3.reduce."), (".branch2.1.", ".3x3."),
            (".branch3.0.", ".5x5.reduce."), (".branch3.1.", ".5x5."), (".branch4.1.", ".pool.project."),
            (".conv.weight", "_W"), (".conv.bias", "_b"), (".bn.weight", ".bn_gamma"), (".bn.bias", ".bn_beta"),
            (".bn.running_mean", ".bn_mean"), (".bn.running_var", ".bn_var"),
            ("aux1.fc2", "aux1"), ("aux2.fc2", "aux2"), (".weight", "_W"), (".bias", "_b")]:
        name = name.replace(theirs, ours)
    return name.replace("fc_", "main_") if name.startswith("fc_") else name


def uniform(number, count):
    with np.errstate(over="ignore"):
        z = np.uint64(SEED << 48) + np.uint64(number << 32) + np.arange(count, dtype=np.uint64)
        z += np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(40)).astype(np.float64) / 2**23 - 1


def values(number, name, shape, classifier):
    u = uniform(number, int(np.prod(shape)))
    key = name[name.rindex("_") + 1:]
    if key == "W":
        scale = np.sqrt(6 / np.prod(shape[1:])) * (classifier if name in ("main_W", "aux1_W", "aux2_W") else 1)
        v = u * scale
    else:
        start, scale = {"b": (0, 0.05), "beta": (0, 0.05), "gamma": (1, 0.2), "mean": (0, 0.1), "var": (1, 0.5)}[key]
        v = start + u * scale
    return torch.from_numpy(v.astype(np.float32).astype(np.float64)).reshape(shape)


def short(tensor, count=None):
    return [float(f"{v:.9g}") for v in tensor.detach().flatten().tolist()[:count]]


def l2(tensor):
    return float(f"{tensor.detach().double().norm().item():.12g}")


def stage(tensor):
    flat = tensor.flatten()
    at = [(j * 1000003 + 12345) % flat.numel() for j in range(16)]
    return {"shape": list(tensor.shape), "l2": l2(flat), "first8": short(flat, 8), "probe16": short(flat[at])}


def hooked(model, variant):
    """Where each stage's values will be, by our vertex."""
    relu = ".relu" if variant == "batchnorm" else ""
    found = {}

    def keep(name, module, reads=False):
        if reads:
            module.register_forward_pre_hook(lambda m, x: found.__setitem__(name, x[0].detach().clone()))
        else:
            module.register_forward_hook(lambda m, x, y: found.__setitem__(name, y.detach().clone()))

    inner = {name: module for name, module in model.named_modules()}
    keep("conv1" + relu, model.conv1)
    if variant == "lrn":
        keep("norm1", model.norm1)
        keep("conv2", inner["conv2.1"])
        keep("conv3", inner["conv3.0"])
        keep("norm2", model.norm2)
    else:
        keep("conv2" + relu, model.conv2)
        keep("conv3" + relu, model.conv3)
    for i in (1, 2, 3, 4):
        keep(f"pool{i}", inner[f"maxpool{i}"])
    for block in ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"):
        keep(block, inner["inception" + block])
    keep("avgpool", model.avgpool)
    for head in ("aux1", "aux2"):
        keep(head + ".pool", inner[head + ".conv"], reads=True)
        keep(head + ".conv" + relu, inner[head + ".conv"])
        keep(head + ".fc1", inner[head + ".dropout"], reads=True)
    return found


def logits(model, images):
    model.training = True  # so that it also computes the auxiliary heads; its layers keep their mode
    out = model(images)
    return {"main": out.logits, "aux1": out.aux_logits1, "aux2": out.aux_logits2}


def make(folder, variant, build, side, classes, batch, pixels, classifier):
    torch.manual_seed(0)
    model = build(classes, side).double()
    tensors = {}
    for name, tensor in model.state_dict(keep_vars=True).items():
        if not name.endswith("num_batches_tracked") and not name.startswith("norm"):
            tensors[our_name(name)] = tensor
    params = [[name, list(tensor.shape)] for name, tensor in tensors.items()]
    with torch.no_grad():
        for number, (name, shape) in enumerate(params):
            tensors[name].copy_(values(number, name, shape, classifier))
    images = (uniform(IMAGES, batch * 3 * side * side) * pixels).astype(np.float32).astype(np.float64)
    images = torch.from_numpy(images).reshape(batch, 3, side, side)
    labels = torch.tensor([(7 * n + 3) % classes for n in range(batch)])
    expected = {}

    model.eval()
    stages = hooked(model, variant)
    heads = logits(model, images)
    expected["logits"] = {
        head: {"l2": l2(z), "first16": [short(row, 16) for row in z]} for head, z in heads.items()}
    expected["stages"] = {name: stage(tensor) for name, tensor in stages.items()}

    model.train()
    counts = {}
    for name, module in model.named_modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_hook(
                lambda m, x, y, key=our_name(name + ".weight")[:-len("_gamma")]: counts.__setitem__(
                    key, x[0].numel() // x[0].shape[1]))
    losses = {head: F.cross_entropy(z, labels) for head, z in logits(model, images).items()}
    total = sum(LOSSES[head] * loss for head, loss in losses.items())
    total.backward()
    expected["loss"] = {head: loss.item() for head, loss in losses.items()} | {"total": total.item()}
    expected["grads"] = {
        name: {"l2": l2(p.grad), "first4": short(p.grad, 4), "max": l2(p.grad.abs().max())}
        for name, p in tensors.items() if p.requires_grad}
    before = {name: p.detach().clone() for name, p in tensors.items()}
    with torch.no_grad():
        for name, p in tensors.items():
            if p.requires_grad:
                p -= RATE * (p.grad + (DECAY * p if name.endswith("_W") else 0))
    expected["step"] = {
        "lr": RATE,
        "weight_decay": DECAY,
        "update_l2": {name: l2(p.detach() - before[name]) for name, p in tensors.items() if p.requires_grad},
        "running": {
            key: {"values": count, "mean": short(tensors[key + "_mean"]), "var": short(tensors[key + "_var"])}
            for key, count in counts.items() if key in ("conv1.bn", "3a.5x5.bn", "5b.1x1.bn", "aux1.conv.bn")}}
    config = {
        "variant": variant, "classes": classes, "batch": batch, "height": side, "width": side,
        "pixels": pixels, "classifier": classifier}
    name = f"{variant}_s{SEED}_c{classes}_b{batch}_{side}.json"
    text = json.dumps({"seed": SEED, "config": config, "params": params, "f64": expected}, separators=(",", ":"))
    Path(folder, name).write_text(text.replace('"f64":', '\n"f64":').replace('"grads":', '\n"grads":') + "\n")
    print(name, len(text), {head: round(loss.item(), 4) for head, loss in losses.items()})


def main():
    torch.set_num_threads(1)
    folder = sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent
    # Pixels as large as Caffe's, so that its normalisation has something to do.
    make(folder, "lrn", bvlc, 98, 5, 4, 128, 0.005)
    make(folder, "lrn", bvlc, 224, 5, 2, 128, 0.005)
    make(folder, "batchnorm", torchvisions, 96, 5, 6, 1, 0.25)
    make(folder, "batchnorm", torchvisions, 224, 5, 2, 1, 0.25)


main()
