"""The stages of an import: `check` decides rows, `apply` applies them, `repeats` applies repeated people in order."""

from crm.services.imports import stage_0_plan, stage_1_check, stage_2_apply, stage_3_repeats
from crm.services.imports.stage_4_report import finish_import
from crm.services.jobs.staged_job import Stage, StagedJob

IMPORTS = StagedJob(
    (
        Stage(stage_1_check.CHECK, stage_0_plan.plan, stage_1_check.work),
        Stage(stage_2_apply.APPLY, stage_2_apply.plan, stage_2_apply.work),
        Stage(stage_3_repeats.REPEATS, stage_3_repeats.plan, stage_3_repeats.work),
    ),
    finish_import,
)
