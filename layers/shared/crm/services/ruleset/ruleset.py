"""Cache the rule set of this deployment: all definitions of segments and values at one version, compiled.

Each container compiles it once. Every change of a definition makes a new version, which all containers have within
RULE_SET_S (`crm.services.ruleset.version`). A projection that reads a profile of a newer version reloads it.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crm.domain import attribute as attribute_rules
from crm.domain.attribute import Attribute
from crm.domain.attribute_reader import AttributeReader
from crm.domain.conditions.value_conditions import VALUE_KINDS
from crm.domain.errors import VersionConflictError
from crm.domain.fold_rules import Declarations
from crm.domain.local_days import LocalDays
from crm.domain.segments.definition import Segment
from crm.domain.segments.ruleset import RuleSet, metrics_of, rule_set_of
from crm.domain.segments.value_definition import ValueDefinition
from crm.domain.stored_record import from_record, to_record
from crm.services.definitions import attributes
from crm.services.ruleset import version as heads
from crm.services.ruleset.budget import ensure_affordable
from crm.services.ruleset.draft import ITEM_LAYOUT, Draft
from crm.services.ruleset.fold_rules import deployed_rules
from crm.services.ruleset.version import CATALOGUE, HEAD
from crm.settings import settings
from crm.storage import lookups
from crm.storage.retry_on_conflict import retry_on_conflict

if TYPE_CHECKING:
    from crm.storage.definitions import Changes

SEGMENT, METRICS, DECLARATIONS = "segment", "metrics", "declarations"

_Place = tuple[int, str, str | None, frozenset[str], tuple[bool, bool]]
_compiled: dict[_Place, RuleSet] = {}
_drafts: dict[int, Draft] = {}
_compiling = RLock()


def current_rule_set(at_least: int = 0) -> RuleSet:
    """Return the rule set, at least of this version."""
    if heads.ruleset_head()["version"] < at_least:
        heads.clear_cache()
    place = _place(heads.ruleset_head()["version"])
    # Parallel projections wait for the thread that compiles.
    if found := _compiled.get(place):
        return found
    with _compiling:
        if found := _compiled.get(place):
            return found
        made = _compile()
        _compiled.clear()
        _compiled[_place(made.version)] = made
        return made


def _place(version: int) -> _Place:
    config = settings()
    by_pages = config.processing_consent_by_pages, config.double_opt_in
    return version, config.time_zone, config.phone_region, config.consent_keys, by_pages


def value_id(draft: Draft, kind: str, name_or_id: str) -> str | None:
    """Return the id of the aggregate, score or expression with this name or id."""
    if (kind, name_or_id) in draft.values:
        return name_or_id
    named = (v.id for v in draft.values.values() if v.kind == kind and v.name == name_or_id)
    return next(named, None)


def clear_cache() -> None:
    """Clear the cache."""
    heads.clear_cache()
    _compiled.clear()
    _drafts.clear()


def local_days() -> LocalDays:
    """Return the calendar days of this deployment."""
    return _days_in(settings().time_zone)


@lru_cache(maxsize=1)
def _days_in(zone: str) -> LocalDays:
    return LocalDays(ZoneInfo(zone), zone)


def read_draft() -> Draft:
    """Return the current definitions, as a draft of their next version."""
    return retry_on_conflict(lambda: _read_at(heads.read_head()))


def cached_draft() -> Draft:
    """Return the definitions for reading only, cached while their version is the newest."""
    return retry_on_conflict(lambda: _draft_at(heads.read_head()))


def _draft_at(head: Mapping[str, Any]) -> Draft:
    version = head["version"]
    if version not in _drafts:
        draft = _read_at(head)
        _drafts.clear()
        _drafts[version] = draft
        return draft
    return _drafts[version]


def _read_at(head: Mapping[str, Any]) -> Draft:
    """Return the definitions of this version. Raises VersionConflictError when they have changed since."""
    if not head["version"]:
        # The first definition makes the first version.
        return Draft(0, head["zone"])
    segments = [from_record(Segment, record) for record in lookups.find_all(SEGMENT)]
    values = [
        from_record(ValueDefinition, record) for kind in VALUE_KINDS for record in lookups.find_all(kind)
    ]
    declarations = _declarations()
    _ensure_newest(head["version"])
    return Draft(
        head["version"],
        head["zone"],
        {segment.id: segment for segment in segments},
        {(value.kind, value.id): value for value in values},
        head.get("rules", ""),
        declarations,
        head.get("ask_all", False),
        head.get("layout", 0),
        head.get("phone_region"),
    )


def _ensure_newest(version: int) -> None:
    if heads.read_head()["version"] != version:
        raise VersionConflictError("the definitions were changed in the meantime: retry")


def change_definitions(make: Callable[[Draft], Callable[["Changes"], None] | None]) -> Draft:
    """Change definitions and return the stored draft.

    `make` changes the draft, again after each lost race, and may return what else is to be written with it. Raises
    VersionConflictError when other writers win every attempt, InvalidInputError when the definitions exceed their
    budget.
    """

    def attempt() -> Draft:
        before = _read_at(heads.read_head())
        after = replace(before, segments=dict(before.segments), values=dict(before.values))
        if before.version and is_outdated(before):
            after.evaluate_all = True
        more = make(after)
        if after == before and more is None:
            return before
        ensure_affordable(before, after, local_days())
        _store(before, after, more)
        clear_cache()
        return replace(after, version=before.version + 1, layout=ITEM_LAYOUT, **_parameters())

    return retry_on_conflict(attempt)


def is_outdated(draft: Draft) -> bool:
    """Return whether the parameters of the deployment or the layout of items have changed since everyone was
    evaluated.
    """
    held = {name: getattr(draft, name) for name in _parameters()}
    return (held, draft.layout) != (_parameters(), ITEM_LAYOUT)


def _parameters() -> dict[str, Any]:
    """Return the parameters that definitions depend on, as the head stores them."""
    config = settings()
    return {
        "zone": config.time_zone,
        "rules": deployed_rules().version,
        "phone_region": config.phone_region,
    }


def _store(before: Draft, after: Draft, more: Callable[["Changes"], None] | None) -> None:
    from crm.storage.definitions import one_transaction  # only changes of definitions need PynamoDB

    version = before.version + 1
    held = _since(before.version)
    wanted = metrics_of(after.definitions(), local_days())
    head = {
        "version": version,
        **_parameters(),
        "values": len(after.values),
        "ask_all": after.evaluate_all,
        "layout": ITEM_LAYOUT,
    }
    with one_transaction() as changes:
        if before.version:
            changes.replace(CATALOGUE, HEAD, head, read_version=before.version)
        else:
            changes.create(CATALOGUE, HEAD, head)
        changes.put(CATALOGUE, METRICS, {"since": {id_: held.get(id_, version) for id_ in sorted(wanted)}})
        if after.declarations != before.declarations:
            changes.put(CATALOGUE, DECLARATIONS, to_record(after.declarations))
        _write(changes, SEGMENT, before.segments, after.segments)
        for kind in VALUE_KINDS:
            _write(changes, kind, _of_kind(before, kind), _of_kind(after, kind))
        if more is not None:
            more(changes)


def _of_kind(draft: Draft, kind: str) -> dict[str, ValueDefinition]:
    return {value.id: value for value in draft.values.values() if value.kind == kind}


def _write(
    changes: "Changes",
    kind: str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    for id_ in before.keys() - after.keys():
        changes.delete(kind, id_)
    for id_, made in after.items():
        if before.get(id_) != made:
            changes.put(kind, id_, to_record(made))


def _since(version: int) -> dict[str, int]:
    """Return since which version each metric has been counted."""
    found = lookups.find(CATALOGUE, METRICS) if version else None
    return dict(found["since"]) if found else {}


def _declarations() -> Declarations:
    return from_record(Declarations, lookups.find(CATALOGUE, DECLARATIONS) or {})


def _read_together() -> tuple[Draft, dict[str, int], dict[str, Attribute]]:
    """Return the draft, the first versions of its metrics, and the attributes by name, all of one version."""
    draft = _read_at(heads.read_head())
    since = _since(draft.version)
    known = {one.name: one for one in attributes.list_all(archived=True)}
    _ensure_newest(draft.version)
    return draft, since, known


def _compile() -> RuleSet:
    draft, since, known = retry_on_conflict(_read_together)
    definitions = draft.definitions()
    never = dict.fromkeys(metrics_of(definitions, local_days()), draft.version + 1)
    return rule_set_of(
        definitions,
        draft.version,
        local_days(),
        never | since,
        deployed_rules({name: attribute_rules.declared(one) for name, one in known.items()}),
        draft.declarations,
        AttributeReader(known, settings().phone_region),
    )
