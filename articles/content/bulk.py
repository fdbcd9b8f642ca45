"""Writes of many rows at once, where Django's own are several times slower.

``bulk_update`` builds one CASE per column and row, and ``bulk_create`` one statement for every few dozen
rows; the cursor's ``executemany`` prepares one statement and feeds it the rows, and COPY does without
statements. Ids are taken before, so that nothing has to be read back.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateField, DateTimeField, JSONField, Model

AnyModel = TypeVar("AnyModel", bound=Model)


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


def insert_objects(model: type[AnyModel], rows: Collection[AnyModel]) -> None:
    """Insert new rows and give them their ids."""
    if not rows:
        return
    for row, pk in zip(rows, take_ids(model, len(rows)), strict=True):
        row.pk = pk
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    insert_tuples(model, [field.attname for field in fields], _tuples(fields, rows))


def insert_new(model: type[Model], rows: Collection[Model]) -> None:
    """Insert new rows whose ids nobody asks for."""
    fields = [field for field in model._meta.concrete_fields if not (field.generated or field.primary_key)]
    if rows:
        insert_tuples(model, [field.attname for field in fields], _tuples(fields, rows))


def insert_tuples(model: type[Model], columns: Sequence[str], rows: Collection[Sequence[Any]]) -> None:
    """Insert rows of values that are as the database takes them, in the order of ``columns`` (attribute names)."""
    if not rows:
        return
    quote = connection.ops.quote_name
    names = ", ".join(quote(_field(model, name).column) for name in columns)
    into = f"{quote(model._meta.db_table)} ({names})"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", list(rows))  # noqa: S608 - names of our own


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


def update_objects(model: type[AnyModel], columns: Sequence[str], rows: Collection[AnyModel]) -> None:
    """Write ``columns`` (attribute names) of rows that exist."""
    fields = [_field(model, name) for name in columns]
    values = [(*each, row.pk) for each, row in zip(_tuples(fields, rows), rows, strict=True)]
    update_columns(model, "id", columns, values)


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


def _field(model: type[Model], name: str) -> Any:
    return next(field for field in model._meta.concrete_fields if name in (field.name, field.attname))


def _tuples(fields: Sequence[Any], rows: Collection[Model]) -> list[tuple[Any, ...]]:
    """Return the values of rows as the database takes them."""
    # Of one name alone, attrgetter would give no tuple.
    values_of = attrgetter(*[field.attname for field in fields], "pk")
    converters = [(index, convert) for index, field in enumerate(fields) if (convert := _converter(field))]
    tuples = []
    for row in rows:
        values = list(values_of(row)[:-1])
        for index, convert in converters:
            values[index] = convert(values[index])
        tuples.append(tuple(values))
    return tuples


def _converter(field: Any) -> Callable[[Any], Any] | None:
    """Return what makes a value of ``field`` one that the database takes, None where any is."""
    operations = connection.ops
    if isinstance(field, JSONField):
        empty = {kind: operations.adapt_json_value(kind(), None) for kind in (dict, list)}
        return lambda value: as_json_column(value) if value or value is None else empty[type(value)]
    if isinstance(field, DateTimeField):
        return operations.adapt_datetimefield_value
    return operations.adapt_datefield_value if isinstance(field, DateField) else None
