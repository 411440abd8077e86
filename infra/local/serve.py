"""Run the emulator as a process of the stack: `python -m infra.local.serve <home>/`.

The argument only marks the process, so that it is found again. SIGUSR1 writes the state to disk, which the emulator
itself does only when it ends.
"""

import importlib
import signal
import sys

from infra.local import actions, bodies, expressions, mappings, streams, workers
from infra.local.stream_poller import StreamPoller


def main() -> None:
    emulator = importlib.import_module("ministack.app")
    persistence = importlib.import_module("ministack.core.persistence")
    lambdas = importlib.import_module("ministack.services.lambda_svc")
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    streams.persist(dynamodb, lambdas)
    StreamPoller(dynamodb, lambdas).install()
    expressions.read_once(dynamodb)
    mappings.read_concurrency(lambdas)
    runtime = importlib.import_module("ministack.core.lambda_runtime")
    workers.answer_at_once(runtime)
    workers.extend_timeouts(runtime)
    actions.check_batches_as_single(importlib.import_module("ministack.core.iam_actions"))
    bodies.keep_compressed(importlib.import_module("ministack.services.apigateway"))

    def save(*_: object) -> None:
        persistence.save_all(emulator._build_persistence_save_dict())

    signal.signal(signal.SIGUSR1, save)
    sys.argv = sys.argv[:1]
    emulator.main()


if __name__ == "__main__":
    main()
