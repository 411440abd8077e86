"""Answer access requests with all data held on a person."""

import uuid

from crm.api.queries import ExportQuery
from crm.domain.times import iso
from crm.http import Reply, Request, serve
from crm.services.privacy import access_request
from crm.services.profiles import people

JSON = "application/json"
SEE_OTHER = 303


def export_profile(request: Request) -> Reply:
    person = people.find(request.path["id"], request.principal, deleted=True)
    name = f"{uuid.uuid4()}.json"
    query = request.query(ExportQuery)
    export = access_request.export(person, name=name, clock=lambda: request.now, include=query["include"])
    if export.link and export.expires_at:
        body = {"url": export.link, "expires_at": iso(export.expires_at)}
        if not query["redirect"]:
            return Reply(body)
        return Reply(body, status=SEE_OTHER, headers={"location": export.link})
    attachment = {"content-type": JSON, "content-disposition": f'attachment; filename="{name}"'}
    return Reply(export.document, headers=attachment, media_type="text/plain")


handler = serve("export_profile", export_profile)
