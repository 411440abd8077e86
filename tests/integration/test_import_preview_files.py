"""Previews of files of any encoding, size and content, and of files in the bucket."""

import base64
import gzip
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from crm.api.models.import_previews import Preview
from crm.domain.delimited.text_source import SAMPLE
from crm.storage import bucket as files
from tests.support.gateway import Client
from tests.support.import_previews import GERMAN, PATH, PreviewFile, codes
from tests.support.thoroughness import part_of, some_of

pytestmark = pytest.mark.usefixtures("bucket")

SCOPES = ("profiles:import", "definitions:read", "definitions:write")

WORDS = "E-mail|Birthday|consent:email|tags|total|date|Größe|ada@example.com|canary|01/02/2026|1e999|sep=;\n"
PIECES = [
    *(word.encode() for word in WORDS.split("|")),
    *(bytes([byte]) for byte in b",;\t|\"'\n\r \x00\xff"),
    *(b"\r\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xd8\x00", b"\x1f\x8b"),
]


ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252")


@pytest.mark.parametrize(
    ("pack", "encoding"), some_of(list(product((bytes, gzip.compress), ENCODINGS)), one_in=3)
)
def test_encoding_and_compression_make_no_difference(
    preview: PreviewFile, encoding: str, pack: Callable[[bytes], bytes]
) -> None:
    shown = preview(pack(GERMAN.encode(encoding))).body
    assert shown["rows"] == preview(GERMAN).body["rows"]


def test_a_file_of_the_bucket_is_previewed(preview: PreviewFile) -> None:
    files.write("imports/Messe 2026/gäste.csv", GERMAN.encode())
    shown = preview(key="imports/Messe 2026/gäste.csv").body
    assert shown["file"] == {
        "key": "imports/Messe 2026/gäste.csv",
        "name": "gäste.csv",
        "size": len(GERMAN.encode()),
    }
    assert shown["mapping"]["name"] == "messe-2026"
    assert "unknown_mapping" in codes(shown)
    assert shown["rows"] == preview(GERMAN).body["rows"]


def test_the_mapping_of_the_folder_is_used(preview: PreviewFile, client: Client, key: str) -> None:
    client("POST", "/v1/import-mappings", {"name": "fair", "tags": ["Fair"]}, key=key)
    files.write("imports/fair/a.csv", b"E-mail\nada@example.com\n")
    (row,) = preview(key="imports/fair/a.csv").body["rows"]
    assert row["tags"] == ["Fair"]


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_only_the_beginning_of_a_large_file_is_read(
    preview: PreviewFile, pack: Callable[[bytes], bytes]
) -> None:
    row = b"ada%d@example.com,Ada,%s\n"
    content = b"E-mail,First name,About\n" + b"".join(
        row % (n, bytes([97 + n % 26]) * 900) for n in range(1000)
    )
    files.write("imports/large.csv", pack(content))
    shown = preview(key="imports/large.csv").body
    assert (len(shown["rows"]), shown["rows_rejected"]) == (20, 0)
    assert SAMPLE // 1000 < shown["rows_read"] < SAMPLE // 900
    assert "beginning_only" in [problem["code"] for problem in shown["problems"]]
    beginning = preview(content[:SAMPLE]).body
    assert (beginning["rows"], beginning["rows_read"]) == (shown["rows"], shown["rows_read"])
    assert beginning["file"]["size"] is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\n\n\n", "empty_file"),
        (b"PK\x03\x04" + b"\x00" * 26 + b"xl/workbook.xml" + b"\x00" * 500, "spreadsheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), "spreadsheet"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 4, "not_text"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "not_text"),
        (b"\x1f\x8bnot gzip at all", "broken_gzip"),
        (gzip.compress(b"E-mail\nada@example.com\n" * 100, mtime=0)[:-9], "broken_gzip"),
        (b",".join(b"c%d" % n for n in range(1001)) + b"\n", "too_many_columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_its_reason(
    preview: PreviewFile, content: bytes, code: str
) -> None:
    answer = preview(content)
    assert (answer.status, answer.body["code"]) == (400, code)


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        [],
        {"key": "imports/a.csv", "content": ""},
        {"key": None, "content": None},
        {"content": "not base64!"},
        {"content": "QUI"},
        {"content": "QUJD\x00"},
        {"content": "ÄÖ=="},
        {"content": "\ud800"},
        {"content": 5},
        {"content": "", "name": "\ud800"},
        {"content": "RQ==", "mapping": "nobody"},
        {"content": "RQ==", "mapping": 5},
        {"content": "RQ==", "mapping": []},
        {"content": "RQ==", "mapping": {"columns": "all"}},
        {"content": "RQ==", "mapping": {"columns": [{"column": "E", "to": "attribute", "name": "nothing"}]}},
        {"content": "RQ==", "mapping": {"name": "Not A Slug"}},
        {"content": "RQ==", "mapping": {"skip_lines": 10**100}},
        {"content": "RQ==", "mapping": {"encoding": "ebcdic"}},
        {"content": "RQ==", "surprise": 1},
    ],
)
def test_invalid_requests_are_refused(client: Client, key: str, body: Any) -> None:
    answer = client("POST", PATH, body, key=key)
    assert answer.status == 400
    assert set(answer.body) == {"code", "message", "details"}


def test_random_files_and_mappings_are_previewed_without_logging_content(
    client: Client, key: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    contents = st.lists(st.sampled_from(PIECES) | st.binary(max_size=6), max_size=40).map(b"".join)
    mappings = st.sampled_from(
        [
            None,
            {"skip_lines": 3},
            {"header": False},
            {"quote": ""},
            {"encoding": "utf-16-le"},
            {"delimiter": ";"},
            {"other_columns": "ignore"},
            {"conflict": "newer"},
            {"kind": "events", "event_name": "Seen"},
            {"columns": [{"column": 1, "to": "identity", "name": "email"}, {"column": 2, "to": "tags"}]},
        ]
    )
    capsys.readouterr()

    @examples(
        max_examples=part_of(150, least=5),
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(contents, mappings)
    def answered(content: bytes, mapping: Any) -> None:
        body = {"content": base64.b64encode(content).decode(), "mapping": mapping}
        answer = client("POST", PATH, body, key=key)
        assert answer.status in {200, 400}
        if answer.status == 200:
            Preview.model_validate(answer.body)

    answered()
    assert "canary" not in capsys.readouterr().out
