"""What one action changed, row by row, with the topics and related links of an article as changes of the article."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.formats import number_format

from articles.admin.history import (
    HIDDEN,
    LISTS,
    NAME_FIELDS,
    Changes,
    Difference,
    Owners,
    articles_of_links,
    differences_of,
    list_changes,
    names_of,
)
from articles.models import Action, Article, Pin, Provider, StoryDecision, Tombstone, Topic
from articles.text.rendering import plain_text

MOST = 100  # rows
# Their rows are shown as changes of their article.
_DECISION = StoryDecision._meta.label_lower
LINKED = {_DECISION, *(model._meta.label_lower for model in LISTS)}

FORMS: frozenset[type[Model]] = frozenset({Article, Topic, Provider, Pin})  # that have a form of their own

Row = tuple[type[Model], int]


class Shown(NamedTuple):
    """A row that an action changed: its title, the differences, and the address of its form if it has one today."""

    title: str
    differences: list[Difference]
    url: str = ""


def rows_in(action: Action) -> list[Shown]:
    """Return the differences that an action made, with the titles of their rows, of at most MOST rows, each once."""
    owners = articles_of_links([action])
    changes: dict[Row, dict[str, tuple[Any, Any]]] = defaultdict(dict)
    for row, fields in islice(_own_changes(action), MOST):
        changes[row] |= fields
    for article in islice(_articles(action, owners), MOST):
        if lists := list_changes(action, article, owners):
            changes[Article, article] |= lists
    found = dict(islice(changes.items(), MOST))
    names = names_of((model, fields) for (model, _pk), fields in found.items())
    titles, urls = _titles(found), _urls(found)
    rows = [
        Shown(titles[row], differences_of(row[0], fields, names), urls.get(row, "")) for row, fields in found.items()
    ]
    return [row for row in rows if row.differences]


def kinds_in(action: Action) -> list[str]:
    """Return how many rows of each kind an action changed, in words: those of an article's lists are the article's."""
    numbers: dict[type[Model], set[int]] = defaultdict(set)
    for (model, pk), fields in _own_changes(action):
        if fields:
            numbers[model].add(pk)
    for article in _articles(action, articles_of_links([action])):
        numbers[Article].add(article)
    found = sorted(numbers.items(), key=lambda item: -len(item[1]))
    return [
        f"{model._meta.verbose_name_plural}: {number_format(len(ids), force_grouping=True)}" for model, ids in found
    ]


def _urls(found: Mapping[Row, Changes]) -> dict[Row, str]:
    """Return the addresses of the forms of rows that are still there."""
    by_model: dict[type[Model], set[int]] = defaultdict(set)
    for model, pk in found:
        by_model[model].add(pk)
    urls: dict[Row, str] = {}
    for model in FORMS.intersection(by_model):
        name = f"admin:articles_{model._meta.model_name}_change"
        there = model._base_manager.filter(pk__among=by_model[model]).values_list("pk", flat=True)
        urls |= {(model, pk): reverse(name, args=[pk]) for pk in there}
    return urls


def _own_changes(action: Action) -> Iterator[tuple[Row, dict[str, tuple[Any, Any]]]]:
    """Yield the changes of rows but those of the lists of articles."""
    for part, is_new in ((action.changed, None), (action.created, True), (action.deleted, False)):
        for label, rows in part.items():
            # A decision that was changed, not made or taken back, is a row of its own: it names no article.
            if label in LINKED and (label != _DECISION or is_new is not None):
                continue
            model = apps.get_model(label)
            for pk, row in rows.items():
                pairs = row if is_new is None else {n: ((None, v) if is_new else (v, None)) for n, v in row.items()}
                hidden = HIDDEN - {"source_path"} if model is Tombstone else HIDDEN  # which has no other name
                yield (model, int(pk)), {n: tuple(pair) for n, pair in pairs.items() if n not in hidden}


def _articles(action: Action, owners: Owners) -> Iterator[int]:
    """Yield the articles whose lists an action changed, each once."""
    rows = [*action.created.get(_DECISION, {}).values(), *action.deleted.get(_DECISION, {}).values()]
    yield from dict.fromkeys([*owners.values(), *(row["article_id"] for row in rows)])


def _titles(found: Mapping[Row, Changes]) -> dict[Row, str]:
    """Return what rows are called: as they are now, or were when they went; else only their kind."""
    by_model: dict[type[Model], set[int]] = defaultdict(set)
    for model, pk in found:
        by_model[model].add(pk)
    titles: dict[Row, str] = {}
    for model, ids in by_model.items():
        kind = str(model._meta.verbose_name)
        column = next((each for each in NAME_FIELDS if each in {f.name for f in model._meta.fields}), None)
        rows = dict(model._base_manager.filter(pk__among=ids).values_list("pk", column)) if column else {}
        for pk in ids:
            name = rows.get(pk) or next((value for value in found[model, pk].get(column or "", ()) if value), "")
            titles[model, pk] = f"{kind} “{plain_text(str(name))}”" if name else kind
    return titles
