"""Bulk writes that are several times faster than Django's.

``bulk_update`` builds one CASE per column and row, and ``bulk_create`` one statement for every few dozen rows. Here
SQLite's ``executemany`` prepares one statement for all rows; PostgreSQL takes new ones by COPY, and others as an array of
each column. Ids are allocated before, so that nothing has to be read back.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, transaction
from django.db.models import DateField, DateTimeField, ForeignKey, IntegerField, JSONField, Model, TextField

from articles.db.arrays import array_of

AnyModel = TypeVar("AnyModel", bound=Model)

# For SQLite: statements of this many rows and columns have less than 1,000 parameters, which every version accepts.
ROWS_AT_ONCE = 200
NARROW = 4  # columns


def take_ids(model: type[Model], number: int) -> list[int]:
    """Allocate ids for ``number`` new rows; the open transaction keeps others from taking the same ones."""
    quote = connection.ops.quote_name
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # As a query of its own, it is looked up once and not for each id.
            sequence = "(SELECT pg_get_serial_sequence(%s, 'id')::regclass)"
            cursor.execute(f"SELECT nextval({sequence}) FROM generate_series(1, %s)", [table, number])  # noqa: S608
            return [row[0] for row in cursor.fetchall()]
        # AUTOINCREMENT remembers the highest id ever given, so that none is given twice.
        cursor.execute(f"SELECT max(coalesce((SELECT max(id) FROM {quote(table)}), 0), "  # noqa: S608
                       "coalesce((SELECT seq FROM sqlite_sequence WHERE name = %s), 0))", [table])  # fmt: skip
        last = cursor.fetchone()[0]
        return list(range(last + 1, last + 1 + number))


def insert_values(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of Python values, ids included, in the order of ``columns`` (attribute names)."""
    insert_tuples(model, columns, as_taken(model, columns, rows))


def insert_new(model: type[Model], rows: Collection[Model]) -> None:
    """Insert new rows; their instances do not get their ids."""
    fields = [field for field in model._meta.concrete_fields if not (field.generated or field.primary_key)]
    columns = [field.attname for field in fields]
    insert_values(model, columns, [[getattr(row, name) for name in columns] for row in rows])


