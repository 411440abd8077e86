"""Fixtures of tests that attack the real handlers with all limits on."""

from tests.support.aws_fixtures import *  # noqa: F403
from tests.support.deployment_fixtures import *  # noqa: F403
from tests.support.shop_fixtures import *  # noqa: F403
