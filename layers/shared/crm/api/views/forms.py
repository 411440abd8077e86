"""Build the responses for forms."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from crm.domain.forms.definition import Form
from crm.domain.times import iso


def form_view(form: Form, tags: Mapping[str, str], notices: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Build the model `Form`. `tags` maps ids to names."""
    return asdict(form) | {
        "tags": [tags[id_] for id_ in form.tags if id_ in tags],
        "notices": list(notices),
        "created_at": iso(form.created_at),
        "updated_at": iso(form.updated_at),
    }
