"""Find the sample body of a request, which the page at /docs starts from: each model of `api/models` holds its own."""

import importlib
from typing import Any


def example_of(request: str, path: str) -> dict[str, Any] | None:
    """Return the sample body of a request's model at one of its paths; None if a page of this project sends it.

    An event of the tracking API has one for each message type, which the path names, by its first letter as well.
    """
    area, name = request.split(".")
    model = getattr(importlib.import_module(f"crm.api.models.{area}"), name)
    by_type: dict[str, dict[str, Any]] = getattr(model, "EXAMPLES", {})
    spelling = path.rpartition("/")[2]
    found = (body for kind, body in by_type.items() if spelling in {kind, kind[0]})
    return next(found, getattr(model, "EXAMPLE", None))
