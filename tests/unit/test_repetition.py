"""Text is read the same by every Python: before 3.11.5, possessive repetitions consume too much."""

import importlib.util
import random
import re
import sys
from pathlib import Path

import pytest

from crm.domain import identity, repetition
from crm.domain.delimited import grammar
from crm.domain.delimited.grammar import Grammar
from crm.domain.imports import numbers
from tests.support.thoroughness import part_of

TOKENS = ["a", "b ", ",", '"', '""', ',"', ', "', " ", '",', "\n", "\r\n", "\r"]
ROOT = Path(__file__).parents[2]
GROUPS = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")


def grammar_for(version: tuple[int, ...], patch: pytest.MonkeyPatch, *, spaced: bool) -> Grammar:
    """Compile the grammar as that version of Python would."""
    spec = importlib.util.spec_from_file_location("grammar_copy", str(grammar.__file__))
    assert spec
    assert spec.loader
    copied = importlib.util.module_from_spec(spec)
    with patch.context() as patched:
        patched.setattr(sys, "version_info", version)
        patched.setitem(sys.modules, spec.name, copied)
        spec.loader.exec_module(copied)
        compiled: Grammar = copied.grammar(",", '"', spaced=spaced)
    return compiled


@pytest.mark.skipif(sys.version_info < (3, 11, 5), reason="this Python misreads the newer form")
@pytest.mark.parametrize("spaced", [False, True])
def test_records_end_at_the_same_place_in_both_forms(
    monkeypatch: pytest.MonkeyPatch, *, spaced: bool
) -> None:
    old = grammar_for((3, 11, 2), monkeypatch, spaced=spaced)
    new = grammar_for((3, 13, 0), monkeypatch, spaced=spaced)
    assert old.lines.pattern != new.lines.pattern
    for _ in range(part_of(20_000, one_in=20)):
        text = "".join(random.choices(TOKENS, k=random.randrange(1, 30))).encode()
        for name in ("lines", "record", "fields", "stray"):
            found = [getattr(one, name).match(text) for one in (old, new)]
            assert (found[0] and found[0].end()) == (found[1] and found[1].end()), (name, text)


def test_an_incomplete_repetition_consumes_nothing() -> None:
    assert grammar.grammar(",", '"').lines.match(b'a,b\nc,"d\ne"\n').end() == 4  # type: ignore[union-attr]
    assert identity._PLAIN_EMAILS.match("ann@example.com\nbob@example\n").end() == 16  # type: ignore[union-attr]
    assert numbers._PLAIN.match("1\n2\n3.\n").end() == 5  # type: ignore[union-attr]


def test_groups_are_repeated_by_this_module_alone() -> None:
    places = [path for top in ("layers", "functions", "infra") for path in (ROOT / top).rglob("*.py")]
    found = {
        path.name
        for path in places
        for line in path.read_text().splitlines()
        if GROUPS.search(line) and re.search(r"""b?["']""", line)
    }
    assert found == {str(repetition.__file__).rpartition("/")[2]}
