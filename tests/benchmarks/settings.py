"""The real settings, with one more address: an empty page to measure others against."""

from leeward.config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.benchmarks.urls"
ROUTES = "tests.benchmarks.urls.table"
