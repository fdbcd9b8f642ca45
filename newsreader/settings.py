"""Settings, read from the environment (and an ``.env`` file) once, each with its type.

``.env.example`` lists every variable with its default.
"""

import contextlib
import os
from pathlib import Path
from typing import Any

import dj_database_url
import django_cache_url
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy

from newsreader import environment
from newsreader.places import ASSETS_DIR, BASE_DIR, HOME_DIR

environment.read_file(HOME_DIR / ".env")

# They read the environment, too, which has to be complete.
from newsreader.accounts.settings import *  # noqa: E402, F403
from newsreader.accounts.settings import ACCOUNT_APPS  # noqa: E402
from newsreader.backup.options import BACKUP_DIR, BACKUP_HOURS, BACKUP_KEEP, HISTORY_DAYS  # noqa: E402, F401
from newsreader.operations.error_settings import ERROR_HANDLERS, ERROR_MAIL_TO, ERROR_WEBHOOK  # noqa: E402, F401
from newsreader.security_settings import *  # noqa: E402, F403

DEBUG = environment.boolean("DEBUG", False)


def _secret_key() -> str:
    """Return SECRET_KEY, which may be missing only with DEBUG."""
    key = environment.text("SECRET_KEY", "")
    if not key and not DEBUG:
        raise ImproperlyConfigured(f"SECRET_KEY is not set, neither here nor in {HOME_DIR / '.env'}.")
    return key or "insecure-key-for-debugging-only"


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS: list[str] = environment.texts("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = environment.texts("ALLOWED_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS: list[str] = environment.texts("CSRF_TRUSTED_ORIGINS")

SITE_NAME = environment.text("SITE_NAME", "Newsreader")
SITE_TAGLINE = os.environ.get("SITE_TAGLINE", gettext_lazy("One story, many sources"))

INSTALLED_APPS = [
    # urls.py discovers the admin's modules, so that commands that need no URLs start without them.
    "newsreader.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "simple_history",
    "import_export",
    "django_tasks",
    "django_tasks_db",
    *ACCOUNT_APPS,
    "articles",
    "newsreader.cdn",
    "newsreader.backup",
    "newsreader.operations",
    "newsreader.audit",
]

MIDDLEWARE = [
    "newsreader.request_ids.RequestIdMiddleware",
    "newsreader.response_headers.ResponseHeadersMiddleware",
    "newsreader.health.HealthMiddleware",
    "newsreader.metrics.middleware.MetricsMiddleware",
    "articles.distribution.api.middleware.ApiMiddleware",
    "newsreader.page_cache.middleware.PageCacheMiddleware",
    "newsreader.replicas.middleware.ReplicaMiddleware",
    "newsreader.page_cache.records.KeptRecordsMiddleware",
    "newsreader.response_headers.ResponseHeadersMiddleware",  # again: what is cached has them, see there
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    # Before what sets cookies, so that it sees them; after what answers 304, which needs its ETag.
    "newsreader.compression.CompressionMiddleware",
    "articles.preferences.middleware.ChoicesMiddleware",
    "articles.preferences.middleware.OneAddressMiddleware",
    "articles.preferences.middleware.ReadableInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsreader.audit.middleware.AuditMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "newsreader.accounts.middleware.DeskSessionsMiddleware",
    "newsreader.accounts.middleware.KnownBrowserMiddleware",
    "newsreader.accounts.middleware.SecondFactorMiddleware",
    "newsreader.accounts.middleware.ProveAgainMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "articles.views.old_addresses.OldAddresses",
]

ROOT_URLCONF = "newsreader.urls"
WSGI_APPLICATION = "newsreader.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ASSETS_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "articles.views.context_processors.site",
                "newsreader.accounts.context.desk",
            ],
        },
    },
    {
        # The fragments that pages are made of, in templates/kept.
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [ASSETS_DIR / "templates"],
        "OPTIONS": {"environment": "articles.pages.fragments.environment"},
    },
]


# Everything that is written while running is in here, so that the code may be read-only.
VAR_DIR = Path(environment.text("VAR_DIR", "") or HOME_DIR / "var").absolute()


