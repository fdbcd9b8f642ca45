"""Who is told of errors, read from the environment when settings.py imports it."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from newsreader import environment

# An address that gets JSON by POST, and addresses of mail, which need EMAIL_URL.
ERROR_WEBHOOK = environment.text("ERROR_WEBHOOK", "")
ERROR_MAIL_TO = environment.texts("ERROR_MAIL_TO")
if ERROR_WEBHOOK and not ERROR_WEBHOOK.startswith(("https://", "http://")):
    raise ImproperlyConfigured("ERROR_WEBHOOK must be an address that begins with https:// or http://")
if ERROR_MAIL_TO and not environment.text("EMAIL_URL", ""):
    raise ImproperlyConfigured("ERROR_MAIL_TO needs EMAIL_URL, by which mail is sent")

# Handlers of the log for these, by name.
ERROR_HANDLERS: dict[str, Any] = (
    {"reports": {"class": "newsreader.operations.errors.ReportHandler", "level": "ERROR"}}
    if ERROR_WEBHOOK or ERROR_MAIL_TO
    else {}
)
