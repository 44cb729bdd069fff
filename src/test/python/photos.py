"""Makes folders of photos, one for each class, of the records of a shard: photos.py SHARD FOLDER NUMBER."""

import os
import sys
import tarfile

# T-shirts, trousers, bags: easy to tell apart.
CLASSES = {"0": "shirt", "1": "trousers", "8": "bag"}


def main(shard, folder, number):
    images = {}
    written = 0
    with tarfile.open(shard) as tar:
        for entry in tar:
            key, extension = os.path.basename(entry.name).rsplit(".", 1)
            content = tar.extractfile(entry).read()
            if extension != "cls":
                images[key] = (extension, content)
                continue
            kind = CLASSES.get(content.decode().strip())
            if kind and written < number:
                extension, image = images.pop(key)
                os.makedirs(os.path.join(folder, kind), exist_ok=True)
                with open(os.path.join(folder, kind, key + "." + extension), "wb") as out:
                    out.write(image)
                written += 1


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
