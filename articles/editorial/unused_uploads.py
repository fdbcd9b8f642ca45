"""Deletes uploaded pictures that nothing names: a form was not saved in the end, or what had them is forgotten."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.core.files.storage import default_storage
from django.db.models import CharField, JSONField, Model, Q, TextField
from django.db.models.functions import Cast

from articles.content.image_files import UPLOADS, image_name

FOLDER = UPLOADS.strip("/")
_NAME = re.compile(r"[0-9a-f]{32}\.webp")
_NAMED = re.compile(rf"{re.escape(FOLDER)}/({_NAME.pattern})")


def delete_unused_uploads(before: dt.datetime) -> int:
    """Delete the pictures that were uploaded last before a time and that no row names; return their number.

    Rows of all tables count, in any of their texts: versions, actions that may be undone, and tasks that wait as well.
    """
    old = set(uploaded_before(before))
    if not old:
        return 0
    # Looked at again: a picture may be uploaded anew meanwhile.
    unused = [name for name in sorted(old - named_uploads()) if _is_older(name, before)]
    for name in unused:
        default_storage.delete(f"{FOLDER}/{name}")
    return len(unused)


def uploaded_before(before: dt.datetime) -> Iterator[str]:
    """Yield the names of pictures that were uploaded last before a time."""
    if default_storage.exists(FOLDER):
        _folders, files = default_storage.listdir(FOLDER)
        yield from (name for name in files if _NAME.fullmatch(name) and _is_older(name, before))


def _is_older(name: str, before: dt.datetime) -> bool:
    return default_storage.get_modified_time(image_name(f"{UPLOADS}{name}")) < before


def named_uploads() -> set[str]:
    """Return the names of uploaded pictures that stand in any text of the database."""
    models: list[Any] = [each for each in apps.get_models() if each._meta.managed and not each._meta.proxy]
    return {name for model in models for text in _texts_with_uploads(model) for name in _NAMED.findall(text)}


def _texts_with_uploads(model: type[Model]) -> Iterator[str]:
    columns = [each for each in model._meta.concrete_fields if isinstance(each, CharField | TextField | JSONField)]
    texts = {f"text_{number}": Cast(each.name, TextField()) for number, each in enumerate(columns)}
    if not texts:
        return
    holds = Q()
    for name in texts:
        holds |= Q(**{f"{name}__contains": f"{FOLDER}/"})
    rows = model._base_manager.order_by().annotate(**texts).filter(holds).values_list(*texts)
    yield from (text for row in rows.iterator() for text in row if text)
