"""The command ``newsreader``, which ``manage.py`` of a checkout is, too."""

import gc
import os
import sys
from pathlib import Path

# Start-up makes modules and classes, which stay: looking among them for garbage again and again takes a tenth of its time.
gc.set_threshold(200_000, *gc.get_threshold()[1:])


def main() -> None:
    """Run the management command that the arguments name; settings that are wrong end it with a sentence."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018 - reads all settings: what is wrong with them is a sentence, not a traceback
    except ImproperlyConfigured as error:
        sys.exit(f"{Path(sys.argv[0]).name}: {error}")
    try:
        execute_from_command_line(sys.argv)
    finally:
        # The process ends: looking for garbage first would only take time, after an import a tenth of a second.
        gc.freeze()
