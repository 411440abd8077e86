"""Commands of exports."""

from typing import NotRequired

from crm.domain.commands.selections import NameList, Selected


class NewExport(Selected):
    """An export of the selected customers: all columns unless some are named."""

    columns: NotRequired[NameList]
    format: NotRequired[str]
