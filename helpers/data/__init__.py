"""The course's data sets, and where they come from."""

from helpers.data.errors import DamagedDataError, DataError, DownloadError, NoFolderError
from helpers.data.loading import (
    DATASETS,
    Origin,
    StandInWarning,
    fetch,
    files_of,
    load_digits,
    load_fashion_mnist,
    load_mnist,
    locate,
    read,
)

__all__ = [
    "DATASETS",
    "DamagedDataError",
    "DataError",
    "DownloadError",
    "NoFolderError",
    "Origin",
    "StandInWarning",
    "fetch",
    "files_of",
    "load_digits",
    "load_fashion_mnist",
    "load_mnist",
    "locate",
    "read",
]
