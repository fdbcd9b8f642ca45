"""Rows as lines of JSON, the same on every database, and back."""

import base64
import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Any

from django.db import connection, models
from django.db.models import Model

from articles.db.bulk import insert_tuples
from newsreader.backup.tables import REPLACED, kept_rows, label

Convert = Callable[[Any], Any]
BATCH = 1000  # rows
# Bytes of one row. The largest that there are hold what a change of thousands of articles changed.
LONGEST_LINE = 256 * 1024 * 1024


class WrongRowError(ValueError):
    """A line of an archive is no row of its table."""


def columns_of(model: type[Model]) -> list[str]:
    """Return the columns of a model that the database does not compute itself, by attribute name."""
    return [field.attname for field in _fields(model)]


def _fields(model: type[Model]) -> list[Any]:
    return [field for field in model._meta.concrete_fields if not field.generated]


def lines_of(model: type[Model]) -> Iterator[bytes]:
    """Yield the rows of a table, each as a line with a list of its values, in the order of ``columns_of``."""
    fields, replaced = _fields(model), REPLACED.get(label(model), {})
    changed = [(at, convert) for at, field in enumerate(fields) if (convert := _to_json(field))]
    changed += [
        (at, partial(_always, replaced[field.attname])) for at, field in enumerate(fields) if field.attname in replaced
    ]
    rows = kept_rows(model).values_list(*(field.attname for field in fields))
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    for row in rows.iterator(chunk_size=BATCH):
        values = list(row)
        for at, convert in changed:
            if values[at] is not None:
                values[at] = convert(values[at])
        yield dump(values).encode("utf-8", "surrogatepass") + b"\n"


def _always(value: Any, _: Any) -> Any:
    return value


def load_lines(model: type[Model], lines: Iterable[bytes]) -> None:
    """Write rows of ``lines_of`` into an empty table; raises WrongRowError, or what the database raises."""
    columns = columns_of(model)
    parse = _row_parser(model)
    batch: list[list[Any]] = []
    size = 0
    for line in lines:
        batch.append(parse(line))
        size += len(line)
        if len(batch) == BATCH or size > LONGEST_LINE // 16:
            insert_tuples(model, columns, batch)
            batch, size = [], 0
    insert_tuples(model, columns, batch)


def _row_parser(model: type[Model]) -> Callable[[bytes], list[Any]]:
    fields = _fields(model)
    kinds = [_kinds(field) for field in fields]
    changed = [(at, convert) for at, field in enumerate(fields) if (convert := _from_json(field))]
    # A null of JSON, where there may be no null of the database.
    nulls = [(at, null_of(None)) for at, field in enumerate(fields)
             if _is_json(field) and not field.null and (null_of := _from_json(field))]  # fmt: skip

    def parse(line: bytes) -> list[Any]:
        try:
            values = json.loads(line.decode("utf-8", "surrogatepass"))
            if not isinstance(values, list) or len(values) != len(fields):
                raise WrongRowError
            for value, allowed in zip(values, kinds, strict=True):
                if value is not None and allowed and type(value) not in allowed:
                    raise WrongRowError
            for at, convert in changed:
                if values[at] is not None:
                    values[at] = convert(values[at])
            for at, null in nulls:
                if values[at] is None:
                    values[at] = null
        except (ValueError, RecursionError, OverflowError) as error:
            raise WrongRowError(f"a line of {model._meta.db_table} is no row of it") from error
        return values

    return parse


# -- Values ------------------------------------------------------------------------------


def _target(field: Any) -> Any:
    """Return the field that says how values are stored: of a reference, the key that it refers to."""
    while field.is_relation:
        field = field.target_field
    return field


def _is_json(field: Any) -> bool:
    return isinstance(field, models.JSONField)


def _kinds(field: Any) -> tuple[type, ...]:
    """Return the types that a value may have in an archive; none: any."""
    field = _target(field)
    if _is_json(field):
        return ()
    if isinstance(field, models.IntegerField):
        return (int,)
    if isinstance(field, models.BooleanField):
        return (bool,)
    return (float, int) if isinstance(field, models.FloatField) else (str,)


def _to_json(field: Any) -> Convert | None:
    field = _target(field)
    if isinstance(field, models.DateField | models.TimeField):  # and DateTimeField
        return lambda value: value.isoformat()
    if isinstance(field, models.BinaryField):
        return lambda value: base64.b64encode(value).decode()
    if isinstance(field, models.UUIDField | models.DecimalField | models.DurationField):
        return str
    return None


def _from_json(field: Any) -> Convert | None:
    """Return what makes of a value what the database takes."""
    field = _target(field)
    operations = connection.ops
    if _is_json(field):
        return lambda value: operations.adapt_json_value(value, None)
    if isinstance(field, models.DateTimeField):
        return lambda value: operations.adapt_datetimefield_value(_aware(value))
    if isinstance(field, models.DateField):
        return lambda value: operations.adapt_datefield_value(dt.date.fromisoformat(value))
    if isinstance(field, models.BinaryField):
        return lambda value: base64.b64decode(value, validate=True)
    if isinstance(field, models.UUIDField):
        return lambda value: field.get_db_prep_value(uuid.UUID(value), connection)
    if isinstance(field, models.TimeField | models.DecimalField | models.DurationField):
        return lambda value: field.get_db_prep_save(field.to_python(value), connection)
    return None


def _aware(text: str) -> dt.datetime:
    time = dt.datetime.fromisoformat(text)
    if time.tzinfo is None:
        raise WrongRowError(text)
    return time