def insert_tuples(model: type[Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows of values that are adapted to the database already, in the order of ``columns`` (attribute names)."""
    if not rows:
        return
    into = f"{_table(model)} ({', '.join(_columns(model, columns))})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django translates the errors of statements into its own, but not those of COPY.
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                if all(isinstance(_field(model, name), IntegerField | ForeignKey) for name in columns):
                    copy.write(_numbers_as_text(len(columns), rows))
                else:
                    for row in rows:
                        copy.write_row(row)
        else:
            _insert_on_sqlite(cursor, into, len(columns), list(rows))


def _numbers_as_text(width: int, rows: Iterable[Sequence[int | None]]) -> str:
    """Return rows of numbers, of which there are most, as COPY reads them."""
    line = "\t".join(["%s"] * width) + "\n"
    return "".join([line % tuple(row) for row in rows]).replace("None", "\\N")


def _insert_on_sqlite(cursor: Any, into: str, width: int, rows: list[Sequence[Any]]) -> None:
    """Insert narrow rows many at a time: each statement also updates the sequence, a quarter of the time.

    OR FAIL spares SQLite the statement journal with which it would undo the earlier rows of a statement that fails; the
    transaction is rolled back anyway.
    """
    number = ROWS_AT_ONCE if width <= NARROW else 1
    whole = len(rows) - len(rows) % number
    groups = [list(chain.from_iterable(rows[start : start + number])) for start in range(0, whole, number)]
    row = f"({', '.join(['%s'] * width)})"
    cursor.executemany(f"INSERT OR FAIL INTO {into} VALUES {', '.join([row] * number)}", groups)  # noqa: S608 - our own names
    if whole < len(rows):
        cursor.executemany(f"INSERT OR FAIL INTO {into} VALUES {row}", rows[whole:])  # noqa: S608 - names of our own


def insert_missing(model: type[Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert the rows that do not exist yet."""
    names = ", ".join(_columns(model, columns))
    sql = f"INSERT INTO {_table(model)} ({names}) {_SOURCE} ON CONFLICT DO NOTHING"
    _execute_for_each(model, columns, sql, rows)


def add_to_counts(
    model: type[Model], key: Sequence[str], condition: str, counts: Sequence[str], rows: Collection[Sequence[Any]]
) -> None:
    """Add to the ``counts`` of the rows with these keys, each given once, or insert them.

    Values are adapted to the database already. ``condition`` is the SQL condition of the partial unique index over
    ``key`` (attribute names).
    """
    table, names, added = _table(model), _columns(model, key), _columns(model, counts)
    sql = (
        f"INSERT INTO {table} ({', '.join([*names, *added])}) {_SOURCE} "
        f"ON CONFLICT ({', '.join(names)}) WHERE {condition} "
        f"DO UPDATE SET {', '.join(f'{each} = {table}.{each} + excluded.{each}' for each in added)}"
    )
    _execute_for_each(model, [*key, *counts], sql, rows)


# Where the statements below have a row's values on SQLite, and the rows of all on PostgreSQL.
_SOURCE = "{source}"


def _execute_for_each(model: type[Model], columns: Sequence[str], sql: str, rows: Collection[Sequence[Any]]) -> None:
    """Execute a statement with ``_SOURCE`` for all rows."""
    if not rows:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(sql.replace(_SOURCE, f"SELECT * FROM {_unnest(model, columns)}"), _arrays(rows))  # noqa: S608
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(sql.replace(_SOURCE, f"VALUES ({marks})"), list(rows))


def _unnest(model: type[Model], columns: Sequence[str]) -> str:
    """Return the SQL of a table of arrays, one for each column."""
    return f"unnest({', '.join(f'%s::{_type(model, name)}[]' for name in columns)})"


def _arrays(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [array_of(values) for values in zip(*rows, strict=True)]


def _type(model: type[Model], name: str) -> str:
    """Return a column's type without the length of texts: a cast would cut them, where storing them fails."""
    return re.sub(r"\(.*?\)", "", _field(model, name).rel_db_type(connection))


def update_objects(model: type[AnyModel], columns: Sequence[str], rows: Collection[AnyModel]) -> None:
    """Write ``columns`` (attribute names) of existing rows."""
    names = [_field(model, name).attname for name in columns] + ["id"]
    values_of = attrgetter(*names)
    update_columns(model, "id", columns, as_taken(model, names, [values_of(row) for row in rows]))


def update_columns(model: type[Model], key: str, columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Write ``columns`` from rows of their values and, last, the key's, all adapted to the database already.

    No key is given twice.
    """
    if not rows:
        return
    table, names, key_column = _table(model), _columns(model, columns), _columns(model, [key])[0]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            new = ", ".join(f"{name} = new.{name}" for name in names)
            given = f"{_unnest(model, [*columns, key])} AS new ({', '.join([*names, key_column])})"
            sql = f"UPDATE {table} SET {new} FROM {given} WHERE {table}.{key_column} = new.{key_column}"  # noqa: S608
            cursor.execute(sql, _arrays(rows))
        else:
            new = ", ".join(f"{name} = %s" for name in names)
            cursor.executemany(f"UPDATE {table} SET {new} WHERE {key_column} = %s", list(rows))  # noqa: S608 - our own names


def delete_rows(model: type[Model], key: str, values: Collection[Any]) -> None:
    """Delete the rows with these values of a column; nothing may refer to them, and no signal is sent."""
    if not values:
        return
    sql = f"DELETE FROM {_table(model)} WHERE {_columns(model, [key])[0]} = "  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"{sql} ANY(%s::{_type(model, key)}[])", [array_of(values)])
        else:
            cursor.executemany(f"{sql} %s", [(value,) for value in values])


def refresh_statistics(models: Iterable[type[Model]]) -> None:
    """Refresh PostgreSQL's statistics of tables that have grown; its planner would scan them otherwise.

    Only a small sample is looked at, and no long texts. As columns are left out, autovacuum still counts all new rows, and
    looks at everything soon.
    """
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(f"{_table(model)} ({', '.join(_columns(model, _short_columns(model)))})" for model in models)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL default_statistics_target = 10")
        cursor.execute(f"ANALYZE {tables}")


def _short_columns(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if not isinstance(field, TextField | JSONField)]


def as_json_column(value: Any) -> Any:
    """Return ``value`` adapted to a JSON column."""
    return None if value is None else connection.ops.adapt_json_value(value, None)


def as_taken(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return rows of Python values adapted to the database."""
    fields = [_field(model, name) for name in columns]
    converters = [(index, convert) for index, field in enumerate(fields) if (convert := _converter(field))]
    taken: list[Sequence[Any]] = []
    for row in rows:
        values = list(row)
        for index, convert in converters:
            values[index] = convert(values[index])
        taken.append(values)
    return taken


def _table(model: type[Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)


def _columns(model: type[Model], names: Iterable[str]) -> list[str]:
    """Return the quoted columns of attributes."""
    return [connection.ops.quote_name(_field(model, name).column) for name in names]


def _field(model: type[Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in (field.name, field.attname))


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """Return a function that adapts values of ``field`` to the database, None if they need no change."""
    operations = connection.ops
    if isinstance(field, JSONField):
        adapt = operations.adapt_json_value
        empty = {kind: adapt(kind(), None) for kind in (dict, list)}
        return lambda value: adapt(value, None) if value else None if value is None else empty[type(value)]
    if isinstance(field, DateTimeField):
        return operations.adapt_datetimefield_value
    return operations.adapt_datefield_value if isinstance(field, DateField) else None
