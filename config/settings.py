"""Every setting of Onevoice. The environment is read here and nowhere else; docs/operator/settings.md lists it."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import admin_console, embedded
from config.addresses import broker_from, database_from, email_from
from config.env import Environment

# Lets fields and admin classes name their types at run time, as the type checker wants.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()

# Where things are ---------------------------------------------------------------------------------
DATA_DIR = Path(
    env.text("DATA_DIR", shown="var, in the project", help="The folder of everything Onevoice keeps on this machine.")
    or BASE_DIR / "var"
).resolve()
DATABASE_URL = env.url(
    "DATABASE_URL",
    shown="an embedded PostgreSQL 18 in DATA_DIR",
    schemes=("postgres", "postgresql"),
    help="PostgreSQL 15 or newer with pgvector, pg_trgm and unaccent: postgres://user:password@host:5432/name.",
)
VALKEY_URL = env.url(
    "VALKEY_URL",
    shown="an embedded Valkey in DATA_DIR",
    schemes=("redis", "rediss", "unix"),
    help="Valkey or Redis, for hints and nudges: redis://:password@host:6379/0.",
)
EMBEDDED_POSTGRES = not DATABASE_URL
EMBEDDED_VALKEY = not VALKEY_URL
if EMBEDDED_POSTGRES or EMBEDDED_VALKEY:
    try:
        _home = embedded.find_home(DATA_DIR)
        DATABASE_URL = DATABASE_URL or embedded.database_url(_home)
        VALKEY_URL = VALKEY_URL or embedded.valkey_url(_home)
    except embedded.EmbeddedError as refusal:
        raise ImproperlyConfigured(str(refusal)) from refusal

# What kind of installation this is ----------------------------------------------------------------
DEBUG = env.flag("DEBUG", default=False, help="Show errors in the browser; never on a public address.")
DEMO = env.flag(
    "DEMO",
    default=EMBEDDED_POSTGRES,
    shown="yes with the embedded PostgreSQL, else no",
    help="Load the demo's organizations on the first start, and say who can sign in.",
)
SANDBOX = env.flag("SANDBOX", default=DEMO, shown="as DEMO", help="Serve the make-believe network at /sandbox/.")
ROLE = env.choice(
    "ROLE",
    default="command",
    allowed=("command", "web", "worker", "scheduler"),
    help="What this process is; `manage.py serve` sets it. Only web processes keep a pool of connections.",
)

# Web ----------------------------------------------------------------------------------------------
HOST = env.text("HOST", default="127.0.0.1", help="The address to listen on; 0.0.0.0 is every interface.")
PORT = env.number(
    "PORT", default=8000, least=1, most=65535, help="The port to listen on. When unset and taken, the next free one."
)
PORT_IS_CHOSEN = env.is_set("PORT")
WEB_PROCESSES = env.number(
    "WEB_PROCESSES", default=2, least=1, most=64, help="Web processes that share the port; about one for each core."
)
SITE_URL = env.url(
    "SITE_URL",
    default=f"http://localhost:{PORT}",
    shown="http://localhost:PORT",
    schemes=("http", "https"),
    help="The address people type; https:// here makes cookies secure and sends HSTS.",
).rstrip("/")
_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = env.words(
    "ALLOWED_HOSTS",
    default=f"localhost,127.0.0.1,[::1],{_site.hostname}",
    shown="this machine's names and the one in SITE_URL",
    help="Host names that requests may ask for.",
)
TRUSTED_PROXY = env.flag(
    "TRUSTED_PROXY",
    default=False,
    help="A proxy in front sets X-Forwarded-Proto and X-Forwarded-For, and removes what clients send there.",
)
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
_is_secure = _site.scheme == "https"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _is_secure
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = _is_secure and TRUSTED_PROXY
SECURE_HSTS_SECONDS = 31_536_000 if _is_secure and not DEBUG else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY else None
X_FRAME_OPTIONS = "DENY"

SECRET_KEY = env.secret(
    "SECRET_KEY",
    shown="made once and kept in DATA_DIR; must be given with DATABASE_URL",
    help="Signs sessions and links. Keep it secret and the same on every machine.",
)
SECRET_KEY_FALLBACKS = env.secrets(
    "SECRET_KEY_FALLBACKS",
    help="Earlier values of SECRET_KEY, newest first: what they signed or encrypted can still be read.",
)


def _kept_secret() -> str:
    """Return the secret key of this DATA_DIR, made on first use and readable by its owner only."""
    kept = DATA_DIR / "secret_key"
    if not kept.exists():
        DATA_DIR.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


if not SECRET_KEY:
    if not (DEBUG or EMBEDDED_POSTGRES):
        raise ImproperlyConfigured("SECRET_KEY is unset; with a DATABASE_URL it must be given (32 characters or more).")
    SECRET_KEY = _kept_secret()

EMAIL_URL = env.url(
    "EMAIL_URL",
    default="console://log",
    schemes=("smtp", "smtps", "console"),
    help="How e-mail leaves: smtp://user:password@host:587, smtps://…, or console://log to print it.",
)
globals().update(email_from(EMAIL_URL))
DEFAULT_FROM_EMAIL = env.text(
    "EMAIL_FROM",
    default=f"Onevoice <onevoice@{_site.hostname}>",
    shown="onevoice@ the host of SITE_URL",
    help="Whom e-mail comes from.",
)

# Off unless a server is named; it orders and adapts signed words and writes none of its own.
LLM_URL = env.url(
    "LLM_URL",
    schemes=("http", "https"),
    shown="none: off",
    help="A server that speaks OpenAI's chat completions, up to /v1; it may order suggestions and adapt signed words.",
).rstrip("/")
LLM_MODEL = env.text("LLM_MODEL", default="default", help="The model that LLM_URL is asked for.")
LLM_KEY = env.text("LLM_KEY", shown="none", help="The key that LLM_URL wants, if any; it is never shown or logged.")

TRANSLATE_URL = env.url(
    "TRANSLATE_URL",
    schemes=("http", "https"),
    shown="none: off",
    help="Where customers' messages are translated, masked, when agents ask: LibreTranslate, or OpenAI's up to /v1.",
).rstrip("/")
TRANSLATE_WITH = env.choice(
    "TRANSLATE_WITH",
    default="libretranslate",
    allowed=("libretranslate", "openai"),
    help="What TRANSLATE_URL speaks: LibreTranslate's /translate, or OpenAI's chat completions.",
)
TRANSLATE_MODEL = env.text("TRANSLATE_MODEL", default="default", help="The model that TRANSLATE_URL is asked for.")
TRANSLATE_KEY = env.text("TRANSLATE_KEY", shown="none", help="The key that TRANSLATE_URL wants; it is never shown.")

# Parts --------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",  # first: its runserver speaks sockets
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "pgvector.django",
    "config",
    "accounts",
    "brandvoice",
    "inbox",
    "inbox.connectors.sandbox",
    "inbox.connectors.webchat",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # Pages shrink tenfold; Django pads the answers at random, so that their length tells nothing of the token.
    "django.middleware.gzip.GZipMiddleware",
    "config.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.PersonalLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": database_from(DATABASE_URL, pool=8 if ROLE == "web" else 0)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": VALKEY_URL,
        "KEY_PREFIX": "cache",
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 2},
    }
}

# People -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
# People come by invitation, which proves their address; nobody signs up.
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = True
# An office of agents shares one address, so the limit by address is generous and the one by account is not.
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "60/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if TRUSTED_PROXY else 0
MFA_ADAPTER = "accounts.adapter.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _is_secure
MFA_TOTP_ISSUER = "Onevoice"
MFA_TOTP_TOLERANCE = 1
SIGN_SECOND_FACTOR = env.flag(
    "SIGN_SECOND_FACTOR",
    default=False,
    help="Ask for the second factor again before somebody signs a position, unless it was given in the last minutes.",
)
USERSESSIONS_ADAPTER = "accounts.adapter.SessionsAdapter"
UNFOLD = admin_console.UNFOLD

# Language, time, files ----------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [folder for folder in [BASE_DIR / "static"] if folder.exists()]
# Names with a digest, cached for ever, where files were collected; plain names while developing and testing.
_hashed = ROLE == "web" and not DEBUG
FILES_DIR = Path(
    env.text(
        "FILES_DIR",
        shown="files, in DATA_DIR",
        help="The folder of the files that customers and agents send. All web servers and workers need the same one.",
    )
    or DATA_DIR / "files"
)
LOOSE_FILE_DAYS = env.number(
    "LOOSE_FILE_DAYS",
    default=30,
    least=1,
    most=3650,
    help="Files that people uploaded for a position and no version holds any more are deleted after so many days.",
)
ATTACHMENT_MEGABYTES = env.number(
    "ATTACHMENT_MEGABYTES",
    default=25,
    least=1,
    most=500,
    help="The largest file that is kept or sent; of a larger one from a customer only the address.",
)
ALLOW_PRIVATE_ADDRESSES = env.flag(
    "ALLOW_PRIVATE_ADDRESSES",
    default=False,
    help="Let files be fetched from, and webhooks sent to, addresses inside your own network.",
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "attachments": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(FILES_DIR), "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _hashed
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not _hashed

# REST ---------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Onevoice",
    "DESCRIPTION": "Connectors bring messages in and take replies out.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# Background ---------------------------------------------------------------------------------------
CELERY_BROKER_URL = broker_from(VALKEY_URL)
# A dead broker must not hold up a request: the row waits, and a sweep finds it.
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "visibility_timeout": 600,
    "global_keyprefix": "celery:",
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 10_000
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "celerybeat-schedule")

# Logs ---------------------------------------------------------------------------------------------
LOG_LEVEL = env.choice(
    "LOG_LEVEL", default="INFO", allowed=("DEBUG", "INFO", "WARNING", "ERROR"), help="How much the logs tell."
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stream": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stream"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # One line a request belongs to the proxy in front.
        "django.channels.server": {"level": "WARNING"},
        "daphne": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # It says each step of each page.
        "weasyprint": {"level": "ERROR"},
    },
}

env.refuse_unknown()
