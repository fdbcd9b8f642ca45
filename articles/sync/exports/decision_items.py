"""Rows of pins and of decisions about stories -> the items that their files are to have."""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from articles.content.values import as_json
from articles.sync.decisions import Decided, Fields, Item, ids_of, resolved

# In which people would write the keys of an item.
ORDER = ("article", "place", "starts", "ends", "joins", "keeps_links", "reason")


def wanted_items(
    decided: Decided, items: list[Item], waiting: list[Any], names: Callable[[set[int]], Mapping[int, str]]
) -> list[dict[str, Any]]:
    """Return the items that a list is to have: those there that still hold or wait, and new ones behind them.

    ``names`` gives the names of articles, by id.
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
            # An article that it goes on naming is named as it was.
            said = {ids[name]: name for at in decided.articles if (name := item.fields[at]) in ids}
            wanted.append(_value(decided, row, {**found, **said}, item))
    wanted += [_value(decided, row, found) for row in rows.values()]
    return [value for value in wanted if value is not None]


def _value(
    decided: Decided, fields: Fields, names: Mapping[int, str], item: Item | None = None
) -> dict[str, Any] | None:
    """Return what a file is to say of a decision, in place of an ``item`` that is there, whose unknown keys stay.

    None for one about an article that has no name outside: a draft.
    """
    said = dict(fields)
    for name in decided.articles:
        if said[name] is not None and (said := said | {name: names.get(said[name])})[name] is None:
            return None
    known = {to_camel(name) for name in decided.fields}
    extra = {key: value for key, value in item.value.items() if key not in known} if item else {}
    order = [name for name in ORDER if name in said]
    return {to_camel(name): said[name] for name in order if said[name] not in (None, "", False)} | extra
