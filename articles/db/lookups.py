"""Custom lookups."""

import datetime as dt
import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, ForeignObject, IntegerField, Lookup
from django.db.models.fields.related_lookups import (
    RelatedExact,
    RelatedGreaterThan,
    RelatedGreaterThanOrEqual,
    RelatedIn,
    RelatedLessThan,
    RelatedLessThanOrEqual,
)
from django.db.models.lookups import BuiltinLookup, In
from django.db.models.sql.compiler import SQLCompiler

from articles.db.arrays import array_of

# On PostgreSQL, the types of arrays whose text ``array_of`` may have made.
_ARRAYS = {int: "::bigint[]", str: "::text[]", dt.date: "::date[]"}


@Field.register_lookup
@ForeignObject.register_lookup
class Among(Lookup):
    """``field__among=values``: like ``in``, but with any number of values in one parameter.

    ``in`` makes a parameter of each value, which costs more than the query itself, and SQLite limits their number. So:
    values that come from somewhere are looked up by ``among``, however few there may be; ``in`` is for subqueries, and
    for values that the code itself lists. tests/db/test_lookups.py holds all code to that.

    Values are texts, numbers or days. As with ``in``, there is no query when there are none.
    """

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        sql = f"{left} IN (SELECT value FROM json_each(%s))"  # noqa: S608 - Django's own left side
        return sql, [*parameters, json.dumps(self._values(), default=_day_as_stored)]

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        left, parameters = self.process_lhs(compiler, connection)
        values = self._values()
        kind = _ARRAYS.get(type(values[0]), "")
        return f"{left} = ANY(%s{kind})", [*parameters, array_of(values)]

    def _values(self) -> list[Any]:
        values = list(self.rhs)
        if not values:
            raise EmptyResultSet
        return values


def _day_as_stored(value: Any) -> str:
    """Return a date as SQLite stores it; times, which it stores in another way than JSON has them, are refused."""
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat()
    raise TypeError(f"among takes texts, numbers and days, not {value!r}")


class _InRange(BuiltinLookup):
    """Makes numbers that are out of a column's range match nothing, as Django does for ``exact`` of integer fields."""

    def process_rhs(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> Any:
        if self.rhs_is_direct_value():
            self.leave_out(*_range_of(self.lhs.output_field, connection))
        return super().process_rhs(compiler, connection)

    def leave_out(self, least: int | None, most: int | None) -> None:
        raise NotImplementedError


def _range_of(field: Any, connection: BaseDatabaseWrapper) -> tuple[int | None, int | None]:
    target = field.target_field if isinstance(field, ForeignKey) else field
    return (
        connection.ops.integer_field_range(target.get_internal_type())
        if isinstance(target, IntegerField)
        else (None, None)
    )


def _fits(value: Any, least: int | None, most: int | None) -> bool:
    return not isinstance(value, int) or ((least is None or value >= least) and (most is None or value <= most))


class _OneInRange(_InRange):
    def leave_out(self, least: int | None, most: int | None) -> None:
        if not _fits(self.rhs, least, most):
            raise EmptyResultSet


class _SomeInRange(_InRange):
    def leave_out(self, least: int | None, most: int | None) -> None:
        self.rhs = [value for value in self.rhs if _fits(value, least, most)]


@IntegerField.register_lookup
class NumberIn(_SomeInRange, In):
    pass


@ForeignKey.register_lookup
class KeyIn(_SomeInRange, RelatedIn):
    pass


@ForeignKey.register_lookup
class KeyExact(_OneInRange, RelatedExact):
    pass


# Only addresses typed by hand into the admin compare foreign keys, and an empty result is right for those.
@ForeignKey.register_lookup
class KeyGreaterThan(_OneInRange, RelatedGreaterThan):
    pass


@ForeignKey.register_lookup
class KeyGreaterThanOrEqual(_OneInRange, RelatedGreaterThanOrEqual):
    pass


@ForeignKey.register_lookup
class KeyLessThan(_OneInRange, RelatedLessThan):
    pass


@ForeignKey.register_lookup
class KeyLessThanOrEqual(_OneInRange, RelatedLessThanOrEqual):
    pass
