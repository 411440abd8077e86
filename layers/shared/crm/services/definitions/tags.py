"""Tags: the registry of their names, and the number of customers with each."""

from crm.domain.errors import ConflictError
from crm.domain.tag import TAGS, Tag
from crm.services.definitions.named import Registry
from crm.services.definitions.refuse_in_use import ensure_not_referenced
from crm.storage import definitions

_FORM = "form"

REGISTRY = Registry(TAGS)
create, get, update = REGISTRY.create, REGISTRY.get, REGISTRY.update
all_tags, tag_id, tag_ids, names = REGISTRY.all, REGISTRY.id_of, REGISTRY.ids, REGISTRY.names
count, cloud = REGISTRY.count, REGISTRY.counted


def delete(tag: str) -> None:
    """Delete the tag; a new one of the same name starts empty. Raises NotFoundError, ConflictError."""
    found = REGISTRY.get(tag)
    if forms := _set_by(found):
        raise ConflictError(
            "forms set this tag: change them first", code="tag_in_use", details={"forms": forms}
        )
    ensure_not_referenced("tag", found)
    REGISTRY.delete(found.id)


def _set_by(tag: Tag) -> list[str]:
    """Return ids of the forms that set the tag."""
    return [form["id"] for form in definitions.find_all(_FORM) if tag.id in form["tags"]]