def postgresql_options(is_pooled: bool) -> dict[str, Any]:
    """Return the options of psycopg, with time-outs so that readers do not wait long for a database that is down."""
    # Seconds to connect, and milliseconds until a silent connection counts as lost.
    options: dict[str, Any] = {"connect_timeout": 2, "tcp_user_timeout": 3000}
    # How long a request waits for a connection of the pool, and how long the pool tries to reconnect.
    pool = {"min_size": 1, "max_size": 4, "timeout": 2, "reconnect_timeout": 4}
    return options | ({"pool": pool} if is_pooled else {})


# Seconds for which a thread keeps a connection: as long as that, a file that is replaced is not noticed.
SQLITE_MAX_AGE = 10


def _database(url: str) -> dict[str, Any]:
    """Return the setting of Django for an address, with the options that several processes need."""
    if not url:
        # If it cannot be created, commands that need the database fail with a message.
        with contextlib.suppress(OSError):
            VAR_DIR.mkdir(parents=True, exist_ok=True)
        url = f"sqlite:///{VAR_DIR / 'newsreader.sqlite3'}"
    database: dict[str, Any] = dict(dj_database_url.parse(url))
    options = database.setdefault("OPTIONS", {})
    if database["ENGINE"] == "django.db.backends.sqlite3":
        # Opening the file and reading its tables takes longer than all that most pages ask for.
        database["CONN_MAX_AGE"] = SQLITE_MAX_AGE
        # WAL lets readers continue during an import. IMMEDIATE takes the write lock when a transaction begins, as SQLite
        # cannot wait for it in the middle of one.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
                "PRAGMA mmap_size=134217728; PRAGMA cache_size=-40000; PRAGMA wal_autocheckpoint=8000;"
            ),
        }
    elif database["ENGINE"] == "django.db.backends.postgresql":
        database["ENGINE"] = "newsreader.postgresql"
        # Check connections before use, as idle ones may have been cut off.
        database["CONN_HEALTH_CHECKS"] = True
        options |= postgresql_options(environment.boolean("DATABASE_POOL", True)) | options
    return database


DATABASES = {"default": _database(environment.text("DATABASE_URL", ""))}
# Readers' pages are rendered from these; the rest goes to the primary.
_replica_urls: list[str] = environment.texts("DATABASE_REPLICA_URLS")
_replicas = {f"replica{number}": _database(url) for number, url in enumerate(_replica_urls, 1)}
DATABASES |= {alias: database | {"TEST": {"MIRROR": "default"}} for alias, database in _replicas.items()}
DATABASE_REPLICAS = list(_replicas)
DATABASE_ROUTERS = ["newsreader.replicas.routing.ReplicaRouter"] if _replicas else []
if _replicas and {database["ENGINE"] for database in DATABASES.values()} != {"newsreader.postgresql"}:
    raise ImproperlyConfigured("DATABASE_REPLICA_URLS needs PostgreSQL, there and in DATABASE_URL.")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": django_cache_url.parse(environment.text("CACHE_URL", "locmem://"))}
if CACHES["default"]["BACKEND"].endswith(".RedisCache"):
    CACHES["default"]["BACKEND"] = "newsreader.redis_cache.FallbackRedisCache"

# `manage.py worker` runs what is in this queue, a table of the database.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
# A worker that has not been seen for so long has been killed: its tasks are taken up by others.
WORKER_LEASE_SECONDS = environment.decimal("WORKER_LEASE_SECONDS", 30.0)

LANGUAGE_CODE = environment.text("LANGUAGE_CODE", "en")
# Those with a translation; in other languages, only dates and Django's own texts are translated.
LANGUAGES = list(({LANGUAGE_CODE: LANGUAGE_CODE} | {"en": "English", "de": "Deutsch", "ar": "العربيّة"}).items())
# Also named here, so that this project's translations take precedence over those of Django's admin.
LOCALE_PATHS = [BASE_DIR / "articles" / "locale"]
TIME_ZONE = environment.text("TIME_ZONE", "UTC")
FORMAT_MODULE_PATH = ["newsreader.formats"]

# The site's folder of article files, for the button that imports it; empty: there is no such button.
CONTENT_DIR: str = environment.text("CONTENT_DIR", "") and str(Path(environment.text("CONTENT_DIR", "")).absolute())

