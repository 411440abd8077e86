"""Patch the emulator to authorize the queues' batch calls as AWS does: by the action of the single call."""

from typing import Any

_SINGLE = {f"sqs:{action}Batch": f"sqs:{action}" for action in ("SendMessage", "DeleteMessage")}


def check_batches_as_single(iam_actions: Any) -> None:
    """Map batch actions to single ones: IAM has no `sqs:SendMessageBatch`, and permission for one message covers
    ten.
    """
    extract = iam_actions.extract_iam_action

    def extract_iam_action(*request: Any) -> str | None:
        action: str | None = extract(*request)
        return action and _SINGLE.get(action, action)

    iam_actions.extract_iam_action = extract_iam_action
