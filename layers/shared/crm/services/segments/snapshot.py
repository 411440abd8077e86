"""Take snapshots: a static segment of a segment's present members."""

from crm.domain.api_key import Principal
from crm.domain.commands.bulk import Action
from crm.domain.errors import ConflictError
from crm.domain.job import Job
from crm.domain.segments.definition import STATIC, Segment
from crm.services.bulk import requests as bulk
from crm.services.segments.segments import create, get


def snapshot(
    name_or_id: str, *, name: str, description: str = "", by: Principal, now: int
) -> tuple[Segment, Job]:
    """Create a static segment of a segment's present members; return it and the job that adds them.

    Raises NotFoundError, ConflictError (also before the segment serves), InvalidInputError.
    """
    source = get(name_or_id)
    if source.group is None:
        raise ConflictError(f"{source.name} is not ready: it is {source.state}", code="segment_not_ready")
    made = create(name=name, type=STATIC, description=description, by=by, now=now)
    action: Action = {"type": "add_to_segment", "segment": made.id}
    job = bulk.start_allowed({"segment": source.id, "kind": "any"}, action, by=by, now=now)
    return made, job
