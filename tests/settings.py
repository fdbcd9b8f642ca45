"""The settings of tests: the project's, in an environment of their own.

No .env is needed or looked at for what is set here, and nothing goes into var/.
"""

import atexit
import os
import shutil
import sys
import tempfile

# Where Python is told to keep no compiled files, all tests would be compiled in every worker, and the site in each of the
# hundreds of processes that they start: far longer than the tests themselves.
if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
    sys.dont_write_bytecode = False

if "NEWSREADER_TESTS" not in os.environ:
    # Made by the first process of a run, within it a folder for each of its workers and their processes, some of which
    # are killed. It goes when that first one ends.
    os.environ["NEWSREADER_TESTS"] = tempfile.mkdtemp(prefix="newsreader-tests-")

    def _clean(folder: str, owner: int) -> None:
        if os.getpid() == owner:  # a fork has the same duties, and must not do this one
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(_clean, os.environ["NEWSREADER_TESTS"], os.getpid())

os.environ |= {
    "SECRET_KEY": "tests",
    "DEBUG": "false",
    "VAR_DIR": tempfile.mkdtemp(dir=os.environ["NEWSREADER_TESTS"]),
    "DATABASE_POOL": "false",
    "DATABASE_REPLICA_URLS": "",
    "LANGUAGE_CODE": "en",
    "TIME_ZONE": "UTC",
    "PAGE_SIZE": "20",
    "SITE_NAME": "Newsreader",
    "ALLOWED_HOSTS": "127.0.0.1,localhost",
    "HTTPS_ONLY": "false",
    "LOG_LEVEL": "WARNING",
    "LOG_FORMAT": "line",
    "CONTENT_DIR": "",
    "BACKUP_DIR": "",
    "PAGE_CACHE_MB": "0",  # tests ask for pages as they are made; those of the cache turn it on
    "API_RATE_LIMIT": "0",  # tests ask more often than a client
    "SEARCH_RATE_LIMIT": "0",
    "LOGIN_RATE_LIMIT": "0",
    "METRICS_ALLOWED": "",
    "METRICS_TOKEN": "",
    "AUDIT_DAYS": "0",  # its own tests turn it on
    "SECURITY_CONTACT": "security@news.example",
    "STAFF_SECOND_FACTOR": "optional",
    "EMAIL_URL": "",
    "TRUSTED_PROXIES": "",
}
os.environ.pop("MEDIA_ROOT", None)
os.environ.pop("STATIC_ROOT", None)

from newsreader.settings import *  # noqa: F403
from newsreader.settings import DATABASES, STATIC_ROOT, STORAGES

# Static files come from where they are written, without collecting them first.
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = True
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if DATABASES["default"]["ENGINE"] == "newsreader.postgresql":
    # Rows are few and gone afterwards: neither compiling queries nor waiting for a disk is worth its time.
    DATABASES["default"]["OPTIONS"]["options"] = "-c jit=off -c synchronous_commit=off"
