"""The pytest plugin that says how many examples hypothesis tries where a test does not say it.

`--hypothesis-profile=thorough` is what CI asks beside each run.
"""

from hypothesis import HealthCheck, settings

# How long a draw takes says how busy the machine is with other tests.
PATIENT = [HealthCheck.too_slow]

settings.register_profile("quick", max_examples=25, suppress_health_check=PATIENT)
settings.register_profile("thorough", max_examples=100, suppress_health_check=PATIENT)
# Before hypothesis itself reads the command line, so that what it names goes before this.
settings.load_profile("quick")
