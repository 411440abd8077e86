"""Recognise files that are not text or not a table by their content; each kind has its own message."""

import re

from crm.domain.delimited.file_error import FileError

SPREADSHEET, NOT_TEXT, NOT_A_TABLE = "spreadsheet", "not_text", "not_a_table"

_SAVE_AS = "open it in the program it comes from and save it as CSV (UTF-8)"
_PARTS_OF_SPREADSHEETS = (b"[Content_Types].xml", b"opendocument.spreadsheet", b"xl/")
_KINDS = (
    (b"\xd0\xcf\x11\xe0", SPREADSHEET, f"the file is an Excel workbook (XLS), not CSV: {_SAVE_AS}"),
    (b"PK\x05\x06", NOT_TEXT, "the file is an empty zip archive, not text"),
    (
        b"PK\x03\x04",
        NOT_TEXT,
        "the file is a zip archive, not text: unpack it, or compress the content with gzip",
    ),
    (b"\x1f\x8b", NOT_TEXT, "the file is a gzip archive: its name must end in .gz"),
    (b"%PDF", NOT_TEXT, "the file is a PDF document, not text"),
    (b"\x89PNG", NOT_TEXT, "the file is an image, not text"),
    (b"GIF8", NOT_TEXT, "the file is an image, not text"),
    (b"\xff\xd8\xff", NOT_TEXT, "the file is an image, not text"),
    (b"7z\xbc\xaf", NOT_TEXT, "the file is a 7z archive, not text: unpack it"),
    (b"Rar!", NOT_TEXT, "the file is a RAR archive, not text: unpack it"),
    (b"BZh", NOT_TEXT, "the file is a bzip2 archive, not text: unpack it, or compress the content with gzip"),
    (
        b"\xfd7zXZ",
        NOT_TEXT,
        "the file is an xz archive, not text: unpack it, or compress the content with gzip",
    ),
    (
        b"\x28\xb5\x2f\xfd",
        NOT_TEXT,
        "the file is a zstd archive, not text: unpack it, or compress the content with gzip",
    ),
    (b"PAR1", NOT_TEXT, "the file is a Parquet file, not text: export it as CSV"),
    (b"SQLite format 3", NOT_TEXT, "the file is a database, not text: export its table as CSV"),
    (b"{\\rtf", NOT_TEXT, "the file is a document (RTF), not a table: save it as CSV"),
)
_MARKUP = re.compile(rb"\s*<(?:!doctype|html|\?xml|table|workbook|svg)\b", re.IGNORECASE)
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*(?:"[^"]*"\s*:|\})')


def reject_other_formats(start: bytes) -> None:
    """Raise FileError if a file that begins like this is of another kind than text in rows and columns."""
    if start.startswith(b"PK\x03\x04") and any(part in start for part in _PARTS_OF_SPREADSHEETS):
        raise FileError(SPREADSHEET, f"the file is a workbook (XLSX or ODS), not CSV: {_SAVE_AS}")
    for magic, code, message in _KINDS:
        if start.startswith(magic):
            raise FileError(code, message)
    if _MARKUP.match(start):
        raise FileError(NOT_A_TABLE, f"the file is HTML or XML, not CSV: {_SAVE_AS}")
    if _JSON.match(start):
        raise FileError(NOT_A_TABLE, "the file is JSON, not CSV: rows of text with a header are expected")
