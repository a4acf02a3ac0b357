"""Django settings. Everything that differs between installations comes from the environment (see env.py)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from leeward.config import env, logs

ROOT = env.ROOT
STATE = env.STATE

SECRET_KEY = env.secret("LEEWARD_SECRET_KEY")
# Keys of the vault, newest first, each 32 bytes in base64: see leeward/platform/common/vault.py.
VAULT_KEYS = env.secret("LEEWARD_VAULT_KEYS").split(",")
# The key of the name index: without it the dictionary of names tells nothing.
INDEX_KEY = env.secret("LEEWARD_INDEX_KEY")

# The demonstration: sign-in links without a second factor, on a loopback address only.
DEMO = env.flag("LEEWARD_DEMO")
DEBUG = env.flag("LEEWARD_DEBUG")
SECURE = env.flag("LEEWARD_SECURE", default=not DEMO)  # served over HTTPS

ALLOWED_HOSTS = env.text("LEEWARD_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if SECURE]

ROOMS = [
    "leeward.platform.common",
    "leeward.platform.ui",
    "leeward.platform.reference",
    "leeward.platform.access",
    "leeward.platform.directory",
    "leeward.record.people",
    "leeward.record.cases",
    "leeward.record.risk",
    "leeward.response.front_door",
    "leeward.response.marac",
    "leeward.response.accommodation",
    "leeward.workspace",
]
if DEMO:
    ROOMS.append("leeward.demo")

# What rooms keep in step with their files and functions after each migration.
AFTER_MIGRATE = [
    "leeward.platform.reference.lists.load_lists",
    "leeward.record.cases.actions.deriving.derive_anew",
    "leeward.record.risk.actions.instruments.load_shipped",
]

INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "django_linear_migrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "leeward.platform.ui.middleware.PageSafetyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leeward.platform.ui.middleware.DatabaseGoneMiddleware",
    "leeward.platform.ui.middleware.RefusedMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "leeward.platform.ui.middleware.FormOriginMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "leeward.platform.access.middleware.ActingMiddleware",
]

ROUTES = "leeward.config.routes.table"
PARTNERSHIP_SLUG = env.text("LEEWARD_PARTNERSHIP", "")  # slug; needed only where one database holds several
EXIT_ADDRESS = env.text("LEEWARD_EXIT_ADDRESS", "https://www.bbc.co.uk/weather")

NAVIGATION = "leeward.config.navigation.NAVIGATION"
CASE_TABS = "leeward.config.navigation.CASE_TABS"
AFTER_ASSESSMENT = "leeward.config.navigation.AFTER_ASSESSMENT"
ADMINISTRATION = "leeward.config.navigation.ADMINISTRATION"
# How search finds a case or a contact by its reference: the room of people knows neither. Asked in this order.
PAGES_OF_REFERENCE = [
    "leeward.response.front_door.queries.decided.page_of_contact",
    "leeward.record.cases.queries.references.page_of_case",
]
# What else ends when somebody presses "Exit this page": called with the request before its session is gone.
LEAVING = ["leeward.response.front_door.actions.drafting.forget_all"]
LAYOUT_LINKS = {
    "home": "home",
    "help": "browsing",
    "staff_help": "staff_help",
    "privacy": "your_information",
    "accessibility": "accessibility",
    "sign_out": "account_logout",
    "account": "account",
    "switch_organisation": "switch_organisation",
    "alive": "session_alive",
    "sign_in": "account_login",
    "set_language": "ui:language",
}

# How much a visitor may send in an hour: by session, and by network, where a whole household or library is one address.
# A load test comes from one address as well, and sets the factor.
_ONE_NETWORK = int(env.text("LEEWARD_NETWORK_LIMIT_FACTOR", "1"))
LIMITS = {
    "ask": (5, 100 * _ONE_NETWORK),
    "refer": (20, 200 * _ONE_NETWORK),
    "begin": (30, 1000 * _ONE_NETWORK),
    "receipt": (10, 200 * _ONE_NETWORK),
}
# In front of us stands a reverse proxy that names the visitor's address as the last of X-Forwarded-For.
BEHIND_PROXY = env.flag("LEEWARD_BEHIND_PROXY")
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else everybody behind it would share one limit of wrong passwords
# Limits of sign-in, and which codes of an authenticator app were used: for all processes, so in the database.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "access_cache",
        "OPTIONS": {"MAX_ENTRIES": 20000},
    }
}

ROOT_URLCONF = "leeward.config.urls"
WSGI_APPLICATION = "leeward.config.wsgi.application"
AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "leeward.platform.ui.engine.Pages",
        "APP_DIRS": False,
        "DIRS": [],
        "OPTIONS": {
            "context_processors": ["leeward.platform.ui.context.page"],
            "compiled": env.text("LEEWARD_COMPILED_PAGES", ""),
            "globals": {
                "label": "leeward.platform.reference.lists.label",
                "passkey_scripts": "leeward.platform.access.pages.passkey_scripts",
                "json_script": "leeward.platform.access.pages.json_script",
                "sign_on_choices": "leeward.platform.access.pages.sign_on_choices",
            },
        },
    },
    # Only for the few places where a library insists on Django's own language (forms of allauth's e-mails).
    {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "DIRS": [], "OPTIONS": {}},
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for a postgresql:// address."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "leeward.platform.common.postgresql",
        "NAME": parts.path.strip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        # Bound in the server and prepared once: planning a statement under row policies costs more than running it.
        "OPTIONS": {**query, "connect_timeout": 5, "server_side_binding": True, "prepare_threshold": 3},
        "ATOMIC_REQUESTS": False,  # ActingMiddleware owns the transaction: it also says who acts
    }


DATABASES = {"default": database(env.text("LEEWARD_WEB_DATABASE_URL"))}
# Connections that a process keeps; 0 opens one a request (tests, commands). A broken one is found before it is lent.
if pool_size := int(env.text("LEEWARD_POOL", "8")):
    DATABASES["default"]["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": pool_size,
        "timeout": 5,
        "reconnect_timeout": 3,
    }
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# The owner's address is set for migrations and loading only; a web process does not have it.
if owner_url := env.text("LEEWARD_OWNER_DATABASE_URL", ""):
    DATABASES["owner"] = database(owner_url)
DATABASE_ROUTERS: list[str] = []
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

LANGUAGE_CODE = "en-gb"
# Further languages of the public pages: "cy:Cymraeg,ro:Română". Their pages are the partnership's own (CONTENT).
LANGUAGES = [("en-gb", "English"), ("pl", "Polski"), *env.languages("LEEWARD_LANGUAGES")]
# A folder with the partnership's own public pages, `<language>/<name>.md`: they stand in the place of ours.
CONTENT = env.text("LEEWARD_CONTENT", "")
LOCALE_PATHS = [ROOT / "leeward" / "platform" / "ui" / "locale"]
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "build" / "collected"
STATICFILES_DIRS = [ROOT / "build" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": STATE / "files"}},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# One file a log: demonstrations of several sizes stand side by side on one machine.
_ANCHORS = f"audit-anchors-{DATABASES['default']['NAME']}.jsonl" if DEMO else "audit-anchors.jsonl"
AUDIT_ANCHORS = env.text("LEEWARD_AUDIT_ANCHORS", str(STATE / _ANCHORS))

# The hour (UTC) of the night in which the worker checks the whole log.
AUDIT_CHECK_HOUR = env.hour("LEEWARD_AUDIT_CHECK_HOUR", "2")

PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]

# Sign-in: nobody signs up; a second factor is asked of all staff; e-mail is never a factor and never joins accounts.
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "leeward.platform.access.signing_in.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_ADAPTER = "leeward.platform.access.signing_in.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["webauthn", "totp", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_TOTP_ISSUER = "Leeward"
MFA_TOTP_TOLERANCE = 1  # steps of 30 s: a code typed as it changes still counts (RFC 6238, 5.2 allows one)
SOCIALACCOUNT_ADAPTER = "leeward.platform.access.signing_in.ProviderAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = False
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_LOGIN_ON_GET = True  # a form's redirect to another origin would break our content security policy
SOCIALACCOUNT_STORE_TOKENS = False
# Agencies' sign-on servers are asked by ours. Unless this is set, never one on a private or loopback address: whoever
# administers an organisation could otherwise have our server knock on doors inside the council's network.
SIGN_ON_INSIDE_NETWORK = env.flag("LEEWARD_SIGN_ON_INSIDE_NETWORK")
USERSESSIONS_TRACK_ACTIVITY = False

# Sessions: the ASVS prefix keeps a sub-domain from setting our cookie; 20 idle minutes are kept by the access room.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_NAME = "__Host-session" if SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# One cookie, made only where a form needs it: a page of words sets none.
CSRF_USE_SESSIONS = True
CSRF_FAILURE_VIEW = "leeward.platform.ui.views.csrf_failure"
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# Twenty minutes are the most; a partnership may ask for less.
SESSION_IDLE_SECONDS = min(int(env.text("LEEWARD_IDLE_SECONDS", "1200")), 20 * 60)
SESSION_LIFE_SECONDS = 12 * 60 * 60
SESSION_COOKIE_AGE = SESSION_LIFE_SECONDS

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False  # the reverse proxy does it; `leeward doctor` checks that it does
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.flag("LEEWARD_BEHIND_PROXY") else None
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
FILE_UPLOAD_HANDLERS = ["leeward.platform.common.uploads.InMemory"]  # nothing uploaded touches a disk in clear
CLAMAV = env.text("LEEWARD_CLAMAV", "")  # unix:/path or host:port of a ClamAV daemon; empty: files are not scanned

# Notices that something waits, and nothing of what it is. Without a server named here they go nowhere.
EMAIL_HOST = env.text("LEEWARD_EMAIL_HOST", "")
EMAIL_PORT = int(env.text("LEEWARD_EMAIL_PORT", "587"))
EMAIL_HOST_USER = env.text("LEEWARD_EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("LEEWARD_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = EMAIL_PORT == 587
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.text("LEEWARD_EMAIL_FROM", "leeward@localhost")
EMAIL_BACKEND = env.text(
    "LEEWARD_EMAIL_BACKEND",
    f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend",
)
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

LOGGING = logs.configuration(DEBUG)
