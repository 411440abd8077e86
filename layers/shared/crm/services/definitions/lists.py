"""Lists: the registry of their names, and how many customers are on each."""

from crm.domain.list_definition import LISTS
from crm.services.definitions.named import Registry
from crm.services.definitions.segments import refuse_asked

REGISTRY = Registry(LISTS)
create, get, update = REGISTRY.create, REGISTRY.get, REGISTRY.update
names, count, counted = REGISTRY.names, REGISTRY.count, REGISTRY.counted


def delete(name_or_id: str) -> None:
    """Nobody is on it any more. Raises NotFoundError, and ConflictError while a segment asks for it."""
    found = REGISTRY.get(name_or_id)
    refuse_asked("list", found)
    REGISTRY.delete(found.id)
