"""The smallest settings under which this room runs: no database, no other room. For its own tests and its gallery."""

from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[4]

SECRET_KEY = "only for the tests of the ui room"
DEBUG = False
DEMO = True
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "leeward.platform.ui.tests.urls"
INSTALLED_APPS = [
    "leeward.platform.ui",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "leeward.platform.ui.middleware.PageSafetyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leeward.platform.ui.middleware.DatabaseGoneMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "leeward.platform.ui.tests.urls.acting_as_someone",
]
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "leeward.platform.ui.engine.Pages",
        "APP_DIRS": False,
        "DIRS": [],
        "OPTIONS": {"context_processors": ["leeward.platform.ui.context.page"]},
    }
]
DATABASES: dict[str, Any] = {}
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "leeward.platform.ui.views.csrf_failure"
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("pl", "Polski")]
LOCALE_PATHS = [ROOT / "leeward" / "platform" / "ui" / "locale"]
TIME_ZONE = "Europe/London"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "collected"
STATICFILES_DIRS = [ROOT / "build" / "static"]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PARTNERSHIP_PAGE = {"name": "Estuary Partnership", "help_phone": "01632 960 100"}
NAVIGATION = "leeward.platform.ui.tests.urls.NAVIGATION"
SESSION_IDLE_SECONDS = 20 * 60
