"""Makes the small files of weights beside this script, by the libraries that others write them with.

Needs torch, numpy, safetensors, onnx and protobuf; `python make_small.py` in this folder. The value at index i (in C order)
of each tensor is i / 4 - 1, which every type holds exactly. small.onnx is a GoogLeNet of one channel,
with whole numbers that no layer needs.
"""
import os
import pickle
import zipfile

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from safetensors.torch import save_file


def ramp(*shape, dtype=torch.float32):
    count = 1
    for dimension in shape:
        count *= dimension
    return (torch.arange(count, dtype=torch.float64) / 4 - 1).reshape(shape).to(dtype)


def repacked(source, target, change):
    """Copies a zip with other contents for some names."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            new.writestr(info.filename, change.get(info.filename.split("/", 1)[1], old.read(info)))


save_file(
    {
        "f32": ramp(2, 3),
        "f16": ramp(3, dtype=torch.float16),
        "bf16": ramp(2, 1, 2, dtype=torch.bfloat16),
        "f64": ramp(2, 2, dtype=torch.float64),
        "i64": torch.tensor([1, 2]),
        "scalar": ramp(),
        "empty": torch.zeros(0, 3),
    },
    "small.safetensors",
    {"licence": "none needed", "a": "b"},
)

base = torch.cat([torch.full((5,), 99.0), ramp(3, 4).reshape(-1)])
weights = {
    "f32": ramp(2, 3),
    "transposed": ramp(3, 2).t().contiguous().t(),
    "offset": base[5:].reshape(3, 4),
    "column": torch.stack([ramp(4), ramp(4) + 7], 1)[:, 0],
    "f16": ramp(3, dtype=torch.float16),
    "bf16": ramp(2, 1, 2, dtype=torch.bfloat16),
    "f64": ramp(2, 2, dtype=torch.float64),
    "i64": torch.tensor(3),
    "parameter": torch.nn.Parameter(ramp(2, 2)),
    "scalar": ramp(),
}
torch.save(weights, "small.pth")
nested = {"module." + name: tensor for name, tensor in weights.items()}
torch.save({"model": nested, "epoch": 3, "rate": 0.1, "best": None, "flags": [True, (1, 2, 3)]}, "nested.pth")
checkpoint = {"best": torch.tensor(70.0), "state_dict": weights, "epoch": 300, "big": 1 << 40}
torch.save(checkpoint, "checkpoint.pth", pickle_protocol=4)
torch.save(weights, "legacy.pth", _use_new_zipfile_serialization=False)
repacked("small.pth", "big_endian.pth", {"byteorder": b"big"})


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/googlenet-was-here",)


repacked("small.pth", "evil.pth", {"data.pkl": pickle.dumps({"f32": Evil()}, 2)})
torch.save({"f32": ramp(2), "network": torch.nn.Linear(2, 2)}, "network.pth")


class Graph:
    """The nodes of a GoogLeNet whose maps have one channel, half of its normalisations folded."""

    def __init__(self):
        self.nodes, self.weights = [], []

    def add(self, op, *inputs, **attributes):
        output = "t%d" % len(self.nodes)
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def weight(self, *shape):
        self.weights.append(numpy_helper.from_array(ramp(*shape).numpy(), "w%d" % len(self.weights)))
        return self.weights[-1].name

    def half(self, *shape):
        """A weight of half precision whose bits are in int32_data and not in raw_data."""
        values = ramp(*shape).flatten().tolist()
        self.weights.append(helper.make_tensor("w%d" % len(self.weights), TensorProto.FLOAT16, shape, values))
        return self.weights[-1].name

    def convolution(self, x, channels, kernel):
        x = self.add("Conv", x, self.weight(1, channels, kernel, kernel), kernel_shape=[kernel, kernel])
        if len(self.nodes) % 2:
            x = self.add("BatchNormalization", x, *[self.weight(1) for _ in range(4)], epsilon=0.001)
        return self.add("Relu", x)

    def block(self, x, channels):
        ends = [self.convolution(x, channels, 1)]
        ends += [self.convolution(self.convolution(x, channels, 1), 1, 3) for _ in range(2)]
        ends.append(self.convolution(self.add("MaxPool", x, kernel_shape=[3, 3]), channels, 1))
        return self.add("Concat", *ends, axis=1)

    def network(self):
        x = self.convolution("input", 3, 7)
        x = self.convolution(self.convolution(x, 1, 1), 1, 3)
        for index in range(9):
            x = self.block(x, 4 if index else 1)
            if index == 2:
                first = self.convolution(self.add("AveragePool", x, kernel_shape=[5, 5]), 4, 1)
                first = self.add("Gemm", self.add("Flatten", first), self.weight(2, 1), self.weight(2), transB=1)
                first = self.add("Add", self.add("MatMul", first, self.weight(2, 2)), self.weight(2))
        main = self.add("Gemm", self.add("Flatten", x), self.weight(2, 4), self.half(2), transB=1)
        self.weights.append(helper.make_tensor("shape", TensorProto.INT64, [1], [2]))
        self.add("ConstantOfShape", "shape", value=helper.make_tensor("none", TensorProto.INT64, [1], [7]))
        return main, first


graph = Graph()
outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in graph.network()]
image = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", 3, 65, 65])
onnx.save(helper.make_model(helper.make_graph(graph.nodes, "small", [image], outputs, graph.weights)), "small.onnx")

from make_bvlc import caffe_messages  # noqa: E402

network = caffe_messages()(name="small")
for index, shape in enumerate([(2, 1, 3, 3), (2,)]):
    blob = (network.layer or [network.layer.add(name="conv1/7x7_s2")])[0].blobs.add(data=ramp(*shape).flatten().tolist())
    blob.shape.dim.extend(shape)
    four = (1,) * (4 - len(shape)) + shape
    old = (network.layers or [network.layers.add(name="loss3/classifier")])[0]
    old.blobs.add(data=blob.data, num=four[0], channels=four[1], height=four[2], width=four[3])
with open("small.caffemodel", "wb") as out:
    out.write(network.SerializeToString())
