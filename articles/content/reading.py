"""Reads and parses the files of ``_data``."""

from collections.abc import Callable
from typing import Any

from articles.content.files import MAX_FILE_SIZE, MAX_GROWN_SIZE, Content, SourceFile, read
from articles.content.layout import (
    GROWN_FILES,
    PINS_FILE,
    STORIES_FILE,
    STORY_ADDRESSES_FILE,
    STORY_VOCABULARY_FILE,
    THREAD_ADDRESSES_FILE,
    THREADS_FILE,
)
from articles.content.parsing import Parsed, parse_addresses, parse_pins, parse_stories, parse_threads, parse_vocabulary
from articles.content.problems import Problem
from articles.content.schema import AnyRecord

DECISION_PARSERS: dict[str, Callable[[str, bytes], Parsed[Any]]] = {
    PINS_FILE: parse_pins,
    STORIES_FILE: parse_stories,
    THREADS_FILE: parse_threads,
    STORY_ADDRESSES_FILE: parse_addresses,
    THREAD_ADDRESSES_FILE: parse_addresses,
    STORY_VOCABULARY_FILE: parse_vocabulary,
}


def read_parsed(
    file: SourceFile, parse: Callable[[str, bytes], Parsed[AnyRecord]]
) -> tuple[Content, Parsed[AnyRecord]] | Problem:
    """Return a file's content and its parsed values, or the problem with reading it."""
    limit = MAX_GROWN_SIZE if file.path in GROWN_FILES else MAX_FILE_SIZE
    content = read(file, limit=limit)
    return content if isinstance(content, Problem) else (content, parse(file.path, content.data))
