"""Makes the small files of weights beside this script, by the libraries that others write them with.

Needs torch, numpy and safetensors; `python make_small.py` in this folder. The value at index i (in C order)
of each tensor is i / 4 - 1, which every type holds exactly.
"""
import io
import os
import pickle
import zipfile

import torch
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
torch.save({"state_dict": weights, "epoch": 300, "big": 1 << 40}, "checkpoint.pth", pickle_protocol=4)
torch.save(weights, "legacy.pth", _use_new_zipfile_serialization=False)
repacked("small.pth", "big_endian.pth", {"byteorder": b"big"})


class Evil:
    def __reduce__(self):
        return os.system, ("touch /tmp/googlenet-was-here",)


repacked("small.pth", "evil.pth", {"data.pkl": pickle.dumps({"f32": Evil()}, 2)})
torch.save({"f32": ramp(2), "network": torch.nn.Linear(2, 2)}, "network.pth")
