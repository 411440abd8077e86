"""Fixtures of tests in which strangers meet the real handlers with all limits on."""

from tests.support.deployment_fixtures import *  # noqa: F403
