"""`make drop` shows an import until it ends, and gives up with the reason if it makes no progress."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import chain, repeat
from typing import Any

import pytest

from infra.local import drop

FAILURE = {
    "code": "unexpected",
    "message": "KeyError in read (part 0 of check)",
    "at": "2026-11-21T10:00:00Z",
}


def seen(state: str = "running", done: int = 0, failure: dict[str, str] | None = None) -> dict[str, Any]:
    progress = {"done": done, "total": 3}
    return {
        "id": "i-1",
        "state": state,
        "progress": progress,
        "counts": {"rows": done},
        "last_failure": failure,
    }


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds of all sleeps."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    monkeypatch.setattr(time, "monotonic", lambda: sum(slept))
    return slept


def look_at(*looks: dict[str, Any] | None) -> Iterator[dict[str, Any] | None]:
    return chain(looks, repeat(looks[-1]))


def test_an_import_is_watched_to_its_end(clock: list[float], capsys: pytest.CaptureFixture[str]) -> None:
    looks = look_at(
        None, seen(), seen(done=1, failure=FAILURE), seen(done=2, failure=FAILURE), seen("done", 3)
    )
    assert drop.watch(looks.__next__)["state"] == "done"
    assert capsys.readouterr().out.splitlines() == [
        "  running   0 of 3 parts  0 rows",
        "  running   1 of 3 parts  1 rows",
        "  an attempt failed and will be retried: unexpected: KeyError in read (part 0 of check)",
        "  running   2 of 3 parts  2 rows",
        "  done      3 of 3 parts  3 rows",
    ]


@pytest.mark.parametrize(
    ("last", "after_s", "reason"),
    [
        (None, 60, "No import has started"),
        (seen(), 960, "makes no progress. It may continue"),
        (seen(failure=FAILURE), 60, "unexpected: KeyError in read"),
    ],
)
def test_the_command_fails_if_the_import_makes_no_progress(
    clock: list[float], last: dict[str, Any] | None, after_s: int, reason: str
) -> None:
    with pytest.raises(drop.StalledImportError, match=reason):
        drop.watch(look_at(last).__next__)
    assert after_s < sum(clock) < after_s + 2


def test_the_result_lists_columns_reasons_and_warnings() -> None:
    report = {
        "columns": [{"column": "E-Mail", "target": {"to": "identity", "name": "email"}}],
        "reasons": {"invalid_email": 1},
        "warnings": {"encoding_guessed": 2},
        "duplicate_of": None,
    }
    found = {"error": None, "report": report, "report_file": {"url": "https://files/rejected.csv"}}
    assert drop.result_of(found).splitlines() == [
        "  E-Mail -> identity email",
        "  1 x invalid_email",
        "  2 x encoding_guessed",
        "Rejected rows (correct them and drop the file again): https://files/rejected.csv",
    ]
