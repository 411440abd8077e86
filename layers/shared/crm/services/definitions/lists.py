"""Lists: the registry of their names, and the number of customers on each."""

from crm.domain.list_definition import LISTS
from crm.services.definitions.named import Registry
from crm.services.definitions.refuse_in_use import ensure_not_referenced

REGISTRY = Registry(LISTS)
create, get, update = REGISTRY.create, REGISTRY.get, REGISTRY.update
names, count, counted = REGISTRY.names, REGISTRY.count, REGISTRY.counted


def delete(name_or_id: str) -> None:
    """Delete the list; its members stay. Raises NotFoundError, and ConflictError while a segment refers to it."""
    found = REGISTRY.get(name_or_id)
    ensure_not_referenced("list", found)
    REGISTRY.delete(found.id)
