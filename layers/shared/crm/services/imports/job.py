"""The stages of an import: `check` decides rows, `apply` applies them, `repeats` applies repeated people in order."""

from crm.services.imports import applying, checking, planning, repeating
from crm.services.imports.report import finish
from crm.services.jobs.job_parts import InParts, Stage

IMPORTS = InParts(
    (
        Stage(checking.CHECK, planning.plan, checking.work),
        Stage(applying.APPLY, applying.plan, applying.work),
        Stage(repeating.REPEATS, repeating.plan, repeating.work),
    ),
    finish,
)
