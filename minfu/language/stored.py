"""Models as files: plain numbers after a header in JSON, read as they lie there, so that all processes share one copy in memory.

Never pickled: a file can hold wrong numbers, it cannot run anything.
"""

import hashlib
import json
import os
import struct
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from minfu.kernel.errors import Refused
from minfu.language import grams
from minfu.language.calibration import Calibration
from minfu.language.category import CategoryModel
from minfu.language.known import Known
from minfu.language.second_look import SecondLook

_MAGIC = b"minfu-category-3\n"
_LENGTH = struct.Struct("<Q")
_DIGEST, _ALIGNED, _MOST_HEADER = 32, 64, 10_000_000
_KINDS = {"<f2", "<f8", "<i4", "<u8"}


class BrokenModel(Refused):
    """The file is no model, or not all of one."""


def save(model: CategoryModel, path: Path) -> None:
    """Write a model; whoever reads meanwhile has the old file or the new one."""
    arrays = _arrays(model)
    entries, at = {}, 0
    for name, array in arrays.items():
        entries[name] = {"kind": array.dtype.str, "shape": array.shape, "at": at}
        at += -(-array.nbytes // _ALIGNED) * _ALIGNED
    header = {
        "labels": model.labels,
        "counts": model.counts,
        "power": model.power,
        "sharpness": model.calibration.sharpness,
        "second_sharpness": model.second.sharpness,
        "about": model.about,
        "arrays": entries,
    }
    told = json.dumps(header, ensure_ascii=False).encode()
    begin = len(_MAGIC) + _LENGTH.size + len(told)
    told += b" " * (-begin % _ALIGNED)
    body = b"".join(array.tobytes() + bytes(-array.nbytes % _ALIGNED) for array in arrays.values())
    written = _MAGIC + _LENGTH.pack(len(told)) + told + body
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with beside.open("wb") as file:
        file.write(written + hashlib.sha256(written).digest())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _arrays(model: CategoryModel) -> dict[str, NDArray[Any]]:
    named: dict[str, NDArray[Any]] = {"table": model.table, "second": model.second.weights}
    for at, known in enumerate(model.known):
        named |= {f"words{at}": known.words, f"rows{at}": known.rows}
    curve = model.calibration
    named |= {"leads": curve.leads, "right": curve.right, "targets": curve.targets, "needed": curve.needed}
    return {name: np.ascontiguousarray(array, array.dtype.newbyteorder("<")) for name, array in named.items()}


def load(path: Path) -> CategoryModel:
    """Read a model without copying its numbers; ``BrokenModel`` for a file that is none, or was damaged."""
    try:
        data = np.memmap(path, np.uint8, "r")
        return _read(data, path)
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise BrokenModel(f"{path.name}: {error}") from error


def about(path: Path) -> dict[str, Any]:
    """Return what a model says of itself, without reading its numbers; ``BrokenModel`` for a file that is none."""
    try:
        with path.open("rb") as file:
            start = file.read(_START)
            return dict(json.loads(file.read(_header_length(start)))["about"])
    except (OSError, ValueError, KeyError, TypeError, struct.error) as error:
        raise BrokenModel(f"{path.name}: {error}") from error


_START = len(_MAGIC) + _LENGTH.size


def _header_length(start: bytes) -> int:
    """Return how long the header is that follows a model's first bytes."""
    if start[: len(_MAGIC)] != _MAGIC:
        raise ValueError("not a model")
    (length,) = _LENGTH.unpack(start[len(_MAGIC) :])
    if length > _MOST_HEADER:
        raise ValueError("not a model")
    return int(length)


def _read(data: NDArray[np.uint8], path: Path) -> CategoryModel:
    start, length = _START, _header_length(bytes(data[:_START]))
    if hashlib.sha256(data[:-_DIGEST].data).digest() != bytes(data[-_DIGEST:]):
        raise ValueError("damaged")
    header = json.loads(bytes(data[start : start + length]))
    found = {name: _array(path, start + length, entry) for name, entry in header["arrays"].items()}
    knows = tuple(Known(found[f"words{at}"], found[f"rows{at}"]) for at in range(len(header["counts"])))
    table = found["table"]
    size = len(header["labels"])
    if (
        table.shape[1] != size + 1
        or found["second"].shape != (size * len(knows) + 1, size)
        or not all(one.fits(bits, len(table)) for one, bits in zip(knows, grams.BITS, strict=False))
    ):
        raise ValueError("its parts do not fit together")
    curve = Calibration(
        header["sharpness"], *(np.array(found[name]) for name in ("leads", "right", "targets", "needed"))
    )
    return CategoryModel(
        tuple(header["labels"]),
        knows,
        table,
        tuple(header["counts"]),
        header["power"],
        SecondLook(np.array(found["second"]), header["second_sharpness"]),
        curve,
        header["about"],
    )


def _array(path: Path, begin: int, entry: dict[str, Any]) -> NDArray[Any]:
    if entry["kind"] not in _KINDS:
        raise ValueError("unknown kind of numbers")
    return np.memmap(path, entry["kind"], "r", begin + entry["at"], tuple(entry["shape"])).view(np.ndarray)
