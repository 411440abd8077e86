"""List and replay rejected input."""

import uuid

from crm.api.queries import RejectedQuery
from crm.domain.commands.tracking import Correction
from crm.domain.times import date_of
from crm.domain.views.tracking import AcceptedView, RejectedPageView
from crm.http import Request, serve
from crm.services.tracking import rejected_input


def list_rejected(request: Request) -> RejectedPageView:
    query = request.query(RejectedQuery)
    day = query["day"] or date_of(request.now)
    page, position = rejected_input.rejected_of_day(
        day=day, source=query["source"], limit=query["limit"], cursor=query["cursor"]
    )
    totals = rejected_input.totals_of_day(day, query["source"])
    return {"rejected": page, "next_cursor": request.next_cursor(position), "totals": totals}


def replay_rejected(request: Request) -> AcceptedView:
    return rejected_input.replay(
        request.path["id"],
        new_id=lambda: str(uuid.uuid4()),
        by=request.principal,
        **request.body(Correction),
    ).answer()


handler = serve("review_rejected", list_rejected, replay_rejected)
