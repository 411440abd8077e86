"""Commands: what a request asks of the services, as typed dicts of the fields that were sent.

Each is in the module that is named as that of its model in `crm.api.models` and has its name. The model validates the
body when a request arrives; the command is its static type, which handlers and services share without loading
Pydantic. tests/unit/test_commands.py proves that the two agree.
"""
