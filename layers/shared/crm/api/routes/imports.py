"""Imports: mappings, previews, and the imports themselves."""

from functools import partial

from crm.api import job_parameters as job
from crm.api import parameters as query
from crm.api.route import Route

_read = partial(Route, function="manage_imports", access="definitions:read", limited=True)
_write = partial(Route, function="manage_imports", access="definitions:write", etag=True)
_import = partial(Route, function="manage_imports", access="profiles:import")

ROUTES: tuple[Route, ...] = (
    _read(
        "GET /v1/import-mappings",
        "list_import_mappings",
        summary="List import mappings, by name",
        response="import_mappings.ImportMappingList",
    ),
    _write(
        "POST /v1/import-mappings",
        "create_import_mapping",
        summary="Create an import mapping, which defines how the files of one origin are read",
        request="import_mappings.NewImportMapping",
        response="import_mappings.ImportMapping",
        status=201,
    ),
    _read(
        "GET /v1/import-mappings/{name}",
        "get_import_mapping",
        summary="Read an import mapping",
        response="import_mappings.ImportMapping",
        etag=True,
        errors=(404,),
    ),
    _write(
        "PATCH /v1/import-mappings/{name}",
        "update_import_mapping",
        summary="Update the given fields of an import mapping, as a new version, which applies to the next files",
        request="import_mappings.ImportMappingChanges",
        response="import_mappings.ImportMapping",
        brief=("name",),
        errors=(404, 409),
    ),
    _write(
        "DELETE /v1/import-mappings/{name}",
        "delete_import_mapping",
        summary="Delete an import mapping; the customers and events imported by it stay",
        status=204,
        errors=(404, 409),
    ),
    # `secret`: the link is a credential.
    _import(
        "POST /v1/imports/uploads",
        "create_upload",
        summary="Get a link by which a browser uploads a file; it is not imported before you start its import",
        request="imports.NewUpload",
        response="imports.Upload",
        status=201,
        secret=True,
    ),
    # `secret`: the sample rows describe several people.
    _import(
        "POST /v1/imports/preview",
        "preview_import",
        summary="Preview the import of a file from its beginning; nothing is stored",
        request="import_previews.PreviewRequest",
        response="import_previews.Preview",
        secret=True,
        errors=(404,),
    ),
    _import(
        "POST /v1/imports",
        "start_import",
        summary="Import a file of the bucket",
        request="imports.NewImport",
        response="imports.Import",
        status=202,
        errors=(404,),
    ),
    _import(
        "GET /v1/imports",
        "list_imports",
        summary="List imports, newest first",
        response="imports.ImportPage",
        query=(job.JOB_STATE, query.LIMIT, query.CURSOR),
    ),
    _import(
        "GET /v1/imports/{id}",
        "get_import",
        summary="Read the progress and the results of an import",
        response="imports.Import",
        errors=(404,),
    ),
)
