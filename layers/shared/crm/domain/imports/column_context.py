"""Candidates by a column's name beside certain other columns."""

from collections.abc import Iterator

from crm.domain.consent import DENIED
from crm.domain.imports.aliases import aliases, is_alias
from crm.domain.imports.candidate import BY_CONTEXT, Candidate
from crm.domain.imports.headings import ColumnHeader, ColumnHeaders
from crm.domain.imports.target import ATTRIBUTE, CONSENT, Target


def in_context(heading: ColumnHeader, headings: ColumnHeaders) -> Iterator[Candidate]:
    """Yield candidates by a known export, or by the other columns."""
    for key in heading.keys:
        for export in aliases()["exports"]:
            if not headings.keys.issuperset(export["when"]):
                continue
            if key in export["columns"]:
                target = Target(ATTRIBUTE, export["columns"][key])
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
            if key in export["opt_outs"]:
                target = Target(CONSENT, export["opt_outs"][key], DENIED)
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
        attribute = _meant_beside_others(heading, key, headings)
        if attribute:
            yield Candidate(Target(ATTRIBUTE, attribute), BY_CONTEXT, "its name, beside the other columns")


def _meant_beside_others(heading: ColumnHeader, key: str, headings: ColumnHeaders) -> str | None:
    first, last = headings.has("first_name"), headings.has("last_name")
    parted = not headings.has("street") and (headings.has("city") or headings.has("zip"))
    if is_alias(key, "attributes", "address") and parted:
        return "street"
    if key == "title" and not headings.own and {"jobtitle", "position"} & headings.keys:
        return "salutation"
    if is_alias(key, "attributes", "name") and first and not last:
        return "name" if _are_whole_names(heading, headings, "first_name") else "last_name"
    if key == "name" and last and not first and heading.samples:
        return "name" if _are_whole_names(heading, headings, "last_name") else "first_name"
    if key in aliases()["alone"] and not (first and last):
        return str(aliases()["alone"][key])
    return None


def _are_whole_names(heading: ColumnHeader, headings: ColumnHeaders, part: str) -> bool:
    """Return whether at least half of them begin or end with a first or last name of the file."""
    parts = {
        sample.casefold()
        for other in headings.all
        if any(is_alias(key, "attributes", part) for key in other.keys)
        for sample in other.samples
    }
    names = [name.casefold().replace(",", " ").split() for name in heading.samples]
    whole = sum(
        " ".join(name) in parts or any(_is_at_an_end(" ".join(name), each) for each in parts)
        for name in names
    )
    return bool(names) and 2 * whole >= len(names)


def _is_at_an_end(name: str, part: str) -> bool:
    return name.startswith(f"{part} ") or name.endswith(f" {part}")
