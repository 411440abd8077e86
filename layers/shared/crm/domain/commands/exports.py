"""Commands of exports."""

from typing import NotRequired

from crm.domain.commands.selections import Names, Selected


class NewExport(Selected):
    """An export of the selected customers: all columns unless some are named."""

    columns: NotRequired[Names]
    format: NotRequired[str]
