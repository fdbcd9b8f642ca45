"""The two engines behind search: SQLite's FTS5 and PostgreSQL's full text, with one interface and the same answers.

Both get tokens that ``analysis.py`` made, as they are, and find the same documents; how they weigh words against each
other is their own. What is found is bounded: of very many matches, only the newest are fetched, weighed and counted.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection

from articles.db.bulk import delete_rows, insert_tuples
from articles.models import SearchDocument
from articles.search.analysis import Phrase

COLUMNS = ("place", "article_id", "keys", "title", "names", "excerpt", "tie")
ID_BITS = 28  # of a place
# Newest first: of what was published in one second, by what the articles' addresses say, not by their ids.
NEWEST_FIRST = f"place >> {ID_BITS} DESC, tie DESC"
# Stands between texts of one column, so that no phrase reaches from one into the next; no word has it.
SEPARATOR = "¶"
EVERYTHING = f"{SEPARATOR}a"  # a key of every document
WEIGHTS = {"title": ("A", 8.0), "names": ("B", 2.0), "excerpt": ("D", 1.0)}
GAP = 2000  # positions from the start of one column to that of the next in a vector
MANY = 1000  # documents after which PostgreSQL's list of what is not yet in the index is emptied


@dataclass(frozen=True, slots=True)
class Criteria:
    """What documents must have: all ``phrases``, one key of each group of ``keys``, none of the ``without`` ones.

    ``first`` and ``last`` bound the place, both included; None leaves it open.
    """

    phrases: tuple[Phrase, ...] = ()
    without_phrases: tuple[Phrase, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    without_keys: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


# A document that was found: its place, its keys, and its score. A higher one is more relevant, and 0 was not asked for.
# There may be thousands, and rows of a cursor are tuples already.
Hit = tuple[int, str, float]


class Engine(Protocol):
    def find(self, criteria: Criteria, limit: int, is_scored: bool) -> list[Hit]:
        """Return the newest ``limit`` documents that meet ``criteria``, newest first."""

    def count(self, criteria: Criteria, limit: int) -> int:
        """Return how many documents meet ``criteria``, ``limit`` at most."""

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add documents, values of COLUMNS, ordered by place."""

    def delete(self, places: Collection[int]) -> None:
        """Remove documents."""

    def reset(self) -> None:
        """Leave nothing in the index that could differ from the documents in their table."""


