"""What all tests share: Hypothesis looks for faults, not for slow machines, so that a busy one fails no test."""

from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
