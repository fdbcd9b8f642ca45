"""Asks before articles of one's own come in beside the sample edition."""

import sys
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from articles.sync.sample import has_edits, other_articles, remove_sample, sample_articles, sample_folder

GONE = "The sample edition is out; accounts stay."
REFUSED = """this site has the sample edition, and articles of your own do not mix with it unasked. Nothing was imported.
This takes the sample edition away first:

  {}

With --with-sample, import_articles imports beside it."""


def offer_to_remove(paths: Iterable[Path], out: OutputWrapper, command: str) -> None:
    """Take the sample edition away if the one at the terminal agrees, before other files than its own come in.

    Raise CommandError with exit code 2 where nobody can be asked, or nobody answers; ``command`` is what to run then.
    """
    theirs = [path for path in paths if not path.resolve().is_relative_to(sample_folder())]
    if not theirs or not sample_articles().exists() or other_articles().exists():
        return
    if not sys.stdin.isatty():
        raise CommandError(REFUSED.format(command), returncode=2)
    edits = ", with what editors did to it," if has_edits() else ""
    out.write(f"This site has the sample edition. Take it away{edits} before {theirs[0]} comes in?")
    if answer("y: only your own articles; n: both, side by side [Y/n] ", "y"):
        remove_sample()
        out.write(GONE)


def answer(question: str, default: str) -> bool:
    """Ask until the answer is yes or no; the end of the input stops the command."""
    while True:
        try:
            given = input(question).strip().lower() or default
        except EOFError:
            raise CommandError("not answered; nothing was imported", returncode=2) from None
        if given in ("y", "yes", "n", "no"):
            return given.startswith("y")