class SqliteEngine:
    """FTS5 with the table of documents as its content.

    A trigger takes deleted documents out of it, whoever deletes them. None puts new ones in: FTS5 writes all it holds
    to disk after every row that a trigger inserts, which takes four times as long as one statement for many rows.
    """

    def find(self, criteria: Criteria, limit: int, is_scored: bool) -> list[Hit]:
        weights = ", ".join(str(weight) for _, weight in WEIGHTS.values())
        score = f"-bm25(articles_search, {weights}, 0.0)" if is_scored else "0.0"
        found, parameters = _fts_select(f"rowid AS place, {score} AS score", criteria, limit)
        sql = (
            f"SELECT found.place, document.keys, found.score FROM ({found}) AS found "  # noqa: S608 - text of our own
            "JOIN articles_searchdocument AS document ON document.place = found.place "
            f"ORDER BY found.{NEWEST_FIRST}"
        )
        return _rows(sql, parameters)

    def count(self, criteria: Criteria, limit: int) -> int:
        found, parameters = _fts_select("1", criteria, limit)
        return int(_rows(f"SELECT count(*) FROM ({found}) AS found", parameters)[0][0])  # noqa: S608

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        insert_tuples(SearchDocument, COLUMNS, rows)
        columns = ", ".join([*WEIGHTS, "keys"])
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO articles_search (rowid, {columns}) SELECT place, {columns} "  # noqa: S608 - names of our own
                "FROM articles_searchdocument WHERE place IN (SELECT value FROM json_each(%s)) ORDER BY place",
                [json.dumps([row[0] for row in rows])],
            )

    def delete(self, places: Collection[int]) -> None:
        delete_rows(SearchDocument, "place", places)

    def reset(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO articles_search (articles_search) VALUES ('rebuild')")


def _fts_select(columns: str, criteria: Criteria, limit: int) -> tuple[str, list[Any]]:
    bounds, parameters = _bounds("rowid", criteria)
    sql = f"SELECT {columns} FROM articles_search WHERE articles_search MATCH %s{bounds} ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    return sql, [fts_query(criteria), *parameters, limit]


def fts_query(criteria: Criteria) -> str:
    """Return criteria in FTS5's language; in quotes, every token is one."""
    wanted = [f'"{" ".join(phrase)}"' for phrase in criteria.phrases]
    wanted += [f"({' OR '.join(f'{chr(34)}{key}{chr(34)}' for key in group)})" for group in criteria.keys]
    unwanted = [*(" ".join(phrase) for phrase in criteria.without_phrases), *criteria.without_keys]
    query = " AND ".join(wanted or [f'"{EVERYTHING}"'])
    return f"({query}) NOT ({' OR '.join(f'{chr(34)}{each}{chr(34)}' for each in unwanted)})" if unwanted else query


class PostgresEngine:
    """A column of type ``tsvector`` beside the documents, with an index.

    Vectors and queries are written out token by token: PostgreSQL's own parser would split some of them again.
    """

    def find(self, criteria: Criteria, limit: int, is_scored: bool) -> list[Hit]:
        found, parameters = self._select("place, keys, vector, tie", criteria, limit)
        score, scored = "0.0", []
        if is_scored:
            weights = [weight / WEIGHTS["title"][1] for _, weight in WEIGHTS.values()]
            score = "ts_rank_cd(%s::float4[], vector, %s::tsquery)"
            # In the order D, C, B, A.
            scored = [[weights[2], 0.0, weights[1], weights[0]], " & ".join(map(_ts_phrase, criteria.phrases))]
        sql = f"SELECT place, keys, {score} FROM ({found}) AS found ORDER BY {NEWEST_FIRST}"  # noqa: S608 - text of our own
        return _rows(sql, [*scored, *parameters])

    def count(self, criteria: Criteria, limit: int) -> int:
        found, parameters = self._select("1", criteria, limit)
        return int(_rows(f"SELECT count(*) FROM ({found}) AS found", parameters)[0][0])  # noqa: S608

    def _select(self, columns: str, criteria: Criteria, limit: int) -> tuple[str, list[Any]]:
        bounds, parameters = _bounds("place", criteria)
        sql = f"SELECT {columns} FROM articles_searchdocument WHERE vector @@ %s::tsquery{bounds} ORDER BY place DESC LIMIT %s"  # noqa: S608
        return sql, [ts_query(criteria), *parameters, limit]

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        if not rows:
            return
        into = f"articles_searchdocument ({', '.join(COLUMNS)}, vector)"
        with connection.cursor() as cursor:
            with cursor.copy(f"COPY {into} FROM STDIN") as copy:
                for row in rows:
                    copy.write_row((*row, ts_vector(*row[2:6])))
            if len(rows) >= MANY:
                cursor.execute("SELECT gin_clean_pending_list('articles_search_vector'::regclass)")

    def delete(self, places: Collection[int]) -> None:
        SearchDocument.objects.filter(place__among=places).delete()

    def reset(self) -> None:
        SearchDocument.objects.all().delete()


def ts_query(criteria: Criteria) -> str:
    """Return criteria in the language of ``tsquery``."""
    wanted = [_ts_phrase(phrase) for phrase in criteria.phrases]
    wanted += [f"({' | '.join(f'{chr(39)}{key}{chr(39)}' for key in group)})" for group in criteria.keys]
    unwanted = [
        _ts_phrase(phrase) for phrase in (*criteria.without_phrases, *((key,) for key in criteria.without_keys))
    ]
    return " & ".join([*(wanted or [f"'{EVERYTHING}'"]), *(f"!{each}" for each in unwanted)])


def _ts_phrase(phrase: Phrase) -> str:
    return f"({' <-> '.join(f'{chr(39)}{token}{chr(39)}' for token in phrase)})"


def ts_vector(keys: str, title: str, names: str, excerpt: str) -> str:
    """Return a document's tokens with their positions and weights as text that PostgreSQL takes for a ``tsvector``."""
    positions: dict[str, list[str]] = {key: [] for key in keys.split()}
    for number, (text, (weight, _)) in enumerate(zip((title, names, excerpt), WEIGHTS.values(), strict=True)):
        for position, token in enumerate(text.split(), start=number * GAP + 1):
            if token != SEPARATOR:
                positions.setdefault(token, []).append(f"{position}{weight}")
    return " ".join(f"'{token}':{','.join(places)}" if places else f"'{token}'" for token, places in positions.items())


def _bounds(column: str, criteria: Criteria) -> tuple[str, list[int]]:
    """Return the conditions on the place, and their parameters."""
    bounds = [(f" AND {column} >= %s", criteria.first), (f" AND {column} <= %s", criteria.last)]
    given = [(sql, value) for sql, value in bounds if value is not None]
    return "".join(sql for sql, _ in given), [value for _, value in given]


def _rows(sql: str, parameters: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def engine() -> Engine:
    """Return the engine of the database that is in use."""
    return ENGINES[connection.vendor]


ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresEngine()}
