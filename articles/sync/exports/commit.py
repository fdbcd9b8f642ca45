"""Commits what an export wrote to git, with the editors as co-authors.

What is to be committed is noted in the repository's git folder before anything is written, and removed after the commit.
If a commit fails, because of a hook or a missing identity, the next one includes its files.
"""

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model

from articles.content.files import digest_of
from articles.sync.exports.atomic_files import OutsideError, Saving
from articles.sync.exports.authors import who_changed
from articles.sync.exports.change import Change
from articles.sync.exports.git import Repository

BATCH_SIZE = 500  # changes whose editors are looked up together
NOTES = "newsreader-export.json"
LISTED = 20  # paths in a commit's message
NO_HOST = "users.noreply.invalid"


@dataclass(slots=True)
class Planned:
    """A file to be committed: the sha256 of its new content, and the ids of its editors."""

    digest: str
    editors: set[int] = field(default_factory=set)
    is_article: bool = True


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit: its short hash, its subject, and how many of its files also had other uncommitted changes."""

    name: str
    subject: str
    with_others: int


class Committing:
    """The commit of an export into ``root``: planned before anything is written, and made afterwards.

    Raises RepositoryError before anything is written if a commit is not possible.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.repository = Repository.around(self.root)
        self.repository.check_is_free()
        self.planned: dict[str, Planned] = {}
        self.with_others: set[str] = set()

    def plan(self, changes: Iterable[Change]) -> None:
        """Note what is about to be written, and what earlier runs wrote but could not commit."""
        changes = iter(changes)
        while batch := list(islice(changes, BATCH_SIZE)):
            editors = who_changed(batch, self.root)
            for change in batch:
                with suppress(OutsideError):  # the export reports it as a problem
                    is_article = change.article is not None
                    self.planned[self.path(change.path)] = Planned(
                        digest_of(change.data), editors[change.path], is_article
                    )
        self.repository.check_takes(self.planned)
        differing = self.repository.differing(self.root)
        self.with_others = self.planned.keys() & differing.keys()
        for path, earlier in self.notes().items():
            if path in differing and self.is_as_written(path, earlier):
                self.with_others.discard(path)
                self.planned.setdefault(path, earlier).editors |= earlier.editors
        self.store_notes(self.planned)

    def commit(self, paths: Collection[str]) -> Committed | None:
        """Commit ``paths`` (relative to the site folder) and what is left of earlier runs.

        Returns None if nothing differs from the last commit. Raises RepositoryError with the output of git or a hook;
        the files stay as they are then.
        """
        written = {self.path(path) for path in paths}
        differing = self.repository.differing(self.root)
        chosen = {path: self.planned.get(path, Planned("")) for path in written & differing.keys()}
        chosen |= {path: each for path, each in self.planned.items()
                   if path in differing and path not in chosen and self.is_as_written(path, each)}  # fmt: skip
        if not chosen:
            self.store_notes({})
            return None
        new = {path for path in chosen if differing[path]}
        subject = subject_of(chosen, new)
        editors = {pk for each in chosen.values() for pk in each.editors}
        name = self.repository.commit(sorted(chosen), sorted(new), message_of(subject, chosen, new, editors))
        self.store_notes({})
        return Committed(name, subject, len(self.with_others & chosen.keys()))

    def path(self, path: str) -> str:
        """Return the path from the top of the repository for a path in the site folder, with links followed."""
        return Saving(self.root).location(path).relative_to(self.repository.top).as_posix()

    def is_as_written(self, path: str, planned: Planned) -> bool:
        with suppress(OSError):
            return digest_of((self.repository.top / path).read_bytes()) == planned.digest
        return False

    # -- Notes for the next run ---------------------------------------------------------

    def notes(self) -> dict[str, Planned]:
        """Return the files in this site folder that earlier runs were to commit."""
        return {path: each for path, each in self.all_notes().items() if self.is_below(path)}

    def is_below(self, path: str) -> bool:
        return (self.repository.top / path).is_relative_to(self.root)

    def all_notes(self) -> dict[str, Planned]:
        try:
            found = json.loads(self.repository.git_path(NOTES).read_bytes())
            return {
                str(path): Planned(str(digest), set(map(int, editors)), bool(is_article))
                for path, (digest, editors, is_article) in found.items()
                if not Path(path).is_absolute() and ".." not in Path(path).parts
            }
        except (OSError, ValueError, TypeError, AttributeError):
            return {}  # no notes, or those of another version

    def store_notes(self, planned: Mapping[str, Planned]) -> None:
        others = {path: each for path, each in self.all_notes().items() if not self.is_below(path)}
        location = self.repository.git_path(NOTES)
        if notes := {path: (each.digest, sorted(each.editors), each.is_article)
                     for path, each in {**others, **planned}.items()}:  # fmt: skip
            waiting = location.with_name(f"{NOTES}.tmp")
            waiting.write_text(json.dumps(notes), encoding="ascii")
            waiting.replace(location)
        else:
            location.unlink(missing_ok=True)


