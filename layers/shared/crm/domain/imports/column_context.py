"""Candidates by a column's name next to certain other columns."""

from collections.abc import Iterator

from crm.domain.consent import DENIED
from crm.domain.imports.aliases import aliases, is_alias
from crm.domain.imports.candidate import BY_CONTEXT, Candidate
from crm.domain.imports.column_headers import ColumnHeader, ColumnHeaders
from crm.domain.imports.target import ATTRIBUTE, CONSENT, Target


def in_context(header: ColumnHeader, headers: ColumnHeaders) -> Iterator[Candidate]:
    """Yield candidates by a known export, or by the other columns."""
    for key in header.keys:
        for export in aliases()["exports"]:
            if not headers.keys.issuperset(export["when"]):
                continue
            if key in export["columns"]:
                target = Target(ATTRIBUTE, export["columns"][key])
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
            if key in export["opt_outs"]:
                target = Target(CONSENT, export["opt_outs"][key], DENIED)
                yield Candidate(target, BY_CONTEXT, f"a column of {export['of']}")
        attribute = _by_other_columns(header, key, headers)
        if attribute:
            yield Candidate(Target(ATTRIBUTE, attribute), BY_CONTEXT, "its name, next to the other columns")


def _by_other_columns(header: ColumnHeader, key: str, headers: ColumnHeaders) -> str | None:
    first, last = headers.has("first_name"), headers.has("last_name")
    parted = not headers.has("street") and (headers.has("city") or headers.has("zip"))
    if is_alias(key, "attributes", "address") and parted:
        return "street"
    if key == "title" and not headers.own and {"jobtitle", "position"} & headers.keys:
        return "salutation"
    if is_alias(key, "attributes", "name") and first and not last:
        return "name" if _are_whole_names(header, headers, "first_name") else "last_name"
    if key == "name" and last and not first and header.samples:
        return "name" if _are_whole_names(header, headers, "last_name") else "first_name"
    if key in aliases()["alone"] and not (first and last):
        return str(aliases()["alone"][key])
    return None


def _are_whole_names(header: ColumnHeader, headers: ColumnHeaders, part: str) -> bool:
    """Return whether at least half of them begin or end with a first or last name of the file."""
    parts = {
        sample.casefold()
        for other in headers.all
        if any(is_alias(key, "attributes", part) for key in other.keys)
        for sample in other.samples
    }
    names = [name.casefold().replace(",", " ").split() for name in header.samples]
    whole = sum(
        " ".join(name) in parts or any(_is_at_an_end(" ".join(name), each) for each in parts)
        for name in names
    )
    return bool(names) and 2 * whole >= len(names)


def _is_at_an_end(name: str, part: str) -> bool:
    return name.startswith(f"{part} ") or name.endswith(f" {part}")
