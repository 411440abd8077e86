"""Check the layers of docs/architecture.md beyond the contracts of import-linter (`make check-imports`)."""

import re
import tomllib
from pathlib import Path

import grimp

ROOT = Path(__file__).parents[2]
CRM = ROOT / "layers/shared/crm"
DIAGRAM = (ROOT / "docs/architecture.md").read_text().partition("## The layers")[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
KEY = re.compile(r"""(["'])(?:pk|sk|gsi\d[ps]k)\1""")
"""The name of a key attribute as a string constant."""


def test_the_page_shows_the_layers_in_the_order_of_the_contract() -> None:
    shown = re.findall(
        r"^    (?:layers/shared/crm/)?([a-z_]+)(?:/<verb_noun>/app\.py|, http)? {2,}", DIAGRAM, re.MULTILINE
    )
    ordered = [layer.removeprefix("crm.") for layer in CONTRACTS[0]["layers"]]
    assert shown == ["functions", "api", "services", "storage", "domain"]
    assert [layer for layer in ordered if layer in shown] == shown
    assert set(ordered) - set(shown) == {"http"}


def circles(graph: grimp.ImportGraph) -> list[tuple[str, ...]]:
    """Return the shortest chains by which modules import themselves."""
    own = {module for module in graph.modules if module.startswith(("crm.", "functions."))}
    imports = [
        (module, one) for module in sorted(own) for one in graph.find_modules_directly_imported_by(module)
    ]
    chains = ((module, graph.find_shortest_chain(one, module)) for module, one in imports if one in own)
    return [(module, *chain) for module, chain in chains if chain]


def test_there_are_no_circular_imports() -> None:
    assert circles(grimp.build_graph("crm", "functions", cache_dir=None)) == []


def test_circular_imports_are_detected() -> None:
    graph = grimp.ImportGraph()
    for importer, imported in (("crm.a", "crm.b"), ("crm.b", "crm.c"), ("crm.c", "crm.a")):
        graph.add_import(importer=importer, imported=imported)
    assert circles(graph)[0] == ("crm.a", "crm.b", "crm.c", "crm.a")


def test_only_storage_uses_key_attributes() -> None:
    found = {
        str(path.relative_to(CRM))
        for layer in ("api", "http", "services", "storage", "domain")
        for path in (CRM / layer).rglob("*.py")
        if KEY.search(path.read_text())
    }
    assert found
    assert {path.partition("/")[0] for path in found} == {"storage"}
