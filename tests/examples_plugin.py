"""The pytest plugin that says how many examples hypothesis tries where a test does not say it.

`--hypothesis-profile=thorough` is what CI asks in addition to each run.
"""

from hypothesis import HealthCheck, settings

# Slowness says how busy the machine is with other tests; with CI=true hypothesis thinks so too.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
PATIENT = settings.get_profile("patient")

settings.register_profile("quick", PATIENT, max_examples=25)
settings.register_profile("thorough", PATIENT, max_examples=100)
# Before hypothesis itself reads the command line, so that what it names goes before this.
settings.load_profile("quick")
