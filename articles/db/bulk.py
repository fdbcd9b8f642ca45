"""Writes of many rows at once, where Django's own are several times slower.

``bulk_update`` builds one CASE per column and row, and ``bulk_create`` one statement for every few dozen
rows; the cursor's ``executemany`` prepares one statement and feeds it the rows, and COPY does without
statements. Ids are taken before, so that nothing has to be read back.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model

AnyModel = TypeVar("AnyModel", bound=Model)

# On SQLite; statements of so many rows of up to so many columns stay below 1,000 parameters, which all versions take.
ROWS_AT_ONCE = 200
NARROW = 4  # columns


def take_ids(model: type[Model], number: int) -> list[int]:
    """Return ids for ``number`` new rows; the open transaction keeps others from taking the same."""
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
    """Insert rows of Python's values, ids among them, in the order of ``columns`` (attribute names)."""
    insert_tuples(model, columns, as_taken(model, columns, rows))


def insert_new(model: type[Model], rows: Collection[Model]) -> None:
    """Insert new rows whose ids nobody asks for."""
    fields = [field for field in model._meta.concrete_fields if not (field.generated or field.primary_key)]
    columns = [field.attname for field in fields]
    insert_values(model, columns, [[getattr(row, name) for name in columns] for row in rows])


def insert_tuples(model: type[Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows of values that are as the database takes them, in the order of ``columns`` (attribute names)."""
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(_field(model, name).column) for name in columns)
    into = f"{quote(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Unlike with statements, Django does not see to it that its own errors are raised.
            with connection.wrap_database_errors, cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            _insert_on_sqlite(cursor, into, len(columns), list(rows))


def _insert_on_sqlite(cursor: Any, into: str, width: int, rows: list[Sequence[Any]]) -> None:
    """Insert narrow rows many at a time: each statement also keeps count of ids, which takes a quarter of the time.

    A statement of several rows that fails would take back those before, had it not FAIL: the transaction does that, too,
    and SQLite need not write down for it what the pages were like.
    """
    number = ROWS_AT_ONCE if width <= NARROW else 1
    whole = len(rows) - len(rows) % number
    groups = [list(chain.from_iterable(rows[start : start + number])) for start in range(0, whole, number)]
    row = f"({', '.join(['%s'] * width)})"
    cursor.executemany(f"INSERT OR FAIL INTO {into} VALUES {', '.join([row] * number)}", groups)  # noqa: S608 - our own names
    if whole < len(rows):
        cursor.executemany(f"INSERT OR FAIL INTO {into} VALUES {row}", rows[whole:])  # noqa: S608 - names of our own


def insert_missing(model: type[Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows but for those that are there already."""
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
    """Add to the ``counts`` of the rows with these keys, or insert them; values of both are as the database takes them.

    ``condition`` is that of the unique constraint over ``key`` (attribute names), as its index has it.
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
    """Write ``columns`` (attribute names) of rows that exist."""
    names = [_field(model, name).attname for name in columns] + ["id"]
    values_of = attrgetter(*names)
    update_columns(model, "id", columns, as_taken(model, names, [values_of(row) for row in rows]))


def update_columns(model: type[Model], key: str, columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Write ``columns`` from rows of their values and, last, the key's; all are as the database takes them."""
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
    """Let PostgreSQL know tables that have grown since it last looked; it reads them whole otherwise."""
    if connection.vendor != "postgresql":
        return
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute(f"ANALYZE {tables}")


def as_json_column(value: Any) -> Any:
    """Return what a JSON column takes for ``value``."""
    return None if value is None else connection.ops.adapt_json_value(value, None)


def as_taken(model: type[Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[Sequence[Any]]:
    """Return rows of Python's values as the database takes them."""
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
    """Return what makes a value of ``field`` one that the database takes, None where any is."""
    operations = connection.ops
    if isinstance(field, JSONField):
        adapt = operations.adapt_json_value
        empty = {kind: adapt(kind(), None) for kind in (dict, list)}
        return lambda value: adapt(value, None) if value else None if value is None else empty[type(value)]
    if isinstance(field, DateTimeField):
        return operations.adapt_datetimefield_value
    return operations.adapt_datefield_value if isinstance(field, DateField) else None
