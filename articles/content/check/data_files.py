"""Checks a site's ``_data``: topics, organizations, and editors' decisions."""

import os
from collections.abc import Callable, Container, Iterator, Sequence
from functools import cached_property
from typing import Any

from articles.content.check.claims import Claims, parent_problems
from articles.content.check.report import Report, guarded
from articles.content.files import Found, SourceFile
from articles.content.identity import Address, named_address, named_addresses
from articles.content.image_files import ImageFolder
from articles.content.layout import ARTICLE_SUFFIXES, GROWN_FILES, ORGANIZATION_FOLDER, TOPIC_FOLDER
from articles.content.naming import PROVIDERS, TOPICS
from articles.content.parsing import Parsed, parse_organization, parse_topic
from articles.content.problems import Problem
from articles.content.reading import DECISION_PARSERS, read_parsed
from articles.content.schema import is_address
from articles.content.site_rules import image_problems, is_complete, missing_article

Parse = Callable[[str, bytes], Parsed[Any]]


class DataCheck:
    """Checks the ``_data`` files of one site in ``found``; afterwards, ``topics`` are those with files."""

    def __init__(self, found: Found, report: Report) -> None:
        self.found = found
        self.report = report
        self.images = ImageFolder(found.root)
        self.topics = Claims(TOPICS)

    def problems(self) -> list[Problem]:
        """Return all problems in the order of paths."""
        found = list(self.described(self.found.topics, self.topics, parse_topic, TOPIC_FOLDER, (".yaml", ".yml")))
        if self.found.organizations:
            providers = Claims(PROVIDERS)
            found += self.described(
                self.found.organizations, providers, parse_organization, ORGANIZATION_FOLDER, ARTICLE_SUFFIXES
            )
        for file in self.found.decisions:
            found += guarded(file.path, self.of_decisions(file))
        return sorted(found)

    def described(
        self, files: Sequence[SourceFile], claims: Claims, parse: Parse, folder: str, suffixes: tuple[str, ...]
    ) -> Iterator[Problem]:
        """Yield the problems of topic or provider files, comparing their names with all others of the site."""
        named = {file.path for file in files}
        every_parsed: list[Parsed[Any]] = []
        for file in _files_in(self.found, folder, suffixes):
            problems = guarded(file.path, self.of_file(file, parse, file.path in named, every_parsed))
            yield from problems if file.path in named else ()
        problems = [*claims.problems(every_parsed), *(parent_problems(claims) if claims.kind is TOPICS else ())]
        yield from (problem for problem in problems if problem.path in named)

    def of_file(
        self, file: SourceFile, parse: Parse, is_named: bool, every_parsed: list[Parsed[Any]]
    ) -> Iterator[Problem]:
        read = read_parsed(file, parse)
        if isinstance(read, Problem):
            yield read
            return
        _, parsed = read
        self.report.files += is_named
        yield from (*parsed.problems, *image_problems(parsed, self.images))
        every_parsed.append(parsed)

    def of_decisions(self, file: SourceFile) -> Iterator[Problem]:
        read = read_parsed(file, DECISION_PARSERS[file.path])
        if isinstance(read, Problem):
            yield read
            return
        _, parsed = read
        self.report.files += 1
        yield from (*parsed.problems, *self.missing_articles(parsed))

    def missing_articles(self, parsed: Parsed[Any]) -> Iterator[Problem]:
        """Yield pins and decisions about files that do not exist; only an import can look up addresses."""
        if parsed.record is None or parsed.path in GROWN_FILES:
            return
        for key in ("pins", "decisions", "leads", "compared", "names"):
            for index, item in enumerate(getattr(parsed.record, key, ())):
                names = [name for at in ("article", "joins", "other") if (name := getattr(item, at, None))]
                articles = {name: article for name in names if (article := self.article_of(name))}
                if not is_complete(names, articles):
                    yield parsed.problem(*missing_article((key, index)))

    def article_of(self, name: str) -> object:
        """Return what identifies the article with this name, or None if there cannot be a file for it."""
        if is_address(name) or name.startswith("/"):
            return name
        address = named_address(name)
        # A name may be too long for any file, for which Path raises an error.
        if os.path.isfile(self.found.root / name):  # noqa: PTH113
            return address or name
        # A file that was renamed may have left its address to another one.
        return address if address in self.addresses else None

    @cached_property
    def addresses(self) -> Container[Address | None]:
        """The addresses of all article files of the site, by their names."""
        return named_addresses(self.found.root, without=())


def _files_in(found: Found, folder: str, suffixes: tuple[str, ...]) -> list[SourceFile]:
    """Return all files in a folder of a site, whether they are to be checked or not: other files may refer to them."""
    paths = sorted(path.relative_to(found.root).as_posix() for path in (found.root / folder).rglob("*"))
    return [SourceFile(found.root, path) for path in paths if path.lower().endswith(suffixes)]
