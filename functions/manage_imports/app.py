"""Manage imports: mappings, previews, and the imports of dropped files."""

from crm.api.queries import StateQuery
from crm.api.views.import_previews import preview_view
from crm.api.views.imports import import_view, mapping_view
from crm.domain.commands.import_mappings import ImportMappingChanges, NewImportMapping
from crm.domain.commands.import_previews import PreviewRequest
from crm.domain.commands.imports import NewImport, NewUpload
from crm.domain.views.import_mappings import ImportMappingListView, ImportMappingView
from crm.domain.views.import_previews import PreviewView
from crm.domain.views.imports import ImportPageView, ImportView, UploadView
from crm.http import Request, serve
from crm.services.imports import import_jobs, import_mappings, import_preview, uploads
from crm.services.profiles.source_names import source_names


def list_import_mappings(request: Request) -> ImportMappingListView:
    return {"mappings": [mapping_view(mapping) for mapping in import_mappings.list_all()]}


def create_import_mapping(request: Request) -> ImportMappingView:
    return mapping_view(import_mappings.create(request.body(NewImportMapping), now=request.now))


def get_import_mapping(request: Request) -> ImportMappingView:
    return mapping_view(import_mappings.get(request.path["name"]))


def update_import_mapping(request: Request) -> ImportMappingView:
    name, changes = request.path["name"], request.body(ImportMappingChanges)
    return mapping_view(import_mappings.update(name, changes, expected=request.if_match))


def delete_import_mapping(request: Request) -> None:
    import_mappings.delete(request.path["name"], expected=request.if_match)


def preview_import(request: Request) -> PreviewView:
    return preview_view(import_preview.preview(**request.body(PreviewRequest), now=request.now))


def create_upload(request: Request) -> UploadView:
    return uploads.create_upload(**request.body(NewUpload), now=request.now)


def start_import(request: Request) -> ImportView:
    job = import_jobs.start(**request.body(NewImport), by=request.principal.id, now=request.now)
    return import_view(job, None, source_names([job.started_by]))


def list_imports(request: Request) -> ImportPageView:
    page, position = import_jobs.list_imports(request.principal, **request.query(StateQuery))
    names = source_names(job.started_by for job in page)
    imports = [import_view(job, import_jobs.report_file(job, now=request.now), names) for job in page]
    return {"imports": imports, "next_cursor": request.next_cursor(position)}


def get_import(request: Request) -> ImportView:
    job = import_jobs.get(request.path["id"], request.principal)
    return import_view(job, import_jobs.report_file(job, now=request.now), source_names([job.started_by]))


handler = serve(
    "manage_imports",
    list_import_mappings,
    create_import_mapping,
    get_import_mapping,
    update_import_mapping,
    delete_import_mapping,
    create_upload,
    preview_import,
    start_import,
    list_imports,
    get_import,
)
