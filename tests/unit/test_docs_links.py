"""Check the links of README.md, CHANGELOG.md, CONTRIBUTING.md and docs/: each file and each anchor exists."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)


def prose(page: Path) -> str:
    return FENCE.sub("", page.read_text())


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield (file, anchor) of each link within the repository; "" where there is no anchor."""
    for path, anchor in re.findall(r"\]\(([^)#\s]*)#?([\w-]*)\)", prose(page)):
        if "://" not in path:
            yield page.parent / path if path else page, anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_an_existing_file_and_heading(page: Path) -> None:
    broken = [
        f"{target}#{anchor}"
        for target, anchor in links(page)
        if not target.exists() or (anchor and anchor not in anchors(target))
    ]
    assert not broken


def test_the_pages_link_to_each_other() -> None:
    assert sum(1 for page in PAGES for _ in links(page)) > 200


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [page.name[:3] for page in sorted((ROOT / "docs/decisions").glob("*.md"))]
    assert numbers == [f"{number:03}" for number in range(1, len(numbers) + 1)]


@pytest.mark.parametrize(
    "page", sorted((ROOT / "docs/decisions").glob("*.md")), ids=lambda page: page.name[:3]
)
def test_the_title_of_a_decision_starts_with_its_number(page: Path) -> None:
    assert page.read_text().startswith(f"# {page.name[:3]}: ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_page_has_conflict_markers(page: Path) -> None:
    assert not re.findall(r"^(?:<{7}|={7}|>{7})(?: .*)?$", page.read_text(), re.MULTILINE)
