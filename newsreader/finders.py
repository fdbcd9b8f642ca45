"""The finder of static files, which joins the parts of a style sheet."""

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import FileSystemFinder
from django.core.files.storage import FileSystemStorage, Storage

SHEET = "css/components.css"
PARTS = "css/components/"
IMPORT = re.compile(r'@import url\("([^"]+)"\);\n')


class JoiningFinder(FileSystemFinder):
    """Finds the files of ``STATICFILES_DIRS``, but the parts of ``components.css`` as one file, so that pages load one."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        for path, storage in super().list(ignore_patterns):
            if path == SHEET:
                joined_sheet(Path(storage.path(path)))
                yield path, FileSystemStorage(location=_folder())
            elif not path.startswith(PARTS):
                yield path, storage

    def find(self, path: str, *args: Any, **kwargs: Any) -> Any:
        found = super().find(path, *args, **kwargs)
        return str(joined_sheet(Path(found))) if path == SHEET and isinstance(found, str) else found


def joined_sheet(sheet: Path) -> Path:
    """Write a style sheet with its imports replaced by their content, and return that file.

    It is written only if it differs, so that its modification time tells when something changed.
    """
    target = _folder() / SHEET
    text = IMPORT.sub(lambda match: _part(sheet.parent / match[1]), sheet.read_text(encoding="utf-8"))
    text = text.replace("}\n@layer components {\n", "\n")
    if not target.exists() or target.read_text(encoding="utf-8") != text:
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_suffix(f".{os.getpid()}")
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    return target


def _part(path: Path) -> str:
    """Return a part of a style sheet, with addresses relative to the sheet, which is one folder up."""
    return path.read_text(encoding="utf-8").replace('url("../../', 'url("../')


def _folder() -> Path:
    return Path(settings.VAR_DIR) / "joined"
