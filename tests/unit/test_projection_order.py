"""The steps of the projector have one direction: no step calls an earlier one."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PROJECTION = Path(__file__).parents[2] / "layers/shared/crm/services/projection"
PROJECTOR = ("projector", "projection_steps")


def calls_between_steps(*sources: str) -> dict[str, set[str]]:
    """Return which methods (`self.save`) and functions each of them calls, or hands on to be called."""
    trees = [ast.parse(source) for source in sources]
    steps = {name: node for tree in trees for name, node in _defined_in(tree)}
    return {
        name: {used for node in ast.walk(step) if (used := _name_of(node)) in steps}
        for name, step in steps.items()
    }


def _defined_in(tree: ast.AST) -> Iterator[tuple[str, ast.FunctionDef]]:
    for parent in ast.walk(tree):
        prefix = "self." if isinstance(parent, ast.ClassDef) else ""
        for node in ast.iter_child_nodes(parent):
            if isinstance(node, ast.FunctionDef):
                yield prefix + node.name, node


def _name_of(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self":
        return f"self.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("module", sorted(PROJECTION.glob("*.py")), ids=lambda path: path.stem)
def test_no_step_of_a_module_calls_itself_indirectly(module: Path) -> None:
    calls = calls_between_steps(module.read_text())
    assert set(TopologicalSorter(calls).static_order()) == calls.keys()


def test_the_projection_of_a_profile_is_a_pipeline() -> None:
    calls = calls_between_steps(*((PROJECTION / f"{name}.py").read_text() for name in PROJECTOR))
    assert set(TopologicalSorter(calls).static_order()) == calls.keys()
    assert {"self._fold_and_settle", "self._evaluate_card", "self._save"} <= calls["self._save_profile"]
    assert {"self._save_profile", "self._finish_all"} <= calls["self._project_once"]


def test_a_circular_call_is_detected() -> None:
    source = (
        "class A:\n def one(self): self.two()\n def two(self): helper(self.one)\ndef helper(step): step()"
    )
    with pytest.raises(CycleError):
        list(TopologicalSorter(calls_between_steps(source)).static_order())
