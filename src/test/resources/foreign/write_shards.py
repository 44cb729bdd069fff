#!/usr/bin/env python3
"""Writes small shards by the libraries that others write theirs with.

    write_shards.py FOLDER            WebDataset tars and TFRecord files, for scripts/formats-test
    write_shards.py FOLDER --fixture  one of each, the TFRecord by TensorFlow itself: the files of this folder
"""
import hashlib
import io
import json
import pathlib
import sys

import numpy
from PIL import Image

CLASSES = ["n01440764", "n01443537", "n01484850"]
TEXTS = ["tench, Tinca tinca", "goldfish, Carassius auratus", "great white shark"]


def picture(number, kind="JPEG"):
    """The same few pixels for the same number, as an encoded image."""
    values = numpy.random.RandomState(number).randint(0, 255, (6, 6, 3), numpy.uint8)
    out = io.BytesIO()
    Image.fromarray(values, "RGB").resize((40, 30), Image.BICUBIC).save(out, kind)
    return out.getvalue()


def samples(first, last):
    for i in range(first, last):
        yield "%s/%s_%d" % (CLASSES[i % 3], CLASSES[i % 3], i), i % 3, picture(i)


def webdataset(path, records, label):
    """label: gives the fields of a class."""
    import webdataset as wds

    path.parent.mkdir(parents=True, exist_ok=True)
    with wds.TarWriter(str(path)) as sink:
        for key, number, image in records:
            sink.write({"__key__": key, "jpg": image, **label(number)})


def features(key, number, image):
    """As build_imagenet_data.py of TensorFlow's models has them, as far as they matter here."""
    return {
        "image/height": (30, "int"),
        "image/colorspace": (b"RGB", "byte"),
        "image/class/label": (number + 1, "int"),
        "image/class/synset": (CLASSES[number].encode(), "byte"),
        "image/class/text": (TEXTS[number].encode(), "byte"),
        "image/format": (b"JPEG", "byte"),
        "image/filename": (key.rpartition("/")[2].encode() + b".JPEG", "byte"),
        "image/encoded": (image, "byte"),
    }


def tfrecord(path, records):
    import tfrecord as writer

    path.parent.mkdir(parents=True, exist_ok=True)
    out = writer.TFRecordWriter(str(path))
    for record in records:
        out.write(features(*record))
    out.close()


def tensorflow(path, records):
    import tensorflow as tf

    def feature(value, kind):
        if kind == "int":
            return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))

    with tf.io.TFRecordWriter(str(path)) as out:
        for record in records:
            named = {name: feature(*value) for name, value in features(*record).items()}
            example = tf.train.Example(features=tf.train.Features(feature=named))
            out.write(example.SerializeToString())


def note(folder, records):
    """What is in the shards, for those who read them."""
    lines = ["%s\t%d\t%s" % (k, n, hashlib.sha256(i).hexdigest()) for k, n, i in records]
    (folder / "records.tsv").write_text("\n".join(lines) + "\n")


def main():
    folder = pathlib.Path(sys.argv[1])
    if sys.argv[2:] == ["--fixture"]:
        webdataset(folder / "webdataset.tar", samples(0, 6), lambda number: {"cls": number})
        tensorflow(folder / "imagenet.tfrecord", samples(0, 6))
        note(folder, samples(0, 6))
        return
    by_name = lambda number: {"json": json.dumps({"label": CLASSES[number]}).encode()}
    for shard in range(3):
        part = (10 * shard, 10 * shard + 10)
        webdataset(folder / "numbers" / ("train-%06d.tar" % shard), samples(*part), lambda n: {"cls": n})
        webdataset(folder / "names" / ("train-%06d.tar.gz" % shard), samples(*part), by_name)
        tfrecord(folder / "tfrecord" / ("train-%05d-of-00003" % shard), samples(*part))


if __name__ == "__main__":
    main()
