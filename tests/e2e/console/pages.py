"""The pages of the console, one per line: axe examines all of them.

`{customer}` and so on are ids, which the fixture `ids` of `conftest.py` contains.
"""

PAGES = {
    "customers": "/customers",
    "customer": "/customers/{customer}",
    "lists": "/lists",
    "segments": "/segments",
    "segment": "/segments/{segment}",
    "segment-new": "/segments/new",
    "forms": "/forms",
    "form": "/forms/{form}",
    "keys": "/keys",
    "sources": "/sources",
    "source": "/sources/{source}",
    "tags": "/tags",
    "classes": "/classes",
    "responsibles": "/responsibles",
    "imports": "/imports",
    "import": "/imports/{import}",
    "newImport": "/imports/new?key={file}",
    "attributes": "/attributes",
    "conflicts": "/conflicts",
    "tasks": "/tasks",
    "values": "/values",
    "webhooks": "/webhooks",
    "webhook": "/webhooks/{webhook}",
    "exports": "/exports",
    "jobs": "/jobs",
    "rejected": "/rejected",
    "health": "/health",
}
"""The pages, by the names in `functions/serve_console/src/pages`."""

READ_NOTHING = {"segment-new"}
"""The pages that request no data when they are opened."""
