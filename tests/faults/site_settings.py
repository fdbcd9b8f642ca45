"""The settings of a served site whose static files have not been collected, which takes long, and which nobody asks for."""

from newsreader.settings import *  # noqa: F403
from newsreader.settings import STATIC_ROOT, STORAGES

STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
