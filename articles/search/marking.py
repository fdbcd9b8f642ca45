"""Finds the words of a query in a text to be shown. Pure; the analysis is that of searching, so that inflected words are
marked, too."""

from collections import defaultdict
from collections.abc import Collection

from articles.search.analysis import Analyzer, Phrase


def find_matches(text: str, phrases: Collection[Phrase], analyzer: Analyzer) -> list[tuple[int, int]]:
    """Return start and end of each match in ``text``, in order and without overlaps."""
    spans = list(analyzer.spans(text))
    by_first: dict[str, list[Phrase]] = defaultdict(list)
    for phrase in sorted(phrases, key=len, reverse=True):
        by_first[phrase[0]].append(phrase)
    tokens = tuple(span.token for span in spans)
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(spans):
        length = next((len(each) for each in by_first.get(tokens[index], ())
                       if tokens[index : index + len(each)] == each), 0)  # fmt: skip
        if length:
            found.append((spans[index].start, spans[index + length - 1].end))
        index += length or 1
    return found
