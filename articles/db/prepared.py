"""Queries of every page, compiled by Django once in a process and then sent with other values.

Compiling one takes Django up to ten times as long as the database takes to answer it.
"""

import datetime as dt
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Model, QuerySet
from django.db.models.query import FlatValuesListIterable, ValuesIterable

from articles.db.arrays import array_of

# By these, the places of values are found in a compiled query, which has no such constants. The numbers fit into every
# column, as Django leaves out or changes conditions that no number of a column could meet.
_NUMBER, _TIME = 32_749, dt.datetime(1, 1, 1, 1, 2, 3, 4, tzinfo=dt.UTC)


class Prepared:
    """A query of ``values`` or ``values_list`` with values that are numbers, times or lists of numbers (``__among``).

    ``build`` returns the query for values by name. It is called once, so that whatever else the query depends on must
    remain the same, such as no time but those among the values.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._model: type[Model] | None = None
        self._compiled: dict[tuple[Any, ...], _Compiled] = {}

    def rows(self, start: int = 0, size: int | None = None, /, **values: Any) -> list[Any]:
        """Return the rows, or at most ``size`` of them from index ``start``; none if one of the lists is empty."""
        kinds = tuple(int if isinstance(value, int) else type(value) for value in values.values())
        if not all(value for value in values.values() if isinstance(value, list)):
            return []
        if self._model is None:
            self._model = self._build(**_markers(values)).model
        alias = router.db_for_read(self._model)
        compiled = self._compiled.get((alias, kinds))
        if compiled is None:
            compiled = self._compiled[alias, kinds] = self._compile(connections[alias], values)
        return compiled.rows(connections[alias], values, start, size)

    def _compile(self, connection: BaseDatabaseWrapper, values: Mapping[str, Any]) -> "_Compiled":
        markers = _markers(values)
        queryset = self._build(**markers).using(connection.alias)
        compiler = queryset.query.get_compiler(connection.alias)
        sql, parameters = compiler.as_sql()
        places = {_sent(marker, connection): name for name, marker in markers.items()}
        fields: list[Any] = [each[0] for each in compiler.select[: compiler.col_count]]
        return _Compiled(
            sql,
            [(places.get(each) if isinstance(each, Hashable) else None, each) for each in parameters],
            list(compiler.get_converters(fields).items()),
            list(queryset.query.selected or ()),
            queryset._iterable_class,
        )


@dataclass(frozen=True, slots=True)
class _Compiled:
    """The SQL; for each of its parameters the name of the value that it is, or None and a constant; its columns."""

    sql: str
    parameters: list[tuple[str | None, Any]]
    converters: list[tuple[int, tuple[list[Any], Any]]]
    names: list[str]
    kind: type

    def rows(
        self, connection: BaseDatabaseWrapper, values: Mapping[str, Any], start: int, size: int | None
    ) -> list[Any]:
        sent = {name: _sent(value, connection) for name, value in values.items()}
        parameters = [sent[name] if name else constant for name, constant in self.parameters]
        sql = self.sql
        if size is not None:
            sql += " LIMIT %s OFFSET %s"
            parameters += [size, start]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            rows = [list(row) for row in cursor.fetchall()]
        for place, (convert, expression) in self.converters:
            for row in rows:
                for each in convert:
                    row[place] = each(row[place], expression, connection)
        if self.kind is ValuesIterable:
            return [dict(zip(self.names, row, strict=True)) for row in rows]
        return [row[0] for row in rows] if self.kind is FlatValuesListIterable else [tuple(row) for row in rows]


def _markers(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _marker(value, number) for number, (name, value) in enumerate(values.items())}


def _marker(value: Any, number: int) -> Any:
    if isinstance(value, list):
        return [_NUMBER - number]
    return _TIME + dt.timedelta(days=number) if isinstance(value, dt.datetime) else _NUMBER - number


def _sent(value: Any, connection: BaseDatabaseWrapper) -> Any:
    """Return a value as Django and ``__among`` send it."""
    if isinstance(value, list):
        return json.dumps(value) if connection.vendor == "sqlite" else array_of(value)
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value
