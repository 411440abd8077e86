"""Reading profiles, their timelines and their numbers."""

from typing import Any

from crm.http import Request, serve
from crm.services import listing, reading, timelines


def list_profiles(request: Request) -> dict[str, Any]:
    profiles, position = listing.list_profiles(**request.query)
    return {"profiles": profiles, "next_cursor": request.next_cursor(position)}


def get_profile(request: Request) -> dict[str, Any]:
    return reading.get_profile(request.path["id"])


def list_activities(request: Request) -> dict[str, Any]:
    timeline = timelines.timeline(request.path["id"], **request.query)
    return timeline | {"next_cursor": request.next_cursor(timeline["next_cursor"])}


def find_by_identity(request: Request) -> dict[str, Any]:
    return reading.get_by_identity(request.path["type"], request.path["value"])


def get_stats(request: Request) -> dict[str, Any]:
    return reading.stats()


handler = serve("profiles", list_profiles, get_profile, list_activities, find_by_identity, get_stats)
