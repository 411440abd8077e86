"""Lists: the registry of their names, and how many customers are on each."""

from crm.domain.list_definition import LISTS
from crm.services.definitions.named import Registry

REGISTRY = Registry(LISTS)
create, get, update, delete = REGISTRY.create, REGISTRY.get, REGISTRY.update, REGISTRY.delete
names, count, counted = REGISTRY.names, REGISTRY.count, REGISTRY.counted
