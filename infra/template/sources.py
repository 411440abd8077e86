"""Read the hand-written sources of the template: the YAML files of this folder."""

from pathlib import Path
from typing import Any

import yaml

from crm.domain import activity, retention
from infra.cloudformation import Template

HERE = Path(__file__).parent


def read_source(name: str) -> dict[str, Any]:
    """Read a source by its name without the suffix, with intrinsic functions (!Ref, !Sub...) in their long form."""
    found: dict[str, Any] = yaml.load((HERE / f"{name}.yaml").read_text(), Loader=_Source)  # noqa: S506 - it is a SafeLoader
    return found


class _Source(Template):
    """A YAML loader that takes `!Retention NAME` and `!Activity NAME` from the code, and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := {key for key in keys if keys.count(key) > 1}:
            raise ValueError(f"given twice: {', '.join(sorted(twice))}{node.start_mark}")
        mapping: dict[Any, Any] = super().construct_mapping(node, deep)
        return mapping


def _retention(loader: Any, node: yaml.ScalarNode) -> int:
    return int(getattr(retention, loader.construct_scalar(node)))


def _activity(loader: Any, node: yaml.ScalarNode) -> str:
    return str(getattr(activity, loader.construct_scalar(node)))


_Source.add_constructor("!Retention", _retention)
_Source.add_constructor("!Activity", _activity)
