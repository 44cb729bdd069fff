"""Reads exported models by ONNX's checker, ONNX Runtime, torchvision and Hugging Face's library of model cards.

Usage: check_exports.py FOLDER, which ExportsForOthersTest has written.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torchvision.models import googlenet

CLOSE = 1e-4
FOLDER = sys.argv[1]
torch.set_num_threads(1)


def session(name):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(name, options)


def require(what, found, expected):
    difference = float(np.abs(np.asarray(found) - np.asarray(expected)).max())
    spread = float(np.std(np.asarray(expected)))
    assert found.shape == tuple(expected.shape), (what, found.shape, expected.shape)
    assert difference < CLOSE < spread, (what, difference, spread)
    print(f"{what}: differs by {difference:.1e}, values spread by {spread:.2f}")


def check_onnx(variant, expected):
    name = f"{FOLDER}/{variant}.onnx"
    onnx.checker.check_model(name, full_check=True)
    running = session(name)
    for batch in (1, 5):
        images = expected["input"][:batch].numpy()
        for head in ("main", "aux1", "aux2"):
            prefix = "" if head == "main" else head + "_"
            logits, probabilities = running.run([prefix + "logits", prefix + "probabilities"], {"input": images})
            require(f"{variant} onnx {head} of {batch}", logits, expected[head][:batch].numpy())
            softmax = torch.softmax(expected[head][:batch].double(), dim=1).numpy()
            assert np.abs(probabilities - softmax).max() < CLOSE


def check_bytes(variant):
    """The graph that takes bytes is the one that does not, behind the steps that the metadata say."""
    name = f"{FOLDER}/{variant}-bytes.onnx"
    onnx.checker.check_model(name, full_check=True)
    steps = {step["step"]: step for step in json.loads(
        {entry.key: entry.value for entry in onnx.load(name).metadata_props}["googlenet.preprocessing"])}
    image = np.random.default_rng(1).integers(0, 256, (2, 227, 230, 3), dtype=np.uint8)
    crop = steps["centreCrop"]
    top, left = round((227 - crop["height"]) / 2), round((230 - crop["width"]) / 2)
    values = image[:, top:top + crop["height"], left:left + crop["width"]].astype(np.float32)
    if steps["channels"]["order"] == "bgr":
        values = values[..., ::-1]
    values = (values - np.float32(steps["subtract"]["values"])) / np.float32(steps["divide"]["values"])
    maps = np.ascontiguousarray(values.transpose(0, 3, 1, 2))
    found = session(name).run(["logits"], {"image": image})[0]
    expected = session(f"{FOLDER}/{variant}.onnx").run(["logits"], {"input": maps})[0]
    scale = max(1.0, float(np.abs(expected).max()))
    require(f"{variant} onnx of bytes", found / scale, expected / scale)


def check_torchvision(expected):
    model = googlenet(num_classes=7, transform_input=False, init_weights=False)
    model.load_state_dict(load_file(f"{FOLDER}/batchnorm.safetensors"))
    model.eval()
    with torch.no_grad():
        require("torchvision", model(expected["input"]).numpy(), expected["main"].numpy())
    with safe_open(f"{FOLDER}/batchnorm.safetensors", "pt") as file:
        assert json.loads(file.metadata()["googlenet.classNames"]) == list("abcdefg")


def check_card():
    from huggingface_hub import ModelCard

    card = ModelCard.load(f"{FOLDER}/MODEL_CARD.md")
    assert card.data.license == "apache-2.0" and card.data.pipeline_tag == "image-classification"
    results = card.data.eval_results
    assert [(one.metric_type, one.metric_value) for one in results] == [
        ("accuracy", 0.657), ("top_5_accuracy", 0.9), ("accuracy", 0.5)], results
    print("model card:", card.data.model_name, [one.metric_value for one in results])


for each in ("plain", "lrn", "batchnorm"):
    goal = load_file(f"{FOLDER}/{each}.expected")
    check_onnx(each, goal)
    check_bytes(each)
    own = load_file(f"{FOLDER}/{each}.safetensors")
    assert ("conv1_W" in own) == (each != "batchnorm")
check_torchvision(load_file(f"{FOLDER}/batchnorm.expected"))
check_card()
