"""What the files in a site's ``_news`` hold, generated or real."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path


class Statistics:
    """Counts what the files in a site's _news hold, generated or real."""

    def __init__(self) -> None:
        self.lists: dict[str, list[int]] = {}
        self.counts: Counter[str] = Counter()
        self.topics: Counter[str] = Counter()
        self.listed: Counter[str] = Counter()
        self.providers: Counter[str] = Counter()

    def add(self, text: str) -> None:
        """Count one file, given its text."""
        own, _, rest = text.partition("\nrelated:\n")
        self.counts["articles"] += 1
        self._measure("bytes", len(text.encode()))
        self._measure("related", rest.count("\n    webUrl: "))
        for key in ("title", "excerpt", "secured"):
            match = re.search(rf'^{key}: (".*")$', text, re.MULTILINE)
            self._measure(key, len(json.loads(match[1])) if match else 0)
        self._count_shares(own)
        self._count_names(own)

    def _measure(self, name: str, value: int) -> None:
        self.lists.setdefault(name, []).append(value)

    def _count_shares(self, own: str) -> None:
        """Count which keys and values the article itself has."""
        for name, line in (
            ("published", "published: true"),
            ("heat -1", "heat: -1"),
            ("with images", "images:"),
            ("with ampWebUrl", "ampWebUrl: "),
            ("with provider images", "  images:"),
            ("with originalUrl", "originalUrl: "),
            ("videos", "type: video"),
            ("empty excerpts", 'excerpt: ""'),
        ):
            self.counts[name] += f"\n{line}" in own

    def _count_names(self, own: str) -> None:
        """Count the article's provider and topics."""
        domain = re.search(r"^  domain: (.*)$", own, re.MULTILINE)
        self.providers[domain[1] if domain else ""] += 1
        block = re.search(r"^topics:\n((?:  - .*\n)*)", own, re.MULTILINE)
        names = re.findall(r"  - (.*)\n", block[1]) if block else []
        self._measure("topics", len(names))
        self.topics.update(names)
        if "\npublished: true\n" in own:
            self.listed.update(names)

    def lines(self) -> Iterator[str]:
        """Yield the result for people to read."""
        articles = self.counts.pop("articles", 0)
        yield f"articles: {articles}"
        for name, values in self.lists.items():
            yield f"{name}: {_quantiles(values)}"
        for name, count in self.counts.items():
            yield f"{name}: {count / articles:.2%}"
        yield f"topics used: {len(self.topics)}; listed: {self.listed.most_common(4)}"
        common = [count for _, count in self.providers.most_common(6)]
        yield f"providers: {len(self.providers)}; articles of the largest: {common}"


def _quantiles(values: Sequence[int]) -> str:
    """Return the mean and some quantiles of the values."""
    ordered = sorted(values)
    last = len(ordered) - 1
    shares = (0, 5, 25, 50, 75, 95, 99, 100)
    quantiles = " ".join(f"{ordered[last * share // 100]}" for share in shares)
    mean = sum(ordered) / len(ordered)
    return f"mean {mean:.1f}, quantiles {'/'.join(map(str, shares))} %: {quantiles}"


def measure(folder: Path) -> Statistics:
    """Return the statistics of the site in the folder."""
    statistics = Statistics()
    for path in (folder / "_news").glob("*.md"):
        statistics.add(path.read_bytes().decode())
    return statistics
