"""The pages of the console, a line each: axe examines them all. `{customer}` and so on are ids: `ids` in
`conftest.py` has them."""

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
"""By the names of `functions/serve_console/src/pages`."""

READ_NOTHING = {"segment-new"}
"""Pages that read nothing when they are opened."""
