"""Proposes a ``newsreader.yaml`` for a folder: which dialect lets in most, where articles are, which keys they have."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from articles.content.dialects.dialect import Dialect
from articles.content.dialects.finding import articles_among, place_of, starts_of, surroundings_of
from articles.content.dialects.presets import PRESETS, with_settings
from articles.content.files import SourceFile, found_below, read
from articles.content.layout import NEWS_FOLDER
from articles.content.parsing import parse_article
from articles.content.problems import Problem
from articles.content.yaml.writer import double_quoted

LOOKED_AT = 2000  # files


@dataclass(slots=True)
class Outcome:
    """What a dialect makes of a folder: numbers of files and of articles, in all and by folder, and the keys used."""

    files: int = 0
    articles: int = 0
    own: int = 0
    folders: Counter[str] = field(default_factory=Counter)
    keys: dict[str, Counter[str]] = field(default_factory=dict)


def proposal(root: Path, now: dt.datetime, zone: dt.tzinfo) -> Iterator[str]:
    """Yield the lines of a ``newsreader.yaml``, with comments that say how many articles each choice lets in."""
    known = place_of(root, root, zone).dialect
    presets = [name for name in PRESETS if name != "newsreader" or (root / NEWS_FOLDER).is_dir()]
    dialects = {name: with_settings(replace(PRESETS[name], zone=zone), root) for name in presets}
    if known:
        dialects[known.name] = known
    outcomes = {name: outcome_of(root, dialect, now) for name, dialect in dialects.items()}
    # What is recognised counts unless another dialect lets in clearly more.
    best = max(
        outcomes,
        key=lambda name: (outcomes[name].articles + (known is not None and known.name == name), name == "other"),
    )
    if known and is_nearly_all(outcomes[known.name], outcomes[best]):
        best = known.name
    dialect, outcome = dialects[best], outcomes[best]
    yield f"# newsreader.yaml: {outcome.articles} of {outcome.files} files come in, {outcome.own} of them own articles"
    others = ", ".join(f"{name} {each.articles} of {each.files}" for name, each in outcomes.items() if name != best)
    yield f"dialect: {best}  # others: {others}"
    yield "site:"
    yield f"  name: {double_quoted(dialect.site.name or root.name)}"
    yield f"  domain: {dialect.site.domain or 'site.example'}"
    yield "articles:"
    yield from (f"  - {double_quoted(name)}  # {count} articles" for name, count in folders_of(root, dialect, outcome))
    yield "keys:"
    for key, names in outcome.keys.items():
        counted = ", ".join(f"{name} {count}" for name, count in names.most_common())
        order = sorted(
            names, key=lambda name: dialect.keys[key].index(name) if name in dialect.keys.get(key, ()) else 99
        )
        if key in dialect.keys:
            yield f"  {key}: [{', '.join(map(double_quoted, order))}]  # {counted}"
    yield f"timeZone: {dialect.zone}"


def is_nearly_all(outcome: Outcome, best: Outcome) -> bool:
    """Return whether a dialect lets in nine tenths of its own files or of the articles that another one lets in.

    Others may read more files, such as those of sections, which are no articles in this one.
    """
    wanted = min(outcome.files, best.articles) * 9
    return bool(outcome.articles) and outcome.articles * 10 >= wanted


def folders_of(root: Path, dialect: Dialect, outcome: Outcome) -> Iterator[tuple[str, int]]:
    """Yield where the articles are, as the dialect says it, with their numbers."""
    starts = [start.relative_to(root).as_posix() for start in starts_of(root, dialect)] or ["."]
    for start in dict.fromkeys(starts):
        count = sum(
            number for name, number in outcome.folders.items() if start == "." or f"{name}/".startswith(f"{start}/")
        )
        if count:
            yield start, count


def outcome_of(root: Path, dialect: Dialect, now: dt.datetime) -> Outcome:
    """Read the files of a folder in a dialect; of many, the first 2,000."""
    outcome = Outcome()
    starts = list(starts_of(root, dialect)) or [root]
    paths = sorted({path for start in starts for path in found_below(root, start, dialect.suffixes)})
    for path in list(articles_among(paths, dialect))[:LOOKED_AT]:
        outcome.files += 1
        file = SourceFile(root, path)
        content = read(file)
        if isinstance(content, Problem):
            continue
        parsed = parse_article(path, content.data, now, dialect, surroundings_of(file.location))
        if parsed.record is None:
            continue
        outcome.articles += 1
        outcome.own += not parsed.record.address
        outcome.folders[path.rpartition("/")[0] or "."] += 1
        for key, names in parsed.translated.sources.items():
            outcome.keys.setdefault(key, Counter()).update(names)
    return outcome
