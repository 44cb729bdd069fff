"""Makes images.zip, photographs of several kinds, and expected.zip, what torchvision, Pillow and OpenCV make of them.

Usage: make.py, with Python 3.11, torch 2.15, torchvision 0.29.2, Pillow 12.3, opencv-python-headless 5.0 and numpy. (Pillow 13.0 resizes
some images along columns first and then along rows: two results have other bytes then, by 1.) The photographs are those of
../photographs. expected.zip has expected.tsv, a line per result: what was done, the side, the image, and the SHA-256 of the
bytes, [height, width, red-green-blue] or [10, height, width, red-green-blue]; and a file per image and preset with the normalised
tensor at every 14th pixel from the 7th, [3, 16, 16] floats, big endian.
"""

import hashlib
import io
import pathlib
import zipfile

import cv2
import numpy as np
import torch
from PIL import Image, ImageOps
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.transforms import functional as F

HERE = pathlib.Path(__file__).parent
STAMP = (1980, 1, 1, 0, 0, 0)
torch.set_num_threads(1)
cv2.setNumThreads(1)


def photograph(name):
    return Image.open(HERE.parent / "photographs" / f"{name}.jpg").convert("RGB")


def encoded(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def images():
    chelsea, coffee, rocket, astronaut = map(photograph, ("chelsea", "coffee", "rocket", "astronaut"))
    turned = Image.Exif()
    turned[0x0112] = 6
    opacity = Image.linear_gradient("L").resize((200, 150))
    with_alpha = astronaut.crop((150, 20, 350, 170))
    with_alpha.putalpha(opacity)
    return {
        "landscape.jpg": encoded(chelsea, "JPEG", quality=85),
        "portrait.jpg": encoded(rocket.crop((200, 0, 483, 427)), "JPEG", quality=80, progressive=True),
        "square.jpg": encoded(astronaut, "JPEG", quality=75),
        "turned.jpg": encoded(coffee, "JPEG", quality=60, exif=turned.tobytes()),
        "grey.jpg": encoded(rocket.convert("L"), "JPEG", quality=75),
        "cmyk.jpg": encoded(coffee.resize((300, 200)).convert("CMYK"), "JPEG", quality=75),
        "odd.png": encoded(chelsea.crop((60, 20, 60 + 259, 20 + 181)), "PNG"),
        "tall.png": encoded(coffee.crop((250, 60, 250 + 113, 60 + 300)), "PNG"),
        "small.png": encoded(astronaut.crop((170, 60, 270, 135)), "PNG"),
        "alpha.png": encoded(with_alpha, "PNG"),
        "grey.png": encoded(chelsea.convert("L").crop((100, 30, 401, 270)), "PNG"),
        "palette.png": encoded(rocket.quantize(64), "PNG"),
    }


def opened(data):
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def by_torchvision(resize, side):
    return transforms.Compose([transforms.Resize(resize, InterpolationMode.BILINEAR, antialias=True), transforms.CenterCrop(side)])


def by_caffe(resize, side):
    """convert_imageset with --resize_width and --resize_height, then the centre crop of Caffe's data transformer."""
    margin = (resize - side) // 2

    def cut(image):
        bgr = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])
        warped = cv2.resize(bgr, (resize, resize), interpolation=cv2.INTER_LINEAR)
        return warped[margin : margin + side, margin : margin + side]

    return cut


def normalised(image, mean, deviation):
    tensor = F.normalize(F.to_tensor(image), mean, deviation)
    return tensor.numpy()


def main():
    pictures = images()
    lines, files = [], {}

    def result(what, side, name, pixels):
        lines.append(f"{what}\t{side}\t{name}\t{hashlib.sha256(np.ascontiguousarray(pixels).tobytes()).hexdigest()}")

    def sampled(preset, name, tensor):
        files[f"{preset}/{name}"] = tensor[:, 7::14, 7::14].astype(">f4").tobytes()

    for name, data in pictures.items():
        image = opened(data)
        for resize, side in ((256, 224), (74, 65), (342, 299)):
            result("torchvision", side, name, np.asarray(by_torchvision(resize, side)(image)))
        crop = by_torchvision(256, 224)(image)
        sampled("torchvision", name, normalised(crop, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
        sampled("inception", name, normalised(crop, [0.5] * 3, [0.5] * 3))
        bgr = by_caffe(256, 224)(image)
        result("caffe", 224, name, bgr[:, :, ::-1])
        sampled("caffe", name, (bgr.astype(np.float32) - np.array([104, 117, 123], np.float32)).transpose(2, 0, 1))
        resized = transforms.Resize(256, antialias=True)(image)
        result("ten crops", 224, name, np.stack([np.asarray(each) for each in F.ten_crop(resized, 224)]))
        width, height = image.size
        part = (height // 5, width // 7, height // 2, 3 * width // 5)
        result("part", 224, name, np.asarray(F.resized_crop(image, *part, [224, 224], InterpolationMode.BILINEAR, antialias=True)))

    files["expected.tsv"] = ("\n".join(lines) + "\n").encode()
    for archive, content in (("images.zip", pictures), ("expected.zip", files)):
        with zipfile.ZipFile(HERE / archive, "w") as out:
            for name, data in content.items():
                out.writestr(zipfile.ZipInfo(name, STAMP), data, zipfile.ZIP_DEFLATED)


main()
