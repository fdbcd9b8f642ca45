"""The WSGI entry point: ``granian --interface wsgi newsreader.wsgi:application``."""

import os

from django.core.wsgi import get_wsgi_application
from django.urls import reverse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")

application = get_wsgi_application()

from newsreader.audit.seen_settings import record_settings  # noqa: E402 - models are loaded now

record_settings()
# All addresses, and with them all views and the editors' pages, are loaded before the first request, not by it.
reverse("admin:index")
