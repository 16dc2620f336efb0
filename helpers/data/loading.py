"""Load the course's data sets: from a folder, from Keras' cache, from the net, or as built-in stand-ins."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from helpers.data import arrays as four_arrays
from helpers.data.arrays import Arrays
from helpers.data.digits import read_digits
from helpers.data.download import download, keras_cache
from helpers.data.errors import DamagedDataError, DownloadError, NoFolderError
from helpers.data.files import find, read_files
from helpers.data.known import IMAGE_SETS, ImageSet
from helpers.data.stand_ins import stand_in, stand_in_path

DATASETS = (*IMAGE_SETS, "digits")
# The folder `data` beside `helpers`: there a course that was unpacked from a zip may bring its data along.
BESIDE = Path(__file__).resolve().parents[2] / "data"


class StandInWarning(UserWarning):
    """A load returned the built-in stand-in, because the real data are not available."""


@dataclass(frozen=True)
class Origin:
    """Where a data set comes from.

    dataset: "fashion_mnist", "mnist" or "digits". kind: "folder" (named by COURSE_DATA, or `data`
    in the course's own folder), "cache" (Keras'), "download" (into that cache, by this process), "stand-in",
    or "package" (the digits in scikit-learn).
    place: the folder or file, or the package's name. real: whether these are the published images.
    """

    dataset: str
    kind: Literal["folder", "cache", "download", "stand-in", "package"]
    place: str
    real: bool

    @cached_property
    def digest(self) -> str:
        """The sha256 of the arrays that this process reads for the data set. Makes a stand-in if need be."""
        return four_arrays.digest(read(self.dataset)[0])


# What this process has read, by data set and by the value of COURSE_DATA.
_kept: dict[tuple[str, str], tuple[Arrays, Origin]] = {}
_warned: set[str] = set()
# One try per process: a class without a network must not wait at every load.
_network_failed = False


def load_fashion_mnist() -> Arrays:
    """Load Fashion-MNIST as Keras does: (x_train, y_train), (x_test, y_test).

    Images uint8 (60000, 28, 28) and (10000, 28, 28), 0 black to 255 white; labels uint8 (60000,) and
    (10000,), 0 to 9. Each call returns arrays of its own. Warns with StandInWarning, once, if it has to use
    the stand-in. Raises NoFolderError if COURSE_DATA names a folder that is missing, and
    DamagedDataError if that folder or the course's own holds damaged files.
    """
    return _copy(_load("fashion_mnist"))


def load_mnist() -> Arrays:
    """Load MNIST's handwritten digits as Keras does; everything else is as in load_fashion_mnist."""
    return _copy(_load("mnist"))


def load_digits() -> Arrays:
    """Load scikit-learn's 8×8 handwritten digits: (x_train, y_train), (x_test, y_test).

    Images float64 (1437, 8, 8) and (360, 8, 8), 0 to 16; labels int64 (1437,) and (360,), 0 to 9. The
    division is always the same, with equal shares of each digit. np.concatenate joins the parts to all 1,797.
    """
    return _copy(read("digits")[0])


def locate(dataset: str) -> Origin:
    """Tell what `read` returns in this process. Downloads nothing, makes no stand-in, never warns.

    Raises ValueError for an unknown name, NoFolderError or DamagedDataError as load_fashion_mnist does.
    """
    if dataset == "digits":
        return Origin("digits", "package", "scikit-learn", real=True)
    image_set = _image_set(dataset)
    kept = _kept.get(_key(image_set)) or _keep_found(image_set)
    return kept[1] if kept else _stand_in_origin(image_set)


def read(dataset: str) -> tuple[Arrays, Origin]:
    """Return what this process loaded last, or what it finds without a network, and where that comes from.

    Never downloads and never warns. The arrays are shared by all callers and cannot be written to: copy them
    before changing them. Raises as locate does.
    """
    if dataset == "digits":
        key = ("digits", "")
        if key not in _kept:
            _kept[key] = (_locked(read_digits()), locate("digits"))
        return _kept[key]
    image_set = _image_set(dataset)
    return _kept.get(_key(image_set)) or _keep_found(image_set) or _keep_stand_in(image_set)


def files_of(dataset: str) -> list[Path]:
    """The files that hold a data set, none for a stand-in or scikit-learn's digits. Raises as locate does."""
    origin = locate(dataset)
    if origin.kind in ("stand-in", "package"):
        return []
    place = Path(origin.place)
    return [place] if place.is_file() else find(_image_set(dataset), place)


def fetch(dataset: str) -> Origin:
    """Download a data set if this machine does not have it, with a progress bar, and tell where it is.

    Raises DownloadError, and otherwise as locate does.
    """
    origin = locate(dataset)
    if origin.kind != "stand-in":
        return origin
    return _keep_download(_image_set(dataset))[1]


