"""The stages of an import: `check` decides each row, `apply` applies it, `repeats` applies rows about the same
people in order.
"""

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
