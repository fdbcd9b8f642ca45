"""Files in ``_data``, and what editors say that goes there."""

import datetime as dt
from pathlib import Path
from typing import Any

from articles.editorial.edits import note_edited_fields
from articles.models import Pin, Provider, Topic
from tests.support.rows import article

NAME, OTHER = "_news/2023-09-01-a.md", "_news/2023-09-02-b.md"
TOPIC, PROVIDER = "_data/topics/00-ai.yaml", "_data/organizations/a.example.md"
START, END = dt.datetime(2024, 1, 1, tzinfo=dt.UTC), dt.datetime(2024, 2, 1, 12, 30, tzinfo=dt.UTC)


def write(root: Path, path: str, text: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_text(text)


def read(root: Path, path: str) -> str:
    return (root / path).read_text()


def edit(row: Topic | Provider, **values: Any) -> None:
    for name, value in values.items():
        setattr(row, name, value)
    note_edited_fields(row, values)
    row.save()


def pin(**values: Any) -> Pin:
    return Pin.objects.create(**{"article": article(), "starts": START, "ends": END, "reason": "Good: read"} | values)


def pins() -> list[tuple[str, int, str]]:
    return list(Pin.objects.order_by("pk").values_list("article__slug", "place", "reason"))


PIN_TEXT = f"""pins:
  - article: {NAME}
    place: 1
    starts: 2024-01-01T00:00:00Z
    ends: 2024-02-01T12:30:00Z
    reason: "Good: read"
"""
