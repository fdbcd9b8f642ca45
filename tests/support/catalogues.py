"""The catalogues of translations, and what is found in their messages."""

import re
from pathlib import Path

import polib
from django.conf import settings

LOCALE = settings.BASE_DIR / "articles" / "locale"
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]")
TAG = re.compile(r"</?\w+(?: [^>]*)?>")


def catalogue(language: str, root: Path = LOCALE) -> polib.POFile:
    return polib.pofile(str(root / language / "LC_MESSAGES" / "django.po"))
