"""Forms: define them, and return the one that a visitor fills in."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from types import ModuleType
from typing import Any, Unpack

from crm.domain.attribute import BOOLEAN, LIST, Attribute
from crm.domain.commands.forms import FormChanges, NewForm
from crm.domain.errors import InvalidInputError, NotFoundError
from crm.domain.etag import ensure_etag
from crm.domain.forms import rules
from crm.domain.forms.definition import FORM_ID_FORMAT, Field, Form
from crm.domain.forms.notices import IDENTITY_NOT_ALLOWED, notices_of
from crm.domain.identity import USER_ID
from crm.domain.stored_record import from_record, to_record
from crm.domain.views.forms import FormNoticeView
from crm.services.definitions.lookup_cache import LookupCache
from crm.settings import settings
from crm.storage import lookups

FORM_KIND = "form"
_cache: LookupCache[Form | None] = LookupCache()


def create(*, now: int, **new: Unpack[NewForm]) -> Form:
    """Create a form. `now` in epoch milliseconds. Raises InvalidInputError."""
    given = _checked(new, now)
    form = Form(id=FORM_ID_FORMAT.make(secrets.token_bytes(6)), created_at=now, updated_at=now, **given)
    rules.check_whole(form)
    rules.check_addresses(form)
    with _definitions().one_transaction() as changes:
        changes.create(FORM_KIND, form.id, to_record(form))
    return form


def get(form_id: str) -> Form:
    """Return a form. Raises NotFoundError."""
    record = lookups.find(FORM_KIND, form_id) if FORM_ID_FORMAT.matches(form_id) else None
    if record is None:
        raise _unknown(form_id)
    return from_record(Form, record)


def list_all() -> list[Form]:
    """Return every form, oldest first."""
    forms = [from_record(Form, record) for record in _definitions().find_all(FORM_KIND)]
    return sorted(forms, key=lambda form: (form.created_at, form.id))


def update(form_id: str, changes: FormChanges, *, now: int, expected: str | None = None) -> Form:
    """Change the given fields, as a new version. Other containers follow within 60 s.

    `expected` is the etag that the caller has read. Raises NotFoundError, InvalidInputError, PreconditionFailedError,
    VersionConflictError.
    """
    before = _expected(form_id, expected)
    changed = replace(before, **_checked(changes, now, before))
    if changed == before:
        return before
    after = replace(changed, updated_at=now, version=before.version + 1)
    rules.check_whole(after)
    # A form of the previous version may have a box without an address: it stays readable, its other parts editable.
    if {"fields", "consents"} & changes.keys():
        rules.check_addresses(after)
    with _definitions().one_transaction() as writes:
        writes.replace(FORM_KIND, after.id, to_record(after), read_version=before.version)
    _cache.clear()
    return after


def delete(form_id: str, *, expected: str | None = None) -> None:
    """Delete the form; its submissions stay. Raises NotFoundError, PreconditionFailedError."""
    form = _expected(form_id, expected)
    with _definitions().one_transaction() as writes:
        writes.delete(FORM_KIND, form.id, read_version=form.version)
    _cache.clear()


def published(form_id: str) -> Form:
    """Return the form if visitors may fill it in. One read per form and minute. Raises NotFoundError."""
    form = _cache.get(form_id, _look_up) if FORM_ID_FORMAT.matches(form_id) else None
    if form is None:
        raise _unknown(form_id)
    if not form.enabled:
        raise NotFoundError(
            "this form is closed and accepts no submissions",
            code="form_disabled",
            details={"id": form_id},
        )
    return form


def tag_names(*forms: Form) -> dict[str, str]:
    """Return the current names of the tags that these forms set, by id."""
    from crm.services.definitions import tags

    ids = {id_ for form in forms for id_ in form.tags}
    return tags.names(sorted(ids)) if ids else {}


def notices(form: Form) -> list[FormNoticeView]:
    """Return which parts of the definition have no effect now, and why."""
    from crm.services.definitions import attributes

    return notices_of(form, attributes.definitions())


def clear_cache() -> None:
    """Clear the cache of forms."""
    _cache.clear()


def _look_up(form_id: str) -> Form | None:
    record = lookups.find(FORM_KIND, form_id)
    return from_record(Form, record) if record else None


def _expected(form_id: str, expected: str | None) -> Form:
    form = get(form_id)
    ensure_etag(expected, form.etag, "form", id=form.id, version=form.version)
    return form


def _checked(given: Mapping[str, Any], now: int, before: Form | None = None) -> dict[str, Any]:
    checked = {name: rules.VALID[name](value) for name, value in given.items() if name != "tags"}
    if "fields" in checked:
        _check_attributes(checked["fields"], before)
    if "tags" in given:
        checked["tags"] = _tag_ids(given["tags"], now)
    return checked


def _check_attributes(fields: tuple[Field, ...], before: Form | None) -> None:
    from crm.services.definitions import attributes

    known = attributes.definitions()
    kept = {field.attribute for field in before.fields} if before else set()
    for index, field in enumerate(fields):
        attribute = known.get(field.attribute)
        if attribute is None:
            raise _unknown_attribute(index, field.attribute, attributes.hint(field.attribute, known))
        if attribute.archived and field.attribute not in kept:
            raise _unfit(index, "attribute", f"{field.attribute} is archived", "archived_attribute")
        _check_type(index, field, attribute)


def _unknown_attribute(index: int, name: str, hint: str) -> InvalidInputError:
    if name == USER_ID or name in settings().custom_identity_types:
        message = (
            f"a form cannot set {name}: forms are submitted without a key and identify people by "
            "email and phone only"
        )
        return _unfit(index, "attribute", message, IDENTITY_NOT_ALLOWED)
    return _unfit(index, "attribute", f"{name} is not an attribute: {hint}", "unknown_attribute")


def _check_type(index: int, field: Field, attribute: Attribute) -> None:
    type_, choices = attribute.type, attribute.choices
    if field.type == "select" and not choices:
        raise _unfit(index, "type", "select is for attributes with choices")
    if field.type == "checkbox" and not (type_ == BOOLEAN or (type_ == LIST and choices)):
        raise _unfit(index, "type", "checkbox is for booleans, and for lists with choices")
    if type_ == BOOLEAN and field.type not in {None, "checkbox", "hidden"}:
        raise _unfit(index, "type", "a boolean is a checkbox, or hidden")


def _tag_ids(names: list[str], now: int) -> tuple[str, ...]:
    from crm.services.definitions import tags

    if len(names) > rules.MAX_FORM_TAGS:
        message = f"a form can set at most {rules.MAX_FORM_TAGS} tags"
        raise InvalidInputError(message, details={"field": "tags"})
    return tuple(dict.fromkeys(tags.tag_ids(names, create=True, now=now).values()))


def _unfit(index: int, part: str, message: str, code: str | None = None) -> InvalidInputError:
    return InvalidInputError(message, code=code, details={"field": f"fields.{index}.{part}"})


def _unknown(form_id: str) -> NotFoundError:
    return NotFoundError("there is no form with this id", details={"id": form_id})


def _definitions() -> ModuleType:
    # Only changes of forms need PynamoDB; submissions only look them up.
    from crm.storage import definitions

    return definitions
