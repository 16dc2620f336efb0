"""What can be wrong with data, each thing said in one line."""

from __future__ import annotations


class DataError(Exception):
    """Something is wrong with a data set; the message says what, where, and what to do."""

    def _render_traceback_(self) -> list[str]:
        # IPython shows these lines in place of a stack trace, which would tell a student nothing.
        return [str(self)]


class NoFolderError(DataError):
    """COURSE_DATA names a folder that does not exist."""


class DamagedDataError(DataError):
    """A file is not what its name promises."""


class DownloadError(DataError):
    """A data set could not be downloaded."""
