"""Makes the items of files from the rows of pins and of decisions about stories and threads."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from articles.content.values import as_json
from articles.sync.decisions import Decided, Fields, Item, ids_of, resolved

# The order of keys in new items.
ORDER = (
    "article",
    "place",
    "starts",
    "ends",
    "joins",
    "other",
    "same",
    "keeps_links",
    "apart",
    "begins",
    "name",
    "reason",
)


def wanted_items(
    decided: Decided, items: list[Item], waiting: list[Any], names: Callable[[set[int]], Mapping[int, str]]
) -> list[dict[str, Any]]:
    """Return the items for a list in a file: existing ones that still apply or wait, then new ones.

    ``names`` returns the names of articles by id.
    """
    rows = {identity: fields for identity, (_, fields) in decided.rows().items()}
    ids = ids_of(items, decided)
    identities = {id(item): identity for identity, (item, _) in resolved(decided, items, ids).items()}
    found = names({fields[name] for fields in rows.values() for name in decided.articles if fields[name]})
    wanted: list[dict[str, Any] | None] = []
    for item in items:
        row = rows.pop(identities[id(item)], None) if id(item) in identities else None
        if (row is not None and row == item.resolved(decided, ids)) or as_json(item.value) in waiting:
            wanted.append(item.value)
        elif row is not None:
            # Articles that the item already has keep the names by which it has them.
            own_names = {ids[name]: name for at in decided.articles if (name := item.fields[at]) in ids}
            wanted.append(_value(decided, row, {**found, **own_names}, item))
    wanted += [_value(decided, row, found) for row in rows.values()]
    return [value for value in wanted if value is not None]


def _value(
    decided: Decided, fields: Fields, names: Mapping[int, str], item: Item | None = None
) -> dict[str, Any] | None:
    """Return a decision's plain value for its file, with the unknown keys of the ``item`` that it replaces.

    None if it is about an article that has no name in files: a draft.
    """
    values = dict(fields)
    for name in decided.articles:
        if values[name] is not None and (values := values | {name: names.get(values[name])})[name] is None:
            return None
    known = {to_camel(name) for name in decided.fields}
    extra = {key: value for key, value in item.value.items() if key not in known} if item else {}
    order = [name for name in ORDER if name in values]
    return {to_camel(name): values[name] for name in order if values[name] not in (None, "", False)} | extra