# -- The message ------------------------------------------------------------------


def subject_of(chosen: Mapping[str, Planned], new: Collection[str]) -> str:
    """Return the first line of a commit's message, with the numbers of files by kind."""
    numbers = {
        "edited article": sum(each.is_article and path not in new for path, each in chosen.items()),
        "new article": sum(each.is_article and path in new for path, each in chosen.items()),
    }
    numbers["other file" if any(numbers.values()) else "file"] = len(chosen) - sum(numbers.values())
    parts = [f"{number} {what}{'' if number == 1 else 's'}" for what, number in numbers.items() if number]
    return f"Export {' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))}"


def message_of(subject: str, chosen: Mapping[str, Planned], new: Collection[str], editors: Collection[int]) -> str:
    """Return a commit's message: the subject, some of its files, and its editors as co-authors."""
    lines = [f"- {'new' if path in new else 'changed'}: {one_line(path)}" for path in sorted(chosen)]
    if len(lines) > LISTED:
        lines[LISTED:] = [f"- and {len(lines) - LISTED} more"]
    paragraphs = [subject, "\n".join(lines)]
    users = get_user_model().objects.filter(pk__among=editors).order_by("pk")
    if trailers := [f"Co-authored-by: {co_author(user)}" for user in users]:
        paragraphs.append("\n".join(dict.fromkeys(trailers)))
    return "\n\n".join(paragraphs) + "\n"


def co_author(user: Any) -> str:
    """Return ``Name <address>`` of a user, safe for any user name."""
    name = one_line(user.get_full_name().replace("<", " ").replace(">", " ")).strip(" .,:;\"'")
    name = (
        name or one_line(user.get_username().replace("<", " ").replace(">", " ")).strip(" .,:;\"'") or f"User {user.pk}"
    )
    return f"{name[:100].rstrip()} <{address_of(user)}>"


def address_of(user: Any) -> str:
    """Return a user's email address, or one that does not receive mail."""
    email = str(getattr(user, "email", "") or "")
    if len(email) <= 254 and re.fullmatch(r"[^\s<>@,;:\"'()\\]+@[^\s<>@,;:\"'()\\]+", email) and email.isprintable():
        return email
    username = user.get_username()
    local = re.sub(r"[^A-Za-z0-9._+-]+", "-", username).strip("-.")[:64]
    # Different user names must not get the same address.
    name = local if local == username else f"{local or 'user'}-{user.pk}"
    return f"{name}@{noreply_host()}"


def noreply_host() -> str:
    """Return a host name below the site's own that receives no mail, or one that cannot exist."""
    for host in settings.ALLOWED_HOSTS:
        if re.fullmatch(r"\.?(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*", host):
            return f"users.noreply.{host.lstrip('.')}"
    return NO_HOST


def one_line(text: str) -> str:
    """Return a text as one line without control characters."""
    shown = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(shown.split())
