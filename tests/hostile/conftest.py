"""Fixtures of tests that attack the real handlers with all limits on."""

from tests.support.deployment_fixtures import *  # noqa: F403
