"""Times the input benchmark's peers on JPEG files: opencv-python, Pillow and torchvision, each with one thread.

    PYTHON scripts/peers/input_libraries.py FOLDER

Says first, as one JSON object, which version of each library there is (null for none). Then it answers each line on
stdin, as `opencv inception`, with the CPU seconds that it took to do that once with every file of the folder:

- `decode`: to 8-bit colour pixels.
- `inception`: also a random part of 8 to 100% of the area at an aspect ratio of 3/4 to 4/3, resized to 224 x 224,
  mirrored half of the time, and normalised to a float32 array [3, 224, 224]; what this project's `inception` does.

`scripts/bench input --peer PYTHON` calls it; requirements-input.txt has the versions.
"""

import io
import json
import math
import pathlib
import random
import sys
import time

import numpy

SIDE = 224
MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], numpy.float32)
SCALE = 1 / (255 * DEVIATION)
SHIFT = -MEAN / DEVIATION


def random_part(width, height):
    for _ in range(10):
        area = width * height * random.uniform(0.08, 1)
        stretch = math.exp(random.uniform(math.log(3 / 4), math.log(4 / 3)) / 2)
        w, h = round(math.sqrt(area) * stretch), round(math.sqrt(area) / stretch)
        if 0 < w <= width and 0 < h <= height:
            return random.randint(0, width - w), random.randint(0, height - h), w, h
    side = min(width, height)
    return (width - side) // 2, (height - side) // 2, side, side


class OpenCv:
    def __init__(self):
        import cv2

        cv2.setNumThreads(1)
        self.cv2, self.version = cv2, cv2.__version__

    def decode(self, data):
        return self.cv2.imdecode(numpy.frombuffer(data, numpy.uint8), self.cv2.IMREAD_COLOR)

    def inception(self, data):
        image = self.decode(data)
        x, y, w, h = random_part(image.shape[1], image.shape[0])
        shrinks = w >= SIDE and h >= SIDE
        how = self.cv2.INTER_AREA if shrinks else self.cv2.INTER_LINEAR
        part = self.cv2.resize(image[y : y + h, x : x + w], (SIDE, SIDE), interpolation=how)
        if random.random() < 0.5:
            part = self.cv2.flip(part, 1)
        pixels = numpy.empty((3, SIDE, SIDE), numpy.float32)
        for channel in range(3):
            self.cv2.multiply(part[:, :, 2 - channel], float(SCALE[channel]), pixels[channel], dtype=self.cv2.CV_32F)
            pixels[channel] += SHIFT[channel]
        return pixels


class Pillow:
    def __init__(self):
        import PIL
        from PIL import Image

        self.image, self.version = Image, PIL.__version__

    def decode(self, data):
        return self.image.open(io.BytesIO(data)).convert("RGB")

    def inception(self, data):
        image = self.decode(data)
        x, y, w, h = random_part(*image.size)
        part = image.resize((SIDE, SIDE), self.image.Resampling.BILINEAR, box=(x, y, x + w, y + h))
        if random.random() < 0.5:
            part = part.transpose(self.image.Transpose.FLIP_LEFT_RIGHT)
        pixels = numpy.asarray(part, numpy.float32).transpose(2, 0, 1) * SCALE[:, None, None]
        return pixels + SHIFT[:, None, None]


class TorchVision:
    def __init__(self):
        import torch
        import torchvision
        from torchvision.transforms import v2

        torch.set_num_threads(1)
        self.torch, self.io, self.version = torch, torchvision.io, torchvision.__version__
        self.transform = v2.Compose(
            [
                v2.RandomResizedCrop(SIDE, antialias=True),
                v2.RandomHorizontalFlip(),
                v2.ToDtype(torch.float32, scale=True),
                v2.Normalize(MEAN.tolist(), DEVIATION.tolist()),
            ]
        )

    def decode(self, data):
        encoded = self.torch.frombuffer(bytearray(data), dtype=self.torch.uint8)
        return self.io.decode_jpeg(encoded, mode=self.io.ImageReadMode.RGB)

    def inception(self, data):
        return self.transform(self.decode(data))


def library(kind):
    try:
        return kind()
    except ImportError as missing:
        print(f"{kind.__name__}: {missing}", file=sys.stderr)
        return None


def main():
    files = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).glob("*.jpg"))]
    kinds = {"opencv": OpenCv, "pillow": Pillow, "torchvision": TorchVision}
    libraries = {name: library(kind) for name, kind in kinds.items()}
    print(json.dumps({name: each and each.version for name, each in libraries.items()}), flush=True)
    for line in sys.stdin:
        name, figure = line.split()
        work = getattr(libraries[name], figure)
        random.seed(1)
        start = time.process_time()
        for data in files:
            work(data)
        print(time.process_time() - start, flush=True)


if __name__ == "__main__":
    main()
