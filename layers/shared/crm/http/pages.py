"""Render HTML pages from Jinja2 templates. Values are escaped; a variable that is missing is an error."""

import base64
import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jinja2 import Environment, Template

STYLE = "style.css"


class Pages:
    """The templates in a directory. Jinja2 is imported when the first page is rendered."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def render(self, name: str, **values: Any) -> str:
        """Render a template, such as `page.html`."""
        return self.template(name).render(values)

    def template(self, name: str) -> "Template":
        """Return the compiled template, which is compiled once per container."""
        return self._environment.get_template(name)

    @cached_property
    def style_source(self) -> str:
        """The source expression of a Content-Security-Policy that allows `style.css` within a page."""
        digest = hashlib.sha256(self.render(STYLE).encode()).digest()
        return f"'sha256-{base64.b64encode(digest).decode()}'"

    @cached_property
    def _environment(self) -> "Environment":
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        return Environment(
            loader=FileSystemLoader(self._directory),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
