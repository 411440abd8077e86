"""Views: what the API responds, as typed dicts, so that mypy finds a misspelt field in what builds them.

Each is in the module that is named as that of its model in `crm.api.models`, and has its name with `View`; instants
are texts. tests/unit/test_views.py proves that the two agree, and that operations return the views of their routes.
"""
