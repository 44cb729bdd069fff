"""Makes a torchvision googlenet in the files of other programs, with what it computes.

    python make_torchvision.py FOLDER [pattern]

Needs torch, torchvision, safetensors, onnx and onnxscript. Makes torchvision.pth, .safetensors, and -*.onnx by both exporters,
with batch normalisations folded and not. torchvision-expected.safetensors has images, and the logits and some stages for them;
not with `pattern`, see by_name.py.
"""
import sys

import torch
import torchvision
from safetensors.torch import save_file

from by_name import CLASSES, SIDE, images, values

torch.set_num_threads(1)


def make(folder, pattern):
    network = torchvision.models.googlenet(weights=None, init_weights=False, num_classes=CLASSES, aux_logits=True)
    state = network.state_dict()
    for name, tensor in state.items():
        if tensor.is_floating_point():
            tensor.copy_(torch.from_numpy(values(name, tuple(tensor.shape), pattern)))
    network.eval()
    torch.save(state, folder + "/torchvision.pth")
    save_file(state, folder + "/torchvision.safetensors")
    example = torch.zeros(1, 3, SIDE, SIDE)
    torch.onnx.export(network, example, folder + "/torchvision-folded.onnx", dynamo=False)
    torch.onnx.export(
        network,
        example,
        folder + "/torchvision-unfolded.onnx",
        dynamo=False,
        do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE,
    )
    torch.onnx.export(network, (example,), folder + "/torchvision-dynamo.onnx", dynamo=True, external_data=False)
    if pattern:
        return
    stages = {}
    for stage in ["conv1", "conv3", "inception3a", "inception4a", "inception4e", "inception5b"]:
        getattr(network, stage).register_forward_hook(
            lambda module, given, result, stage=stage: stages.update({"stage." + stage[-2:]: result.contiguous()})
        )
    x = torch.from_numpy(images(2, 1))
    with torch.no_grad():
        stages["logits.main"] = network(x)
        stages["logits.aux1"] = network.aux1(stages["stage.4a"])
        maps = stages["stage.4a"]
        for block in [network.inception4b, network.inception4c, network.inception4d]:
            maps = block(maps)
        stages["logits.aux2"] = network.aux2(maps)
    save_file({"input": x, **stages}, folder + "/torchvision-expected.safetensors")


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2:] == ["pattern"])
