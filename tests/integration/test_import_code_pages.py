"""Files in code pages of other regions, through a whole import: read, and reported as a guess."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from crm.domain.delimited import detection
from crm.services.imports import detect_format
from tests.support.dropped_files import counts, drop, person
from tests.support.shop import Shop

POLISH = "email;imię;city\nann@example.com;Żaneta;Łódź\nbob@example.com;Paweł;Gdańsk\n"
JAPANESE = "email|名前|city\nann@example.com|山田太郎|東京都表示区\nbob@example.com|佐藤花子|大阪市能勢町\n"
PLAIN = "".join(f"p{number}@example.com;Ann;Rome\n" for number in range(40))


def problems_of(job: dict[str, Any]) -> tuple[str, dict[str, int]]:
    return job["result"]["dialect"]["encoding"], job["result"]["warnings"]


@pytest.mark.parametrize("page", ["cp1250", "iso8859-2", "cp852", "mac-latin2"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_in_polish_code_pages_is_imported(shop: Shop, page: str, packed: bool) -> None:
    content = POLISH.encode(page)
    job = drop(shop, "people.csv", gzip.compress(content) if packed else content)
    assert counts(job) == {"rows": 2, "created": 2}
    assert problems_of(job) == (page, {"encoding_guessed": 1})
    known = person(shop, "email", "ann@example.com")["attributes"]
    assert (known["first_name"], known["city"]) == ("Żaneta", "Łódź")


@pytest.mark.parametrize("delimiter", ["|", ";"])
@pytest.mark.parametrize("page", ["cp932", "euc_jp", "iso2022_jp"])
def test_a_file_in_japanese_code_pages_is_imported(shop: Shop, page: str, delimiter: str) -> None:
    job = drop(shop, "people.csv", JAPANESE.replace("|", delimiter).encode(page))
    assert counts(job) == {"rows": 2, "created": 2}
    assert problems_of(job) == (page, {"encoding_guessed": 1})
    assert person(shop, "email", "ann@example.com")["attributes"]["city"] == "東京都表示区"


@pytest.fixture
def short_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (detect_format, detection):
        monkeypatch.setattr(module, "SAMPLE", 300)


@pytest.mark.usefixtures("short_sample")
def test_words_of_the_whole_file_decide_the_code_page(shop: Shop) -> None:
    """The first rows fit any code page, and `city` fits the one that they suggest."""
    rows = POLISH.splitlines()[1:]
    content = f"email;first name;city\nzoe@example.com;Ján;Wien\n{PLAIN}" + "\n".join(rows)
    job = drop(shop, "people.csv", content.encode("cp852"))
    assert counts(job) == {"rows": 43, "created": 43}
    assert problems_of(job) == ("cp852", {"encoding_guessed": 1})
    assert person(shop, "email", "zoe@example.com")["attributes"]["first_name"] == "Ján"
    assert person(shop, "email", "bob@example.com")["attributes"]["city"] == "Gdańsk"


@pytest.mark.usefixtures("short_sample")
def test_the_header_is_read_in_the_code_page_of_the_whole_file(shop: Shop) -> None:
    header = "email;first name;city;Größe\n"
    rows = PLAIN.replace("Rome", "Rome;38")
    content = (header + rows + "late@example.com;Jérôme;Besançon;40\nx@example.com;Hélène;Nîmes;40\n").encode(
        "mac-roman"
    )
    job = drop(shop, "people.csv", content)
    assert problems_of(job)[0] == "mac-roman"
    assert [column["column"] for column in job["result"]["columns"]][3] == "Größe"
    assert person(shop, "email", "x@example.com")["attributes"]["city"] == "Nîmes"


@pytest.mark.usefixtures("short_sample")
def test_unicode_after_an_ascii_sample_is_detected(shop: Shop) -> None:
    job = drop(shop, "people.csv", f"email;first name;city\n{PLAIN}x@example.com;Zoë;Köln\n")
    assert problems_of(job) == ("utf-8", {})


@pytest.mark.usefixtures("short_sample")
def test_a_code_page_that_would_split_rows_differently_is_refused(shop: Shop) -> None:
    rows = (PLAIN * 3).replace(";", "|") + JAPANESE.split("\n", 1)[1]
    job = drop(shop, "people.csv", f"email|first name|city\n{rows}".encode("cp932"))
    assert job["error"]["code"] == "unknown_encoding"
    assert "cp932" in job["error"]["message"]


def test_the_encoding_of_the_mapping_is_used(shop: Shop) -> None:
    assert shop.ask("POST", "import-mappings", {"name": "old", "encoding": "IBM500"}).status == 201
    job = drop(shop, "old/people.csv", "email,city\nann@example.com,Köln\n".encode("cp500"))
    assert problems_of(job) == ("cp500", {})
    assert person(shop, "email", "ann@example.com")["attributes"]["city"] == "Köln"
