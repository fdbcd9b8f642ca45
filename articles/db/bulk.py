"""Bulk writes that are several times faster than Django's.

``bulk_update`` builds one CASE per column and row, and ``bulk_create`` one statement for every few dozen rows. Here the
cursor's ``executemany`` prepares one statement for all rows, or PostgreSQL's COPY takes them. Ids are allocated before,
so that nothing has to be read back.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model

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
            sequence = "pg_get_serial_sequence(%s, 'id')"
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
    quote = connection.ops.quote_name
    names = ", ".join(quote(_field(model, name).column) for name in columns)
    into = f"{quote(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django translates the errors of statements into its own, but not those of COPY.
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            _insert_on_sqlite(cursor, into, len(columns), list(rows))


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
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(_field(model, name).column) for name in columns)
    marks = ", ".join(["%s"] * len(columns))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def add_to_counts(
    model: type[Model], key: Sequence[str], condition: str, counts: Sequence[str], rows: Collection[Sequence[Any]]
) -> None:
    """Add to the ``counts`` of the rows with these keys, or insert them; values are adapted to the database already.

    ``condition`` is the SQL condition of the partial unique index over ``key`` (attribute names).
    """
    if not rows:
        return
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = [quote(_field(model, name).column) for name in key]
    added = [quote(_field(model, name).column) for name in counts]
    sql = (
        f"INSERT INTO {table} ({', '.join([*names, *added])}) "  # noqa: S608 - names of our own
        f"VALUES ({', '.join(['%s'] * (len(names) + len(added)))}) "
        f"ON CONFLICT ({', '.join(names)}) WHERE {condition} "
        f"DO UPDATE SET {', '.join(f'{each} = {table}.{each} + excluded.{each}' for each in added)}"
    )
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def update_objects(model: type[AnyModel], columns: Sequence[str], rows: Collection[AnyModel]) -> None:
    """Write ``columns`` (attribute names) of existing rows."""
    names = [_field(model, name).attname for name in columns] + ["id"]
    values_of = attrgetter(*names)
    update_columns(model, "id", columns, as_taken(model, names, [values_of(row) for row in rows]))


def update_columns(model: type[Model], key: str, columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Write ``columns`` from rows of their values and, last, the key's, all adapted to the database already."""
    if not rows:
        return
    quote = connection.ops.quote_name
    assignments = ", ".join(f"{quote(_field(model, name).column)} = %s" for name in columns)
    sql = f"UPDATE {quote(model._meta.db_table)} SET {assignments} WHERE {quote(key)} = %s"  # noqa: S608 - our own names
    with connection.cursor() as cursor:
        cursor.executemany(sql, list(rows))


def delete_rows(model: type[Model], key: str, values: Collection[Any]) -> None:
    """Delete the rows with these values of a column; nothing may refer to them, and no signal is sent."""
    if not values:
        return
    quote = connection.ops.quote_name
    sql = f"DELETE FROM {quote(model._meta.db_table)} WHERE {quote(key)} = %s"  # noqa: S608 - names of our own
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(value,) for value in values])


def refresh_statistics(models: Iterable[type[Model]]) -> None:
    """Refresh PostgreSQL's statistics of tables that have grown; its planner would scan them otherwise."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


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
