"""Tags: the registry of their names, and the number of customers with each."""

from crm.domain.errors import ConflictError
from crm.domain.tag import TAG_NAMING, Tag
from crm.services.definitions.named import Registry
from crm.services.definitions.refuse_in_use import ensure_not_referenced
from crm.storage import definitions

_FORM = "form"

TAG_REGISTRY = Registry(TAG_NAMING)
create, get, update = TAG_REGISTRY.create, TAG_REGISTRY.get, TAG_REGISTRY.update
all_tags, tag_id, tag_ids, names = TAG_REGISTRY.all, TAG_REGISTRY.id_of, TAG_REGISTRY.ids, TAG_REGISTRY.names
count, cloud = TAG_REGISTRY.count, TAG_REGISTRY.counted


def delete(tag: str, *, expected: str | None = None) -> None:
    """Delete the tag; a new one of the same name starts empty. `expected` is the etag that the caller has read.

    Raises NotFoundError, ConflictError, PreconditionFailedError, VersionConflictError.
    """
    found = TAG_REGISTRY.expected(tag, expected)
    if forms := _set_by(found):
        raise ConflictError(
            "forms set this tag: change them first", code="tag_in_use", details={"forms": forms}
        )
    ensure_not_referenced("tag", found)
    TAG_REGISTRY.delete(found)


def _set_by(tag: Tag) -> list[str]:
    """Return ids of the forms that set the tag."""
    return [form["id"] for form in definitions.find_all(_FORM) if tag.id in form["tags"]]
