#!/usr/bin/env python
"""Run a Django management command of this project."""

import gc
import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsreader.settings")
    from django.core.management import execute_from_command_line

    try:
        execute_from_command_line(sys.argv)
    finally:
        # The process ends: looking for garbage first would only take time, after an import a tenth of a second.
        gc.freeze()


if __name__ == "__main__":
    main()
