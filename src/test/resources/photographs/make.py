"""Makes these photographs from those of scikit-image: python make.py"""

import pathlib

import skimage.data
from PIL import Image

HERE = pathlib.Path(__file__).parent

for name in ("astronaut", "chelsea", "coffee", "rocket"):
    photograph = Image.fromarray(getattr(skimage.data, name)())
    photograph.save(HERE / (name + ".jpg"), quality=92)
