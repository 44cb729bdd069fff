"""Makes BVLC's GoogLeNet in Caffe's files, with what OpenCV computes of it.

    python make_bvlc.py FOLDER [pattern]

Needs numpy, protobuf, safetensors and an opencv-python-headless 4, whose dnn module reads Caffe. Makes bvlc.caffemodel and
bvlc-old.caffemodel, in both formats of layers, and bvlc.prototxt. bvlc-expected.safetensors has an image, and the logits and
some stages for it; not with `pattern`, see by_name.py.
"""
import sys

import numpy as np
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from safetensors.numpy import save_file

from by_name import CLASSES, SIDE, images, values

BLOCKS = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


class Bvlc:
    """BVLC's deploy.prototxt with its auxiliary heads, line by line, and the shapes of its weights."""

    def __init__(self):
        self.lines = ["name: 'bvlc'", "input: 'data'", "input_shape { dim: 1 dim: 3 dim: %d dim: %d }" % (SIDE, SIDE)]
        self.shapes = {}
        self.channels = {"data": 3}
        for step in [self.stem, self.blocks]:
            step()
        self.head("loss3", "pool5/7x7_s1", 1024)

    def layer(self, name, kind, bottoms, rest, top=None):
        shown = " ".join("bottom: '%s'" % bottom for bottom in bottoms)
        self.lines.append("layer { name: '%s' type: '%s' %s top: '%s' %s }" % (name, kind, shown, top or name, rest))
        return top or name

    def convolution(self, name, bottom, channels, kernel, stride=1, pad=0):
        self.shapes[name] = [(channels, self.channels[bottom], kernel, kernel), (channels,)]
        rest = "convolution_param { num_output: %d kernel_size: %d stride: %d pad: %d }"
        self.layer(name, "Convolution", [bottom], rest % (channels, kernel, stride, pad))
        self.layer(name + "/relu", "ReLU", [name], "", name)
        self.channels[name] = channels
        return name

    def pool(self, name, bottom, kind, kernel, stride, pad=0):
        rest = "pooling_param { pool: %s kernel_size: %d stride: %d pad: %d }" % (kind, kernel, stride, pad)
        self.channels[name] = self.channels[bottom]
        return self.layer(name, "Pooling", [bottom], rest)

    def norm(self, name, bottom):
        self.channels[name] = self.channels[bottom]
        return self.layer(name, "LRN", [bottom], "lrn_param { local_size: 5 alpha: 0.0001 beta: 0.75 }")

    def stem(self):
        at = self.convolution("conv1/7x7_s2", "data", 64, 7, 2, 3)
        at = self.norm("pool1/norm1", self.pool("pool1/3x3_s2", at, "MAX", 3, 2))
        at = self.convolution("conv2/3x3_reduce", at, 64, 1)
        at = self.norm("conv2/norm2", self.convolution("conv2/3x3", at, 192, 3, 1, 1))
        self.at = self.pool("pool2/3x3_s2", at, "MAX", 3, 2)

    def blocks(self):
        for name, (one, reduce3, three, reduce5, five, project) in BLOCKS.items():
            at, block = self.at, "inception_" + name + "/"
            ends = [self.convolution(block + "1x1", at, one, 1)]
            reduced = self.convolution(block + "3x3_reduce", at, reduce3, 1)
            ends.append(self.convolution(block + "3x3", reduced, three, 3, 1, 1))
            reduced = self.convolution(block + "5x5_reduce", at, reduce5, 1)
            ends.append(self.convolution(block + "5x5", reduced, five, 5, 1, 2))
            pooled = self.pool(block + "pool", at, "MAX", 3, 1, 1)
            ends.append(self.convolution(block + "pool_proj", pooled, project, 1))
            self.at = self.layer(block + "output", "Concat", ends, "")
            self.channels[self.at] = sum(self.channels[end] for end in ends)
            if name == "4a":
                self.auxiliary("loss1")
            elif name == "4d":
                self.auxiliary("loss2")
            elif name == "3b":
                self.at = self.pool("pool3/3x3_s2", self.at, "MAX", 3, 2)
            elif name == "4e":
                self.at = self.pool("pool4/3x3_s2", self.at, "MAX", 3, 2)
        self.at = self.pool("pool5/7x7_s1", self.at, "AVE", 7, 1)

    def auxiliary(self, name):
        at = self.convolution(name + "/conv", self.pool(name + "/ave_pool", self.at, "AVE", 5, 3), 128, 1)
        self.shapes[name + "/fc"] = [(1024, 128 * 4 * 4), (1024,)]
        at = self.layer(name + "/fc", "InnerProduct", [at], "inner_product_param { num_output: 1024 }")
        self.layer(name + "/relu_fc", "ReLU", [at], "", at)
        self.head(name, at, 1024)

    def head(self, name, bottom, features):
        self.shapes[name + "/classifier"] = [(CLASSES, features), (CLASSES,)]
        self.layer(name + "/classifier", "InnerProduct", [bottom], "inner_product_param { num_output: %d }" % CLASSES)


