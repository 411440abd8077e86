"""Patch the emulator to poll queues whose maximum concurrency is a parameter of the template: it compares the
parameter's text with a number, and then polls no queue at all.
"""

from typing import Any


def read_concurrency(lambdas: Any) -> None:
    """Convert `MaximumConcurrency` of event source mappings to a number in the emulator's module."""
    compute = lambdas._sqs_esm_concurrency

    def concurrency(mapping: dict[str, Any], *rest: Any) -> int:
        scaling = mapping.get("ScalingConfig") or {}
        if "MaximumConcurrency" in scaling:
            mapping = mapping | {"ScalingConfig": {"MaximumConcurrency": int(scaling["MaximumConcurrency"])}}
        return int(compute(mapping, *rest))

    lambdas._sqs_esm_concurrency = concurrency
