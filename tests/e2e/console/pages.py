"""The pages of the console, a line each: axe examines them all. `{customer}` is the id of a customer."""

PAGES = {
    "customers": "/customers",
    "customer": "/customers/{customer}",
}
"""By the names of `functions/serve_console/src/pages`."""
