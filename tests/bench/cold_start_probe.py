"""Do one cold start in a fresh interpreter: `python cold_start_probe.py <module> <file with the first event>`.

Prints the seconds of CPU and of wall time from before the import of the handler to its first response, as JSON.
"""

import sys
import time


class Context:
    """The context that Lambda passes to a handler."""

    function_name = "bench"
    memory_limit_in_mb = 512
    invoked_function_arn = "arn:aws:lambda:eu-central-1:123456789012:function:bench"
    aws_request_id = "52fdfc07-2182-454f-963f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return a large number."""
        return 30_000


def main(module: str, event_file: str) -> None:
    """Start the handler, respond once, and print the times."""
    import importlib
    import json

    with open(event_file, encoding="utf-8") as file:
        event = json.load(file)
    wall, cpu = time.perf_counter(), time.process_time()
    answer = importlib.import_module(module).handler(event, Context())
    used = {"cpu": time.process_time() - cpu, "wall": time.perf_counter() - wall}
    if isinstance(answer, dict) and answer.get("statusCode", 200) >= 300:
        sys.exit(f"{module}: {answer}")
    sys.stderr.write(json.dumps(used) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
