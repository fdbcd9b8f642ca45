#!/usr/bin/env python
"""Run a Django management command of this project."""

import gc
import os
import sys

# Start-up makes modules and classes, which stay: looking among them for garbage again and again takes a tenth of its time.
gc.set_threshold(200_000, *gc.get_threshold()[1:])


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    try:
        settings.DEBUG  # noqa: B018 - reads all settings: what is wrong with them is a sentence, not a traceback
    except ImproperlyConfigured as error:
        sys.exit(f"manage.py: {error}")
    try:
        execute_from_command_line(sys.argv)
    finally:
        # The process ends: looking for garbage first would only take time, after an import a tenth of a second.
        gc.freeze()


if __name__ == "__main__":
    main()
