"""Fields of topics and providers as their files have them: a parent is named by its key."""

from typing import Any

from articles.models import Provider, Topic
from articles.sync.names import file_key


def value_here(row: Topic | Provider, name: str) -> Any:
    """Return a field's value as an import compares it with the file's."""
    value = getattr(row, name)
    return value.key if isinstance(value, Topic) else value


def key_in_file(name: str) -> str:
    """Return the key of a field in the files of topics and providers."""
    return "_id" if name == "slug" else file_key(name)
