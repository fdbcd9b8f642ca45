"""Where the words of a query are in a text that is shown. Pure: the same analysis as finding, so that an inflected word
is marked, too."""

from collections import defaultdict
from collections.abc import Collection

from articles.search.analysis import Analyzer, Phrase


def find_matches(text: str, phrases: Collection[Phrase], analyzer: Analyzer) -> list[tuple[int, int]]:
    """Return the first and last bounds of what matches in ``text``, in order; they do not overlap."""
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
