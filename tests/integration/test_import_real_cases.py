"""Files as people really have them, dropped into the shop's bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.dropped_files import counts, drop, person
from tests.support.shop import Shop

CASES = Path(__file__).parents[3] / "shared/cases/imports"


@pytest.mark.skipif(not CASES.exists(), reason="the files are not beside the repository")
def test_ids_rounded_by_a_spreadsheet_are_ignored(shop: Shop) -> None:
    job = drop(shop, "shop.csv", (CASES / "01-scientific-ids.csv").read_bytes())
    assert (counts(job), job["result"]["warnings"]) == ({"rows": 6, "created": 6}, {"damaged_id": 6})
    found = [person(shop, "email", f"sci{number}@example.com") for number in range(6)]
    assert [one["attributes"]["first_name"] for one in found] == [f"N{number}" for number in range(6)]
    assert len({one["id"] for one in found}) == 6
    assert shop.status("user_id", "7.01235E+12") == 404
