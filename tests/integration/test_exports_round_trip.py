"""An export that is imported again, as it was or as a program saves it, changes no customer."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.domain.exports.columns import own_columns
from tests.support.dropped_files import counts, drop
from tests.support.exporting_shop import ExportingShop, numbers
from tests.support.thoroughness import part_of

ODD_NAMES = [
    "favoriteColor",
    "$region",
    "Favorite Color",
    "shoe size",
    "City",
    "city ",
    "orders",
    "consent:x",
]
ODD_NAMES += [
    "attribute:y",
    "a;b",
    'a"b',
    "=1+1",
    "id2",
    "kind",
    "lists",
    "firstname2",
    "Опт",
    "x\ny",
    "E-mail",
]

texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
values = st.one_of(
    texts,
    st.sampled_from(
        ["=1+1", "'=1", "01067", "+34", "  x ", "a\r\nb", "true", "1e5", "2026-01-02", "[", '["a"]']
    ),
    st.sampled_from(
        ['"', '";\n"', "a,b;c\td", ";", "\n\n", "\t=1", "null", "NaN", "+34600000000", "a|b^c~d"]
    ),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9, allow_nan=False),
    st.lists(texts, max_size=3),
    st.dictionaries(texts, st.integers(0, 9), max_size=2),
)
declared = st.fixed_dictionaries(
    {},
    optional={
        "shoe_size": st.one_of(st.floats(-1e6, 1e6), st.integers(-9, 99), st.just("42"), st.just("big")),
        "member": st.sampled_from([True, False, "yes", "perhaps"]),
        "since": st.dates().map(str) | st.just("soon"),
        "met_at": st.datetimes().map(lambda at: f"{at.isoformat()}Z"),
        "colour": st.sampled_from(["red", "GREEN", "blue"]),
        "hobbies": st.lists(texts, max_size=3) | st.just("chess, go"),
        "old_code": values,
        "first_name": texts,
        "zip": st.sampled_from(["01067", "1067", 28001]),
        "birthday": st.dates().map(str),
        "website": texts,
        "gender": st.sampled_from(["female", "x"]),
    },
)
customers = st.fixed_dictionaries(
    {
        "traits": declared,
        "undeclared": st.dictionaries(st.sampled_from(ODD_NAMES) | texts, values, max_size=4),
        "named": st.lists(
            st.sampled_from(["user_id", "email", "phone", "loyalty_id"]), min_size=1, unique=True
        ),
        "leading": st.sampled_from(["", "0", "000"]),
        "consents": st.dictionaries(
            st.sampled_from(["email", "sms"]), st.sampled_from(["granted", "denied"]), max_size=2
        ),
        "tags": st.lists(st.sampled_from(["VIP", "a;b", "=1", "New, old", "-"]), max_size=3, unique=True),
    }
)
Saved = Callable[[bytes], bytes]


def resaved(encoding: str, **dialect: Any) -> Saved:
    """Return a function that saves a file as a program does that reads every cell as a text."""

    def save(content: bytes) -> bytes:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
        text = io.StringIO(newline="")
        csv.writer(text, **dialect).writerows(rows)
        return text.getvalue().encode(encoding)

    return save


SAVED: dict[str, Saved] = {
    "as exported": bytes,
    "gzipped": gzip.compress,
    "with semicolons": resaved("utf-8-sig", delimiter=";"),
    "as Unicode text": resaved("utf-16", delimiter="\t"),
    "all quoted": resaved("utf-8", quoting=csv.QUOTE_ALL, lineterminator="\n"),
}


def test_an_export_that_is_imported_again_changes_no_customer(exporting: ExportingShop) -> None:
    @settings(max_examples=part_of(60, least=2), deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(customers, min_size=1, max_size=4), st.data())
    def check(data_of_customers: list[dict[str, Any]], data: st.DataObject) -> None:
        ids = exporting.create(data_of_customers)
        whole = exporting.export(ids)
        columns = header(whole)
        some = data.draw(st.none() | st.lists(st.sampled_from(columns), unique=True))
        body = {} if some is None else {"columns": list(dict.fromkeys(map(requested, ["id", *some])))}
        exported = exporting.export(ids, **body)
        way = data.draw(st.sampled_from(sorted(SAVED)))
        name = f"{next(numbers)}.csv{'.gz' if way == 'gzipped' else ''}"
        job = drop(exporting.shop, name, SAVED[way](exported))
        assert counts(job) == {"rows": len(ids), "unchanged": len(ids)}
        assert not job["result"]["warnings"]
        assert exporting.export(ids) == whole

    check()


def header(content: bytes) -> list[str]:
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def requested(column: str) -> str:
    """Return a column as `columns` of an export requests it."""
    known = {*own_columns(("loyalty_id",)), "email", "phone", "tags"}
    if column in known or column.startswith(("attribute:", "consent:")):
        return column
    return f"attribute:{column}"
