"""The two search engines, SQLite's FTS5 and PostgreSQL's text search, behind one interface.

Both get the tokens of ``analysis.py`` and find the same documents; they score words differently. The number of results
is limited: of very many matches, only the newest are fetched, scored and counted.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import DatabaseError, connection, transaction

from articles.db.bulk import delete_rows, insert_tuples
from articles.db.reading import reading_connection
from articles.models import SearchDocument
from articles.search.analysis import Phrase

COLUMNS = ("place", "article_id", "keys", "title", "names", "excerpt", "tie")
ID_BITS = 28  # the lowest bits of a document's ``place``
# Newest first; documents of one second by their tie, which follows from the address, not by their ids.
NEWEST_FIRST = f"place >> {ID_BITS} DESC, tie DESC"
# Separates texts within a column, so that no phrase matches across them; no word contains it.
SEPARATOR = "¶"
EVERYTHING = f"{SEPARATOR}a"  # a key of every document
UNLISTED = f"{SEPARATOR}u"  # the first key of documents of unlisted accounts of stories
WEIGHTS = {"title": ("A", 8.0), "names": ("B", 2.0), "excerpt": ("D", 1.0)}
GAP = 2000  # positions between the starts of two columns in a vector
MANY = 1000  # documents after which PostgreSQL's pending list is merged into the index


@dataclass(frozen=True, slots=True)
class Criteria:
    """What documents must have: all ``phrases``, a key of each group of ``keys``, and none of the ``without`` ones.

    ``first`` and ``last``, both inclusive, limit ``place``; None is no limit.
    """

    phrases: tuple[Phrase, ...] = ()
    without_phrases: tuple[Phrase, ...] = ()
    keys: tuple[tuple[str, ...], ...] = ()
    without_keys: tuple[str, ...] = ()
    first: int | None = None
    last: int | None = None


# A document that was found: its place, keys and score (0 if it was not asked for). Plain tuples, as there may be
# thousands and cursors return them.
Hit = tuple[int, str, float]


class Engine(Protocol):
    def find(self, criteria: Criteria, limit: int, is_scored: bool) -> list[Hit]:
        """Return the newest ``limit`` documents that meet ``criteria``, newest first."""

    def count(self, criteria: Criteria, limit: int) -> int:
        """Return how many documents meet ``criteria``, at most ``limit``."""

    def insert(self, rows: Sequence[tuple[Any, ...]]) -> None:
        """Add documents, as values of COLUMNS, in the order of their places."""

    def delete(self, places: Collection[int]) -> None:
        """Remove documents."""

    def reset(self) -> None:
        """Rebuild or empty the index, so that nothing in it differs from the table of documents."""

    def is_intact(self) -> bool:
        """Return whether the index agrees with the table of documents."""


class SqliteEngine:
    """FTS5 with the table of documents as external content.

    A trigger removes deleted documents from it. New ones are inserted explicitly, as FTS5 flushes to disk after every
    row that a trigger inserts, which takes four times as long as one statement for many rows.
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

    def is_intact(self) -> bool:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # With 1, the contents of the documents are compared, too.
                cursor.execute("INSERT INTO articles_search (articles_search, rank) VALUES ('integrity-check', 1)")
        except DatabaseError as error:
            if "malformed" not in str(error):
                raise
            return False
        return True


def _fts_select(columns: str, criteria: Criteria, limit: int) -> tuple[str, list[Any]]:
    bounds, parameters = _bounds("rowid", criteria)
    sql = f"SELECT {columns} FROM articles_search WHERE articles_search MATCH %s{bounds} ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    return sql, [fts_query(criteria), *parameters, limit]


def fts_query(criteria: Criteria) -> str:
    """Return criteria as an FTS5 query; quoted tokens have no special meaning."""
    wanted = [f'"{" ".join(phrase)}"' for phrase in criteria.phrases]
    wanted += [f"({' OR '.join(f'{chr(34)}{key}{chr(34)}' for key in group)})" for group in criteria.keys]
    unwanted = [*(" ".join(phrase) for phrase in criteria.without_phrases), *criteria.without_keys]
    query = " AND ".join(wanted or [f'"{EVERYTHING}"'])
    return f"({query}) NOT ({' OR '.join(f'{chr(34)}{each}{chr(34)}' for each in unwanted)})" if unwanted else query


class PostgresEngine:
    """A ``tsvector`` column with an index in the table of documents.

    Vectors and queries are written token by token, as PostgreSQL's own parser would split some tokens again.
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

    def is_intact(self) -> bool:
        places = list(SearchDocument.objects.order_by("place").values_list("place", flat=True))
        return all(self._are_right(places[at : at + MANY]) for at in range(0, len(places), MANY))

    def _are_right(self, places: list[int]) -> bool:
        rows = SearchDocument.objects.filter(place__among=places).values_list(
            "place", "keys", "title", "names", "excerpt"
        )
        found = {place: ts_vector(*texts) for place, *texts in rows}
        sql = (
            "SELECT EXISTS (SELECT FROM articles_searchdocument AS document "
            "JOIN unnest(%s::bigint[], %s::text[]) AS wanted (place, vector) ON wanted.place = document.place "
            "WHERE document.vector IS DISTINCT FROM wanted.vector::tsvector)"
        )
        return not _rows(sql, [list(found), list(found.values())])[0][0]


def ts_query(criteria: Criteria) -> str:
    """Return criteria as the text of a ``tsquery``."""
    wanted = [_ts_phrase(phrase) for phrase in criteria.phrases]
    wanted += [f"({' | '.join(f'{chr(39)}{key}{chr(39)}' for key in group)})" for group in criteria.keys]
    unwanted = [
        _ts_phrase(phrase) for phrase in (*criteria.without_phrases, *((key,) for key in criteria.without_keys))
    ]
    return " & ".join([*(wanted or [f"'{EVERYTHING}'"]), *(f"!{each}" for each in unwanted)])


def _ts_phrase(phrase: Phrase) -> str:
    return f"({' <-> '.join(f'{chr(39)}{token}{chr(39)}' for token in phrase)})"


def ts_vector(keys: str, title: str, names: str, excerpt: str) -> str:
    """Return a document's tokens with positions and weights as the text of a ``tsvector``."""
    positions: dict[str, list[str]] = {key: [] for key in keys.split()}
    for number, (text, (weight, _)) in enumerate(zip((title, names, excerpt), WEIGHTS.values(), strict=True)):
        for position, token in enumerate(text.split(), start=number * GAP + 1):
            if token != SEPARATOR:
                positions.setdefault(token, []).append(f"{position}{weight}")
    return " ".join(f"'{token}':{','.join(its)}" if its else f"'{token}'" for token, its in positions.items())


def _bounds(column: str, criteria: Criteria) -> tuple[str, list[int]]:
    """Return the conditions on the place, and their parameters."""
    bounds = [(f" AND {column} >= %s", criteria.first), (f" AND {column} <= %s", criteria.last)]
    given = [(sql, value) for sql, value in bounds if value is not None]
    return "".join(sql for sql, _ in given), [value for _, value in given]


def _rows(sql: str, parameters: list[Any]) -> list[Any]:
    with reading_connection(SearchDocument).cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchall()


def engine() -> Engine:
    """Return the engine of the database that is in use."""
    return ENGINES[connection.vendor]


ENGINES: dict[str, Engine] = {"sqlite": SqliteEngine(), "postgresql": PostgresEngine()}
