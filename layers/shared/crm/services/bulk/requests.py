"""Start an action on many customers: the whole request is checked before anything is changed."""

from collections.abc import Callable

from crm.domain.activity import EDITED, LISTED, TAGGED, UNLISTED, UNTAGGED
from crm.domain.api_key import PROFILES_READ, Principal
from crm.domain.commands.bulk import Action, NewBulk
from crm.domain.commands.selections import Selected
from crm.domain.effect_fields import ATTRIBUTES, CLASSES, FIELDS, TAGS
from crm.domain.effects import on_list, overriding
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.exports.formats import CSV
from crm.domain.field_errors import FieldErrors
from crm.domain.job import BULK, Job
from crm.domain.json_text import JsonObject
from crm.domain.tag import valid_tag_name
from crm.services.definitions import attributes, lists, tags
from crm.services.editing.edit_request import check_classes, identities_in, read_responsible
from crm.services.exports import requests as exports
from crm.services.profiles import people
from crm.services.ruleset import segment_names as segments
from crm.services.selections import selections
from crm.services.selections.selection_walk import Selection

MERGE, DELETE, ERASE_ACTION, _EXPORT = "merge", "delete", "erase", "export"
MAX_MERGED = 100

_SCOPES = {DELETE: "profiles:delete", ERASE_ACTION: "profiles:delete", _EXPORT: "profiles:export"}
"""Scopes that an action needs in addition to that of the route."""

StoredAction = JsonObject
"""An action as its job stores it: its `type`, and for an edit the `edit` of each customer."""

TypedEffects = tuple[str, JsonObject]
"""Type of the activity in the timeline, and its effects."""


def start(new: NewBulk, *, by: Principal, now: int) -> Job:
    """Start the requested action.

    Raises InvalidInputError, ForbiddenError.
    """
    action = new["action"]
    if scope := _SCOPES.get(action["type"]):
        by.require(scope)
    # The number of matches reveals profiles; a key that may export may read all of them.
    if "ids" not in new and action["type"] != _EXPORT:
        by.require(PROFILES_READ, "without it, customers can be selected only by ids")
    return start_allowed(new, action, by=by, now=now)


def start_allowed(selected: Selected, action: Action, *, by: Principal, now: int) -> Job:
    """Start a job that needs no scopes beyond those of the route that starts it. Raises InvalidInputError."""
    type_ = action["type"]
    selection = selections.read_selection(selected, by)
    if type_ == _EXPORT:
        format_, columns = action.get("format", CSV), action.get("columns", [])
        return exports.start(selection, format=format_, columns=columns, by=by, now=now)
    if type_ == MERGE:
        selection = _to_merge(selection, action.get("into"), by)
    checked: StoredAction = {"type": type_, **_edit(action, by, now)}
    selection["action"] = checked
    return selections.start(BULK, selection, {"action": type_}, by=by, now=now)


def _edit(action: Action, by: Principal, now: int) -> StoredAction:
    """Return `edit`, the change of each customer, if the action is an edit. Raises InvalidInputError."""
    if action["type"] not in _EDITS:
        return {}
    wrong = FieldErrors()
    with wrong.within("action"):
        return {"edit": _EDITS[action["type"]](action, by, now)}
    wrong.raise_any()
    return {}


def _tags(action: Action, _by: Principal, now: int) -> TypedEffects:
    added = action["type"] == "add_tags"
    if added:
        for name in action["tags"]:
            valid_tag_name(name)  # before any of them is registered
    ids = list(tags.tag_ids(action["tags"], create=added, now=now).values())
    alone = TAGGED if added else UNTAGGED
    return alone if len(ids) == 1 else EDITED, {TAGS: dict.fromkeys(ids, True if added else None)}


def _attributes(action: Action, _by: Principal, _now: int) -> TypedEffects:
    values = attributes.valid_values(action["attributes"])
    if named := sorted(identity.type for identity in identities_in(values)):
        raise InvalidInputError(
            f"{' and '.join(named)} can belong to one customer only: set it on the profile itself",
            code="identity_for_many",
        )
    return EDITED, {ATTRIBUTES: values}


def _list(action: Action, _by: Principal, _now: int) -> TypedEffects:
    added = action["type"] == "add_to_list"
    try:
        found = lists.get(action["list"])
    except NotFoundError as error:
        raise InvalidInputError(error.message, code="unknown_list", details=error.details) from None
    return LISTED if added else UNLISTED, {FIELDS: on_list(found.id, added=added)}


def _segment(action: Action, _by: Principal, _now: int) -> TypedEffects:
    id_ = segments.segment_id(action["segment"])
    if id_ is None:
        raise InvalidInputError("there is no segment with this name, slug or id", code="unknown_segment")
    return EDITED, {FIELDS: overriding(id_, member=action["type"] == "add_to_segment")}


def _responsible(action: Action, _by: Principal, _now: int) -> TypedEffects:
    return EDITED, {FIELDS: read_responsible(action["responsible"])}


def _classes(action: Action, by: Principal, _now: int) -> TypedEffects:
    check_classes(action["classes"], by)
    return EDITED, {
        CLASSES: dict.fromkeys(action["classes"], True if action["type"] == "add_classes" else None)
    }


_EDITS: dict[str, Callable[[Action, Principal, int], TypedEffects]] = {
    "add_tags": _tags,
    "remove_tags": _tags,
    "set_attributes": _attributes,
    "add_to_list": _list,
    "remove_from_list": _list,
    "add_to_segment": _segment,
    "remove_from_segment": _segment,
    "set_responsible": _responsible,
    "add_classes": _classes,
    "remove_classes": _classes,
}


def _to_merge(selection: Selection, into: str | None, by: Principal) -> Selection:
    """Return the selection, first the id under which the merged customer is shown. Raises InvalidInputError."""
    ids = list(dict.fromkeys([*([into] if into else []), *selection.get("ids", ())]))
    if not 1 < len(ids) <= MAX_MERGED:
        raise InvalidInputError(
            f"a merge requires 2 to {MAX_MERGED} ids",
            code="invalid_selection",
            details={"given": len(ids)},
        )
    found = people.find_many(ids)
    seen = {id_: person.root.id for id_, person in found.items() if person.visible_to(by)}
    if ids[0] not in seen or len(set(seen.values())) == 1:
        problem = "these ids are one customer already" if ids[0] in seen else f"there is no profile {ids[0]}"
        raise InvalidInputError(
            f"{problem}: send at least two ids, first the one that stays", code="invalid_selection"
        )
    return {**selection, "ids": ids}
