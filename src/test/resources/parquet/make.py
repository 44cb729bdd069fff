#!/usr/bin/env python3
"""Writes the Parquet files of this folder: the same twelve pictures by pyarrow in each way that it has, and by datasets.

    pip install pyarrow==26.0.1 datasets==5.2.0 pillow==13.0.0
    python make.py

rows.txt has what a reader must find: label, class name and the image's SHA-256, a line for each row. Row 7 of nulls.parquet
has no image, row 8 no bytes in it, row 9 no label.
"""

import hashlib
import io
import pathlib
import sys
import tempfile

import numpy
import pyarrow
import pyarrow.parquet
from PIL import Image

FOLDER = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
NAMES = ["cat", "dog", "tench, Tinca tinca"]
ROWS = 12


def picture(row):
    pixels = numpy.random.default_rng(row).integers(0, 255, (3 + row % 4, 5, 3)).astype("uint8")
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "PNG" if row % 3 else "JPEG")
    return out.getvalue()


IMAGES = [picture(row) for row in range(ROWS)]
LABELS = [row * 2 % 3 for row in range(ROWS)]
STRUCT = pyarrow.struct({"bytes": pyarrow.binary(), "path": pyarrow.string()})


def table(images=None, labels=None):
    images = images or [{"bytes": image, "path": f"{row}.jpg"} for row, image in enumerate(IMAGES)]
    return pyarrow.table({"image": pyarrow.array(images, STRUCT), "label": pyarrow.array(labels or LABELS, pyarrow.int64())})


def plain():
    schema = pyarrow.schema(
        [
            pyarrow.field("id", pyarrow.string(), nullable=False),
            pyarrow.field("jpg", pyarrow.binary(), nullable=False),
            pyarrow.field("cls", pyarrow.string(), nullable=False),
        ]
    )
    ids = [f"photos/{row}.v1.png" for row in range(ROWS)]
    return pyarrow.table([ids, IMAGES, [NAMES[label] for label in LABELS]], schema)


def write(name, rows, **options):
    pyarrow.parquet.write_table(rows, FOLDER / f"{name}.parquet", **options)


def by_datasets():
    import datasets

    datasets.disable_progress_bars()
    features = datasets.Features({"image": datasets.Image(), "label": datasets.ClassLabel(names=NAMES)})
    rows = {"image": [{"bytes": image, "path": None} for image in IMAGES], "label": LABELS}
    datasets.Dataset.from_dict(rows, features=features).to_parquet(FOLDER / "datasets.parquet")


def main():
    for codec in ["none", "snappy", "gzip", "zstd"]:
        for version in ["1.0", "2.0"]:
            write(f"{codec}-pages-{version[0]}", table(), compression=codec, data_page_version=version, row_group_size=5)
    write("one-row-groups", table(), row_group_size=1)
    write("without-dictionary", table(), use_dictionary=False)
    write("page-index", table(), write_page_index=True, write_batch_size=2, data_page_size=1, use_dictionary=False)
    write("checksums", table(), write_page_checksum=True, row_group_size=7)
    lengths = {"image.bytes": "DELTA_LENGTH_BYTE_ARRAY", "label": "DELTA_BINARY_PACKED"}
    write("delta-lengths", table(), use_dictionary=False, column_encoding=lengths)
    write("delta-texts", table(), use_dictionary=False, column_encoding={"image.bytes": "DELTA_BYTE_ARRAY"})
    write("plain-columns", plain())
    images = [{"bytes": image, "path": None} for image in IMAGES]
    images[7], images[8] = None, {"bytes": None, "path": "8.jpg"}
    write("nulls", table(images, LABELS[:9] + [None] + LABELS[10:]))
    write("lz4", table(), compression="lz4")
    by_datasets()
    lines = [f"{label} {NAMES[label]} {hashlib.sha256(image).hexdigest()}" for label, image in zip(LABELS, IMAGES)]
    (FOLDER / "rows.txt").write_text("\n".join(lines) + "\n")


main()