STATIC_URL = "static/"
STATIC_ROOT = Path(environment.text("STATIC_ROOT", "") or VAR_DIR / "static")
STATICFILES_DIRS = [ASSETS_DIR / "static"]
STATICFILES_FINDERS = [
    "newsreader.finders.JoiningFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_URL = "media/"
MEDIA_ROOT = Path(environment.text("MEDIA_ROOT", "") or VAR_DIR / "media")
IMAGE_UPLOAD_BYTES = environment.integer("IMAGE_UPLOAD_MB", 10) * 1_000_000
_STATICFILES = (
    "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "newsreader.storage.StaticFilesStorage"
)
STORAGES = {
    # Changed images replace the copies with the same name.
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"allow_overwrite": True}},
    "staticfiles": {"BACKEND": _STATICFILES},
}

PAGE_SIZE = environment.integer("PAGE_SIZE", 20)
# Seconds for which shared caches may store the pages of readers without choices.
PAGE_MAX_AGE = environment.integer("PAGE_MAX_AGE", 60)

# Megabytes of pages of readers without choices that each worker keeps (0: none), and for how many seconds at most; they
# are made anew as soon as something that they show has changed.
PAGE_CACHE_BYTES = environment.integer("PAGE_CACHE_MB", 0 if DEBUG else 32) * 1_000_000
PAGE_CACHE_SECONDS = environment.integer("PAGE_CACHE_SECONDS", 3600)

# Networks that may see the figures at /metrics, and a token for others; without either, there is no such page.
METRICS_ALLOWED: list[str] = environment.texts("METRICS_ALLOWED")
METRICS_TOKEN = environment.text("METRICS_TOKEN", "")

# The shared caches that are told of changes (see newsreader/cdn/services.py), and may store pages until they change with
# time; and whether pages have headers that tell them what is on a page.
CDN_PURGE_URLS: list[str] = environment.texts("CDN_PURGE_URLS")
CDN_TAGS = environment.boolean("CDN_TAGS", bool(CDN_PURGE_URLS))

# Days for which the audit log is kept; 0: there is none.
AUDIT_DAYS = environment.integer("AUDIT_DAYS", 365)

# The address that readers know the site by, such as https://news.example; and the hubs that are told of changes in feeds,
# which find these there.
SITE_URL = environment.text("SITE_URL", "").rstrip("/")
WEBSUB_HUBS: list[str] = environment.texts("WEBSUB_HUBS")

# Requests of the API, and searches, that an address may make in a minute; 0: any number.
API_RATE_LIMIT = environment.integer("API_RATE_LIMIT", 600)
SEARCH_RATE_LIMIT = environment.integer("SEARCH_RATE_LIMIT", 30)

# How long a link to an unpublished article is valid.
PREVIEW_HOURS = environment.integer("PREVIEW_HOURS", 72)

# The ranking of stories, see /about/ranking/; `manage.py rebuild_stories` applies changes to existing ones.
RANKING_HALF_LIFE_HOURS = environment.decimal("RANKING_HALF_LIFE_HOURS", 24.0)
RANKING_QUALITY_WEIGHT = environment.decimal("RANKING_QUALITY_WEIGHT", 0.5)
RANKING_PROVIDER_WEIGHT = environment.decimal("RANKING_PROVIDER_WEIGHT", 5.0)
RANKING_PER_PROVIDER = environment.integer("RANKING_PER_PROVIDER", 3)

_LOG_FORMAT = environment.text("LOG_FORMAT", "line", among=("line", "json"))
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "newsreader.logs.LineFormatter", "fmt": "{asctime} {levelname} {name}: {message}", "style": "{"},
        "json": {"()": "newsreader.logs.JsonFormatter"},
    },
    "filters": {"clients' mistakes": {"()": "newsreader.logs.ClientsMistakes"}},
    "handlers": {
        "console": {"class": "logging.StreamHandler", "formatter": _LOG_FORMAT, "filters": ["clients' mistakes"]},
        **ERROR_HANDLERS,
    },
    "loggers": {"articles.editorial.logins": {"level": "INFO"}},
    "root": {"handlers": ["console", *ERROR_HANDLERS], "level": environment.text("LOG_LEVEL", "INFO")},
}
