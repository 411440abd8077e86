"""Lists: the registry of their names, and the number of customers on each."""

from crm.domain.list_definition import LISTS
from crm.services.definitions.named import Registry
from crm.services.definitions.refuse_in_use import ensure_not_referenced

LIST_REGISTRY = Registry(LISTS)
create, get, update = LIST_REGISTRY.create, LIST_REGISTRY.get, LIST_REGISTRY.update
names, count, counted = LIST_REGISTRY.names, LIST_REGISTRY.count, LIST_REGISTRY.counted


def delete(name_or_id: str, *, expected: str | None = None) -> None:
    """Delete the list; its members stay. `expected` is the etag that the caller has read.

    Raises NotFoundError, PreconditionFailedError, VersionConflictError, and ConflictError while a segment refers to it.
    """
    found = LIST_REGISTRY.expected(name_or_id, expected)
    ensure_not_referenced("list", found)
    LIST_REGISTRY.delete(found)
