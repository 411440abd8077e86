"""The pages of the console, a line each: axe examines them all. `{customer}` and `{segment}` are ids."""

PAGES = {
    "customers": "/customers",
    "customer": "/customers/{customer}",
    "segments": "/segments",
    "segment": "/segments/{segment}",
    "segment-new": "/segments/new",
}
"""By the names of `functions/serve_console/src/pages`."""

READ_NOTHING = {"segment-new"}
"""Pages that read nothing when they are opened."""
