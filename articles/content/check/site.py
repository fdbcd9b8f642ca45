"""Checks one site: each file by itself, and compared with the others."""

import datetime as dt
from collections.abc import Iterator
from functools import partial
from itertools import chain, islice

from articles.content.check.article_files import ArticleChecker, Checked, check_articles
from articles.content.check.data_files import DataCheck
from articles.content.check.report import Report
from articles.content.duplicates import Pieces, duplicate_of
from articles.content.files import Found, find
from articles.content.identity import Address, addresses_for, named_addresses
from articles.content.layout import TOPIC_FOLDER
from articles.content.problems import Problem
from articles.content.processes import Workers, cores
from articles.content.site_rules import created_topic, problem_in, taken_address

CHUNK_SIZE = 50  # files that are checked at a time
AHEAD = 2 * cores()  # chunks that workers have before them; bounds what waits to be printed


class SiteCheck:
    """Checks the given files below one root; ``taken`` are the paths that have an address already."""

    def __init__(
        self, found: Found, now: dt.datetime, report: Report, taken: dict[Address, str], pieces: Pieces
    ) -> None:
        self.found = found
        self.now = now
        self.report = report
        self.taken = taken
        self.pieces = pieces
        self.data = DataCheck(found, report)
        self.needs_topic_files = (found.root / TOPIC_FOLDER).is_dir()
        # A hook passes changed files only; the addresses of the others follow from their names, without reading them.
        self.others = named_addresses(found.root, without=found.articles.paths)

    def problems(self, workers: Workers | None) -> Iterator[Problem]:
        """Yield problems in the order of paths; ``workers``, if any, read articles."""
        yield from self.data.problems()
        for checked in self.checked_articles(workers):
            self.report.files += checked.is_read
            yield from sorted([*checked.problems, *self.problems_beside_others(checked)])

    def checked_articles(self, workers: Workers | None) -> Iterator[Checked]:
        remaining, check = (
            iter(self.found.articles),
            partial(check_articles, self.found.root, self.now, self.found.dialect),
        )
        chunks = iter(lambda: tuple(islice(remaining, CHUNK_SIZE)), ())
        return chain.from_iterable(workers.map(check, chunks, AHEAD) if workers else map(check, chunks))

    def problems_beside_others(self, checked: Checked) -> Iterator[Problem]:
        """Yield the problem of an article's address on the site, or else the problems that depend on other files."""
        if checked.address is None:
            return
        path = checked.file.path
        possible = addresses_for(path, checked.address, self.found.dialect)
        owners = (self.other_owner(address, path) for address in possible)
        first = next(owners)
        if first and all(owners):
            yield taken_address(path, checked.address, first)
            return
        yield from checked.image_problems
        yield from self.new_topics(checked)
        if problem := duplicate_of(checked.file, checked.piece, self.pieces):
            yield problem

    def other_owner(self, address: Address, path: str) -> str | None:
        """Return the other file that has an address, or None and record it as the address of ``path``."""
        owner = self.taken.setdefault(address, path)
        return self.unchecked_owner(address) if owner == path else owner

    def unchecked_owner(self, address: Address) -> str | None:
        """Return the file that has an address, though it is not one of those to check."""
        path = self.others.get(address)
        for file in find(self.found.root / path).articles if path else ():
            # The name alone is not enough: the file may be broken, or a link out of the folder.
            if (
                file.path == path
                and ArticleChecker(self.found.root, self.now, self.found.dialect).check(file).address == address
            ):
                return path
        return None

    def new_topics(self, checked: Checked) -> Iterator[Problem]:
        """Yield the topics without a file that no earlier file uses."""
        for index, name in enumerate(checked.topics if self.needs_topic_files else ()):
            if self.data.topics.add(name):
                yield problem_in(checked.file, *created_topic(("topics", index), name))
