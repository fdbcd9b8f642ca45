"""Detects that two editors change the same article: the second one is warned, and nothing is lost.

The form contains a digest of each field as it was when the form was opened. Fields that differ from it when the form is
submitted were changed by someone else in the meantime.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from articles.admin.image_rows import ImageRows
from articles.models import Article, ArticleTopic, RelatedLink
from articles.models.snapshots import plain
from articles.sync.field_values import plain_columns, values_of
from articles.text.parameters import number_from, parse_pks

MAX_ROWS = 1000  # of a list in a form

LISTS = {"topics": ("topic_links", "topic"), "related": ("related_links", "target")}
OWN = ("date", "slug", "publish_at", "unlist_at")


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that someone else changed: their value, and that of the form (the same if only they changed it)."""

    label: str
    theirs: str
    mine: str


def state_of(article: Article) -> dict[str, Any]:
    """Return the plain values of all fields of the form."""
    values = values_of([article])[article.pk] if article.pk else plain_columns(article)
    values |= {name: plain(getattr(article, name)) for name in OWN}
    return {name: whole_seconds(value) for name, value in values.items()}


def whole_seconds(value: Any) -> Any:
    """Return a plain value without fractions of a second, which forms do not show."""
    return re.sub(r"(T\d\d:\d\d:\d\d)\.\d+", r"\1", value) if isinstance(value, str) else value


def digests(state: Mapping[str, Any]) -> dict[str, str]:
    return {name: digest(value) for name, value in state.items()}


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def as_version(state: Mapping[str, Any]) -> str:
    return json.dumps(digests(state), separators=(",", ":"))


def changed_since(version: str, state: Mapping[str, Any]) -> set[str]:
    """Return the fields that have changed since the form was opened; none for a form without a version."""
    try:
        base = json.loads(version)
    except ValueError:
        return set()
    if not isinstance(base, dict):
        return set()
    return {name for name, each in digests(state).items() if name in base and base[name] != each}


def is_untouched(version: str, name: str, value: Any) -> bool:
    """Return whether a field of the form is unchanged since it was opened."""
    return bool(json.loads(version).get(name) == digest(value))


def set_value(data: QueryDict, form: forms.BaseForm, name: str, value: Any) -> None:
    """Replace the value of a field in submitted data."""
    key, bound = form.add_prefix(name), form.fields[name]
    value = bound.prepare_value(value)
    widget: Any = getattr(bound.widget, "widget", bound.widget)
    if isinstance(widget, forms.MultiWidget):
        for index, part in enumerate(widget.decompress(value) or []):
            data[f"{key}_{index}"] = widget.widgets[index].format_value(part) or ""
    elif isinstance(widget, ImageRows):
        for part in [part for part in data if part.startswith(f"{key}-")]:
            del data[part]
        data.update(dict(widget.data_of(key, value)))
    elif isinstance(widget, forms.CheckboxInput):
        data.pop(key, None)
        if value:
            data[key] = "on"
    else:
        data[key] = "" if value is None else str(getattr(value, "pk", value))


def join_lists(data: QueryDict, article: Article) -> None:
    """Adapt the submitted lists to the current rows: the submitted ones first, then those that were added meanwhile."""
    models: dict[str, Any] = {"topics": ArticleTopic, "related": RelatedLink}
    for name, (prefix, column) in LISTS.items():
        model = models[name]
        total = number_from(data.get(f"{prefix}-TOTAL_FORMS"), most=MAX_ROWS)
        if total is None:
            continue
        sent = [_row(data, prefix, index, column) for index in range(total)]
        data[f"{name}-sent"] = _names(model, column, [row[column] for row in sent if "DELETE" not in row])
        now = model.objects.filter(article=article).order_by("position", "pk").values_list("pk", f"{column}_id")
        ids = {str(target): pk for pk, target in now}
        rows = [row for row in sent if row[column]]
        rows += [{column: target} for target in ids if target not in {row[column] for row in rows}]
        known = [row for row in rows if row[column] in ids]
        _write(
            data,
            prefix,
            article,
            known,
            [row for row in rows if row[column] not in ids and "DELETE" not in row],
            ids,
            column,
        )


def _names(model: Any, column: str, keys: list[str]) -> str:
    """Return the names of rows as in an article's plain values: topics by name, related articles by address."""
    target = model._meta.get_field(column).remote_field.model
    found = {str(row.pk): row for row in target.objects.filter(pk__among=parse_pks(keys))}
    return ", ".join(getattr(found[key], "source_url", str(found[key])) for key in keys if key in found)


def _row(data: QueryDict, prefix: str, index: int, column: str) -> dict[str, str]:
    row = {name: data.get(f"{prefix}-{index}-{name}", "") for name in (column, "position")}
    if data.get(f"{prefix}-{index}-DELETE"):
        row["DELETE"] = "on"
    return row


def _write(
    data: QueryDict, prefix: str, article: Article, known: list[dict[str, str]], new: list[dict[str, str]],
    ids: Mapping[str, int], column: str,
) -> None:  # fmt: skip
    for key in [key for key in data if key.startswith(f"{prefix}-") and not key.endswith("_FORMS")]:
        del data[key]
    for index, row in enumerate([*known, *new]):
        for name, value in row.items():
            data[f"{prefix}-{index}-{name}"] = value
        data[f"{prefix}-{index}-article"] = str(article.pk)
        if index < len(known):
            data[f"{prefix}-{index}-id"] = str(ids[row[column]])
    data[f"{prefix}-TOTAL_FORMS"], data[f"{prefix}-INITIAL_FORMS"] = str(len(known) + len(new)), str(len(known))