def _load(dataset: str) -> Arrays:
    image_set = _image_set(dataset)
    kept = _kept.get(_key(image_set))
    if kept is None or kept[1].kind == "stand-in":
        # A stand-in from an earlier load gives way as soon as the real data are available.
        kept = _keep_found(image_set) or _try_download(image_set) or kept or _keep_stand_in(image_set)
    if kept[1].kind == "stand-in" and dataset not in _warned:
        _warned.add(dataset)
        warnings.warn(
            f"These images are a stand-in for {image_set.title}, made by the course: accuracies and marks "
            "can differ from those with the real images. To get the real ones, connect to the internet, "
            "restart the kernel and run this again, or set COURSE_DATA to a folder that holds them.",
            StandInWarning,
            stacklevel=3,
        )
    return kept[0]


def _keep_found(image_set: ImageSet) -> tuple[Arrays, Origin] | None:
    found = _in_named_folder(image_set) or _in_folder(image_set, BESIDE) or _in_cache(image_set, "cache")
    return _keep(image_set, *found) if found else None


def _in_named_folder(image_set: ImageSet) -> tuple[Arrays, Origin] | None:
    named = os.environ.get("COURSE_DATA")
    if not named:
        return None
    folder = Path(named)
    if not folder.is_dir():
        raise NoFolderError(
            f"COURSE_DATA names the folder {named}, which does not exist. Correct it, or unset it."
        )
    return _in_folder(image_set, folder)


def _in_folder(image_set: ImageSet, folder: Path) -> tuple[Arrays, Origin] | None:
    paths = find(image_set, folder)
    if not paths:
        return None
    arrays = read_files(paths)
    digest = four_arrays.digest(arrays)
    # MNIST and Fashion-MNIST use the same file names: without a sub-folder only the content tells them apart.
    if any(digest == other.digest for other in IMAGE_SETS.values() if other != image_set):
        return None
    place = paths[0] if len(paths) == 1 else paths[0].parent
    return arrays, Origin(image_set.name, "folder", str(place), real=digest == image_set.digest)


def _in_cache(image_set: ImageSet, kind: Literal["cache", "download"]) -> tuple[Arrays, Origin] | None:
    folder = keras_cache() / image_set.cache
    paths = [folder / name for name in image_set.files]
    if not all(path.is_file() for path in paths):
        return None
    try:
        arrays = read_files(paths)
    except DamagedDataError:
        return None
    # Whatever else lies there under these names is damaged: the next download replaces it.
    if four_arrays.digest(arrays) != image_set.digest:
        return None
    place = paths[0] if len(paths) == 1 else folder
    return arrays, Origin(image_set.name, kind, str(place), real=True)


def _try_download(image_set: ImageSet) -> tuple[Arrays, Origin] | None:
    global _network_failed
    if _network_failed:
        return None
    try:
        return _keep_download(image_set)
    except DownloadError:
        _network_failed = True
        return None


def _keep_download(image_set: ImageSet) -> tuple[Arrays, Origin]:
    download(image_set)
    found = _in_cache(image_set, "download")
    if found is None:
        raise DownloadError(f"{image_set.title} was downloaded to {keras_cache()}, but cannot be read there.")
    return _keep(image_set, *found)


def _keep_stand_in(image_set: ImageSet) -> tuple[Arrays, Origin]:
    return _keep(image_set, stand_in(image_set), _stand_in_origin(image_set))


def _stand_in_origin(image_set: ImageSet) -> Origin:
    return Origin(image_set.name, "stand-in", str(stand_in_path(image_set)), real=False)


def _keep(image_set: ImageSet, arrays: Arrays, origin: Origin) -> tuple[Arrays, Origin]:
    _kept[_key(image_set)] = (_locked(arrays), origin)
    return _kept[_key(image_set)]


def _key(image_set: ImageSet) -> tuple[str, str]:
    return image_set.name, os.environ.get("COURSE_DATA", "")


def _image_set(dataset: str) -> ImageSet:
    if dataset not in IMAGE_SETS:
        raise ValueError(f"There is no data set {dataset!r}. Choose one of: {', '.join(DATASETS)}.")
    return IMAGE_SETS[dataset]


def _locked(arrays: Arrays) -> Arrays:
    for split in arrays:
        for array in split:
            array.flags.writeable = False
    return arrays


def _copy(arrays: Arrays) -> Arrays:
    (x_train, y_train), (x_test, y_test) = arrays
    return (x_train.copy(), y_train.copy()), (x_test.copy(), y_test.copy())
