"""How the local stack runs functions."""

from types import SimpleNamespace
from typing import Any

import pytest

from infra.local.workers import extend_timeouts


@pytest.mark.parametrize(("timeout", "allowed"), [(15, 60), (29, 116), (60, 60), (900, 900)])
def test_functions_that_answer_requests_may_take_longer(timeout: int, allowed: int) -> None:
    class Worker:
        def __init__(self, name: str, config: dict[str, Any], code: bytes) -> None:
            self.name, self.config, self.code = name, config, code

    config = {"Timeout": timeout, "Handler": "app.handler"}
    extend_timeouts(SimpleNamespace(Worker=Worker))
    worker = Worker("crm-profiles", config, b"zip")
    assert worker.config == {"Timeout": allowed, "Handler": "app.handler"}
    assert config["Timeout"] == timeout
    assert (worker.name, worker.code) == ("crm-profiles", b"zip")
