"""Fixtures of tests that call the real handlers."""

from tests.support.deployment_fixtures import *  # noqa: F403
