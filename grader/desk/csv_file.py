"""CSV files of others: read in any common encoding and delimiter, and written back as they were."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import CourseError

MOST_BYTES = 20_000_000
DELIMITERS = (",", ";", "\t")
BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# A spreadsheet computes what begins like this, full-width forms included.
FORMULA = re.compile(r"[\s\0]*[=+\-@＝＋－＠]|[\t\r\n]")
# The same behind what another spreadsheet takes for the end of a cell. What does harm holds a call or a pipe.
INNER = re.compile(r"([,;\t] {0,9})(?=[=@＝＠][^,;\t]*[(|!]|[+\-＋－][^,;\s(]*[(|!])")
MARKED_INNER = re.compile(INNER.pattern.replace("(?=", "'(?="))
NUMBER = re.compile(r"[+-]?[\d.,]+ ?%?|-+")
# Excel writes its delimiter into a first line of its own.
EXCELS_DELIMITER = re.compile(r"sep=([,;\t])\r?\n")


@dataclass
class Cell:
    """One cell. raw: as the file has it, quotes included."""

    raw: str

    @property
    def text(self) -> str:
        """What it says, without the mark that keeps a formula from running."""
        text = self.raw.strip(" ") if self.is_quoted else self.raw
        if self.is_quoted:
            text = text[1:-1].replace('""', '"')
        text = MARKED_INNER.sub(r"\1", text)
        return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text

    @property
    def is_quoted(self) -> bool:
        """Whether it is in quotes."""
        stripped = self.raw.strip(" ")
        return len(stripped) > 1 and stripped[0] == stripped[-1] == '"'


@dataclass
class CsvFile:
    """A table and how its file writes it.

    rows: with the header first, none of them empty. start: what comes before it, such as Excel's `sep=;`.
    numbers: of the rows, as a spreadsheet counts them.
    """

    path: Path
    rows: list[list[Cell]]
    delimiter: str = ","
    newline: str = "\r\n"
    encoding: str = "utf-8"
    mark: bytes = b""
    start: str = ""
    ends_with_newline: bool = True
    numbers: Sequence[int] = ()

    @property
    def header(self) -> list[str]:
        """The texts of the first row."""
        return [cell.text for cell in self.rows[0]]

    def content(self) -> bytes:
        """The file, in which no text of a cell runs as a formula."""
        for row in self.rows:
            for number, cell in enumerate(row):
                text = cell.text
                if _harmless(text, self.delimiter) != text:
                    row[number] = written(text, self.delimiter)
        lines = [self.delimiter.join(cell.raw for cell in row) for row in self.rows]
        text = self.start + self.newline.join(lines) + (self.newline if self.ends_with_newline else "")
        try:
            return self.mark + text.encode(self.encoding)
        except UnicodeEncodeError:
            # An old encoding has no letters for what was filled in.
            return codecs.BOM_UTF8 + text.encode("utf-8")


def written(text: str, delimiter: str = ",") -> Cell:
    """A cell that says a text, and that no spreadsheet takes for a formula."""
    text = _harmless(text, delimiter)
    if any(each in text for each in (delimiter, '"', "\n", "\r")) or text != text.strip():
        text = '"' + text.replace('"', '""') + '"'
    return Cell(text)


def _harmless(text: str, delimiter: str) -> str:
    """A text with a mark before each formula, also one that begins where others end a cell."""
    if FORMULA.match(text) and not NUMBER.fullmatch(text.strip()):
        text = f"'{text}"
    return INNER.sub(lambda found: found[0] if found[0][0] == delimiter else f"{found[0]}'", text)


def read_csv(path: Path) -> CsvFile:
    """Read a table with a header. Raises CourseError."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise CourseError(f"{path} is larger than {MOST_BYTES // 1_000_000} MB: it is not such a table.")
        content = path.read_bytes()
    except OSError as error:
        raise CourseError(f"{path} cannot be read: {error.strerror}.") from None
    mark, encoding, text = _decoded(path, content)
    start = ""
    if found := EXCELS_DELIMITER.match(text):
        start, text = found[0], text[found.end() :]
        delimiter = found[1]
    else:
        delimiter = max(DELIMITERS, key=lambda each: _columns(path, text, each))
    numbered = list(_rows(path, text, delimiter))
    rows, numbers = [row for _, row in numbered], [number for number, _ in numbered]
    if len(rows) < 2:
        raise CourseError(f"{path} has no rows below its header.")
    newline = "\r\n" if "\r\n" in text else "\n" if "\n" in text else "\r"
    return CsvFile(
        path, rows, delimiter, newline, encoding, mark, start, text.endswith(("\n", "\r")), numbers
    )


def _decoded(path: Path, content: bytes) -> tuple[bytes, str, str]:
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark):
            try:
                return mark, encoding, content[len(mark) :].decode(encoding)
            except UnicodeDecodeError:
                raise CourseError(f"{path} is damaged or ends early. Download it again.") from None
    if path.suffix.lower() == ".zip":
        raise CourseError(f"{path} is a zip, not a CSV file. Give the CSV file by itself.")
    if content.startswith((b"PK", b"\xd0\xcf\x11\xe0")):
        raise CourseError(f"{path} is a spreadsheet, not a CSV file. Save it as CSV.")
    utf_16 = "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    encoding = utf_16 if b"\0" in content else "utf-8"
    for each in (encoding, "cp1252", "latin-1"):
        try:
            text = content.decode(each)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return b"", each, text
    raise CourseError(f"{path} is not a text file. Save it as CSV.")


def _columns(path: Path, text: str, delimiter: str) -> int:
    """How many columns the header has with a delimiter; a name in it may have several lines."""
    try:
        return len(next(_rows(path, text, delimiter), (1, []))[1])
    except CourseError:
        return 0


def _rows(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[Cell]]]:
    """The rows of a text with their numbers, empty ones left out. Raises CourseError."""
    cell = re.compile(
        rf' *"(?:[^"]|"")*" *(?={re.escape(delimiter)}|\r|\n|\Z)|[^{re.escape(delimiter)}\r\n]*', re.DOTALL
    )
    row: list[Cell] = []
    place, number = 0, 1
    while place < len(text):
        found = cell.match(text, place)
        assert found is not None, "the second form fits anything"
        if found[0].startswith('"') and not Cell(found[0]).is_quoted:
            raise CourseError(
                f"{path}, row {number}: a quote is not closed, or text follows it. Was the file cut "
                "off? Download it again."
            )
        row.append(Cell(found[0]))
        place = found.end()
        if text[place : place + 1] == delimiter:
            place += 1
            if place < len(text):
                continue
            row.append(Cell(""))
        place += 2 if text[place : place + 2] == "\r\n" else 1
        if any(each.raw.strip() for each in row):
            yield number, row
        number += 1
        row = []