def caffe_messages():
    """The few messages of caffe.proto that weights are in, with their numbers there."""
    file = descriptor_pb2.FileDescriptorProto(name="caffe_small.proto", package="caffe_small", syntax="proto2")
    field = descriptor_pb2.FieldDescriptorProto

    def message(name, *fields):
        made = file.message_type.add(name=name)
        for label, number, kind, called in fields:
            each = made.field.add(name=called, number=number, label=label)
            if isinstance(kind, str):
                each.type, each.type_name = field.TYPE_MESSAGE, ".caffe_small." + kind
            else:
                each.type = kind
            if kind in (field.TYPE_FLOAT, field.TYPE_INT64):
                each.options.packed = label == field.LABEL_REPEATED

    one, many = field.LABEL_OPTIONAL, field.LABEL_REPEATED
    message("BlobShape", (many, 1, field.TYPE_INT64, "dim"))
    message(
        "BlobProto",
        *[(one, i + 1, field.TYPE_INT32, name) for i, name in enumerate(["num", "channels", "height", "width"])],
        (many, 5, field.TYPE_FLOAT, "data"),
        (one, 7, "BlobShape", "shape"),
    )
    message("LayerParameter", (one, 1, field.TYPE_STRING, "name"), (one, 2, field.TYPE_STRING, "type"), (many, 7, "BlobProto", "blobs"))
    message("V1LayerParameter", (one, 4, field.TYPE_STRING, "name"), (one, 5, field.TYPE_INT32, "type"), (many, 6, "BlobProto", "blobs"))
    message(
        "NetParameter",
        (one, 1, field.TYPE_STRING, "name"),
        (many, 2, "V1LayerParameter", "layers"),
        (many, 100, "LayerParameter", "layer"),
    )
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("caffe_small.NetParameter"))


def make(folder, pattern):
    bvlc = Bvlc()
    with open(folder + "/bvlc.prototxt", "w") as out:
        out.write("\n".join(bvlc.lines) + "\n")
    network_class = caffe_messages()
    new, old = network_class(name="bvlc"), network_class(name="bvlc")
    for name, shapes in bvlc.shapes.items():
        dense = len(shapes[0]) == 2
        layer = new.layer.add(name=name, type="InnerProduct" if dense else "Convolution")
        layer_v1 = old.layers.add(name=name, type=14 if dense else 4)
        for index, shape in enumerate(shapes):
            data = values("%s[%d]" % (name, index), shape, pattern).ravel().tolist()
            blob = layer.blobs.add(data=data)
            blob.shape.dim.extend(shape)
            four = (1,) * (4 - len(shape)) + shape
            layer_v1.blobs.add(data=data, num=four[0], channels=four[1], height=four[2], width=four[3])
    for network, name in [(new, "bvlc"), (old, "bvlc-old")]:
        with open("%s/%s.caffemodel" % (folder, name), "wb") as out:
            out.write(network.SerializeToString())
    if pattern:
        return
    import cv2

    computed = {}
    for name in ["bvlc", "bvlc-old"]:
        net = cv2.dnn.readNetFromCaffe(folder + "/bvlc.prototxt", "%s/%s.caffemodel" % (folder, name))
        x = images(1, 100)
        net.setInput(x)
        wanted = {
            "logits.main": "loss3/classifier",
            "logits.aux1": "loss1/classifier",
            "logits.aux2": "loss2/classifier",
            "stage.n2": "conv2/norm2",
            "stage.3a": "inception_3a/output",
            "stage.4a": "inception_4a/output",
            "stage.4e": "inception_4e/output",
            "stage.5b": "inception_5b/output",
        }
        outputs = net.forward(list(wanted.values()))
        now = {key: output.copy() for key, output in zip(wanted, outputs)}
        assert all(np.array_equal(computed.get(key, now[key]), now[key]) for key in now)
        computed.update(now)
    save_file({"input": x, **computed}, folder + "/bvlc-expected.safetensors")


if __name__ == "__main__":
    make(sys.argv[1], sys.argv[2:] == ["pattern"])
