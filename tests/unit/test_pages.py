"""Pages from templates: values are escaped, and a missing value is an error."""

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import UndefinedError

from crm.http.pages import Pages

FUNCTIONS = Path(__file__).parents[2] / "functions"


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    (tmp_path / "page.html").write_text('<p title="{{ title }}">{{ title }}</p>')
    return Pages(tmp_path)


def test_values_are_escaped(pages: Pages) -> None:
    rendered = pages.render("page.html", title="\"'<b>&")
    assert rendered == '<p title="&#34;&#39;&lt;b&gt;&amp;">&#34;&#39;&lt;b&gt;&amp;</p>'


def test_a_missing_variable_is_an_error(pages: Pages) -> None:
    with pytest.raises(UndefinedError, match="'title' is undefined"):
        pages.render("page.html")


@pytest.mark.parametrize(
    ("function", "template", "values"),
    [
        ("capture_form", "message.html", {"language": "en", "title": "Thank you", "back": None}),
        ("unsubscribe", "expired.html", {"title": "Your subscriptions", "sender": "Shop"}),
    ],
)
def test_the_content_security_policy_allows_the_style_of_the_page(
    function: str, template: str, values: dict[str, str | None]
) -> None:
    pages = Pages(FUNCTIONS / function / "templates")
    (style,) = re.findall(r"<style>(.*?)</style>", pages.render(template, **values), re.DOTALL)
    assert style.startswith(":root {")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert pages.style_source == f"'sha256-{digest}'"


def test_every_template_compiles() -> None:
    templates = sorted(FUNCTIONS.glob("*/templates/*"))
    assert len(templates) >= 14
    for path in templates:
        assert Pages(path.parent).template(path.name).name == path.name


def test_jinja2_is_loaded_only_to_render_a_page() -> None:
    program = (
        "import sys, functions.capture_form.app, functions.unsubscribe.app; sys.exit('jinja2' in sys.modules)"
    )
    run = [sys.executable, "-c", program]
    subprocess.run(run, env={"PYTHONPATH": ":".join(sys.path)}, check=True)  # noqa: S603 - our own program
