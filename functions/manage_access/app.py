"""Manage sources with their write keys, and API keys."""

from crm.api.views.access import api_key_view, caller_view, left_out_view, source_view
from crm.domain.commands.access import NewApiKey, NewSource, Rotation, SourceChanges
from crm.domain.source import Source
from crm.domain.views.access import (
    ApiKeyListView,
    CallerView,
    CreatedApiKeyView,
    SourceDetailsView,
    SourceListView,
    SourceView,
)
from crm.http import Request, serve
from crm.services.access import api_keys, key_uses, sources
from crm.settings import settings


def create_source(request: Request) -> SourceView:
    return _view(sources.create(**request.body(NewSource), now=request.now))


def list_sources(request: Request) -> SourceListView:
    return {"sources": [_view(source) for source in sources.list_all()]}


def get_source(request: Request) -> SourceDetailsView:
    source = sources.get(request.path["id"])
    return {**_view(source), "left_out": left_out_view(sources.left_out_by(source))}


def update_source(request: Request) -> SourceView:
    source = sources.update(
        request.path["id"], request.body(SourceChanges), now=request.now, expected=request.if_match
    )
    return _view(source)


def delete_source(request: Request) -> None:
    sources.delete(request.path["id"], expected=request.if_match)


def rotate_key(request: Request) -> SourceView:
    rotation = request.body(Rotation)
    return _view(sources.rotate(request.path["id"], **rotation, now=request.now, expected=request.if_match))


def create_api_key(request: Request) -> CreatedApiKeyView:
    key, plain = api_keys.create(**request.body(NewApiKey), grantor=request.principal, now=request.now)
    return {**api_key_view(key), "key": plain}


def list_api_keys(request: Request) -> ApiKeyListView:
    uses = key_uses.last_uses()
    return {"api_keys": [api_key_view(key, uses.get(key.id)) for key in api_keys.list_all()]}


def revoke_api_key(request: Request) -> None:
    api_keys.revoke(request.path["id"], by=request.principal, now=request.now)


def get_caller(request: Request) -> CallerView:
    return caller_view(api_keys.get(request.principal), settings())


def _view(source: Source) -> SourceView:
    return source_view(source, sources.limit_in_force(source))


handler = serve(
    "manage_access",
    create_source,
    list_sources,
    get_source,
    update_source,
    delete_source,
    rotate_key,
    create_api_key,
    list_api_keys,
    revoke_api_key,
    get_caller,
)
