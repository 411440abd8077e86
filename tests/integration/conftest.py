"""Fixtures of tests that call the real handlers."""

from tests.support.aws_fixtures import *  # noqa: F403
from tests.support.deployment_fixtures import *  # noqa: F403
from tests.support.shop_fixtures import *  # noqa: F403
