"""What an export wrote, as one git commit in the names of those who edited it.

What a commit is to hold is noted in the repository's own folder before anything is written, and forgotten when it is
committed. So a commit that failed, by a hook or without an identity, is made up for by the next one.
"""

import datetime as dt
import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Model, Q

from articles.content.files import digest_of
from articles.content.frontmatter import FrontMatterError, load
from articles.content.yaml.patcher import parts_of
from articles.models import Action, ActionTarget, Article, ArticleTopic, RelatedLink
from articles.sync.decisions import DECISION_FILES
from articles.sync.exports.atomic_files import OutsideError, Saving
from articles.sync.exports.export import Change
from articles.sync.exports.git import Repository
from articles.sync.exports.pending import Draft
from articles.sync.imports.taxonomy import file_key

BATCH_SIZE = 500  # changes whose editors are looked for together
NOTES = "newsreader-export.json"
LISTED = 20  # paths in a commit's message
MISSING = object()
NO_HOST = "users.noreply.invalid"
# What editors change of an article that no file says.
UNWRITTEN = frozenset({"edited", "conflicts", "is_draft", "publish_at", "unlist_at", "date", "slug"})


@dataclass(slots=True)
class Planned:
    """A file that is to be committed: the sha256 of what is written into it, and its editors' ids."""

    digest: str
    editors: set[int] = field(default_factory=set)
    is_article: bool = True


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit: its short name, its subject, and how many of its files had other changes that were not committed yet."""

    name: str
    subject: str
    with_others: int


class Committing:
    """The commit of an export into ``root``: planned before anything is written, made afterwards.

    Raises RepositoryError, before anything is written, where no commit could be made.
    """

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.repository = Repository.around(self.root)
        self.repository.check_is_free()
        self.planned: dict[str, Planned] = {}
        self.with_others: set[str] = set()

    def plan(self, changes: Iterable[Change]) -> None:
        """Note what is about to be written, and what an earlier run wrote and could not commit."""
        changes = iter(changes)
        while batch := list(islice(changes, BATCH_SIZE)):
            editors = who_changed(batch, self.root)
            for change in batch:
                with suppress(OutsideError):  # the export names it as a problem
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
        self.keep_notes(self.planned)

    def commit(self, paths: Collection[str]) -> Committed | None:
        """Commit what was written to ``paths``, counted from the site folder, and what is left of earlier runs.

        Returns None where that is what the last commit has already. Raises RepositoryError with what git or a hook
        said; the files stay as they are then.
        """
        written = {self.path(path) for path in paths}
        differing = self.repository.differing(self.root)
        chosen = {path: self.planned.get(path, Planned("")) for path in written & differing.keys()}
        chosen |= {path: each for path, each in self.planned.items()
                   if path in differing and path not in chosen and self.is_as_written(path, each)}  # fmt: skip
        if not chosen:
            self.keep_notes({})
            return None
        new = {path for path in chosen if differing[path]}
        subject = subject_of(chosen, new)
        editors = {pk for each in chosen.values() for pk in each.editors}
        name = self.repository.commit(sorted(chosen), sorted(new), message_of(subject, chosen, new, editors))
        self.keep_notes({})
        return Committed(name, subject, len(self.with_others & chosen.keys()))

    def path(self, path: str) -> str:
        """Return the way from the top of the repository to what a path below the site folder leads to."""
        return Saving(self.root).location(path).relative_to(self.repository.top).as_posix()

    def is_as_written(self, path: str, planned: Planned) -> bool:
        with suppress(OSError):
            return digest_of((self.repository.top / path).read_bytes()) == planned.digest
        return False

    # -- Notes for the next run ---------------------------------------------------------

    def notes(self) -> dict[str, Planned]:
        """Return what earlier runs were to commit below this site folder."""
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
            return {}  # there are none, or those of another version

    def keep_notes(self, planned: Mapping[str, Planned]) -> None:
        others = {path: each for path, each in self.all_notes().items() if not self.is_below(path)}
        place = self.repository.git_path(NOTES)
        if notes := {path: (each.digest, sorted(each.editors), each.is_article)
                     for path, each in {**others, **planned}.items()}:  # fmt: skip
            waiting = place.with_name(f"{NOTES}.tmp")
            waiting.write_text(json.dumps(notes), encoding="ascii")
            waiting.replace(place)
        else:
            place.unlink(missing_ok=True)


# -- Who changed what -------------------------------------------------------------


def who_changed(changes: Collection[Change], root: Path) -> dict[str, set[int]]:
    """Return the ids of the users whose work the files are to say, by path."""
    editors: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        if change.draft:
            editors[change.path] = who_said(change.draft, root / change.path)
    paths: dict[int, str] = {}
    wanted: dict[int, set[str] | None] = {}
    for change in changes:
        if (article := change.article) is None:
            continue
        paths[article.pk] = change.path
        if change.old is None and article.source_path is None:
            wanted[article.pk] = None
            editors[change.path].update(filter(None, [article.drafted_by_id]))
        elif change.old is None:
            wanted[article.pk] = {file_key(name) for name in article.edited}
        else:
            wanted[article.pk] = changed_keys(change.old, change.new)
    for pk, users in editors_of(Article._meta.label_lower, wanted).items():
        editors[paths[pk]] |= users
    return editors


def who_said(draft: Draft, location: Path) -> set[int]:
    """Return the ids of the users who said what a file of ``_data`` is to say."""
    # Lists have no columns of their own, and decisions that were taken back no rows: deeds are counted from the time when
    # the file was written last.
    deeds = Action.objects.filter(user__isnull=False)
    with suppress(OSError):
        deeds = deeds.filter(time__gt=dt.datetime.fromtimestamp(location.stat().st_mtime, dt.UTC))
    if draft.row is not None:
        deeds = deeds.filter(targets__label=draft.row._meta.label_lower, targets__object_id=draft.row.pk)
    else:
        deeds = deeds.filter(
            _about([each.model for file in DECISION_FILES if file.path == draft.path for each in file.lists])
        )
    return set(deeds.values_list("user_id", flat=True))


def _about(models: Collection[type[Model]]) -> Q:
    """Return the condition that a deed changed, made or deleted rows of models; of none, that there is no deed."""
    condition = Q(pk__in=[])
    for model in models:
        label = model._meta.label_lower
        condition |= Q(changed__has_key=label) | Q(created__has_key=label) | Q(deleted__has_key=label)
    return condition


def changed_keys(old: str, new: str) -> set[str] | None:
    """Return the keys of front matter, and "body", in which two texts of a file differ; None where that cannot be told."""
    try:
        before, after = parts_of(old), parts_of(new)
        one, other = load(before.front_matter).value, load(after.front_matter).value
    except (FrontMatterError, yaml.YAMLError, ValueError):
        return None
    keys = {str(key) for key in one.keys() | other.keys() if one.get(key, MISSING) != other.get(key, MISSING)}
    return keys | ({"body"} if before.body != after.body else set())


def editors_of(label: str, wanted: Mapping[int, set[str] | None]) -> dict[int, set[int]]:
    """Return the ids of the users who changed rows of a model, by the rows' ids.

    Only deeds count that touched the keys ``wanted`` of a row (None: any), and none from before the row last said
    what its file does: ``edited`` was empty then.
    """
    targets = ActionTarget.objects.filter(label=label, object_id__among=set(wanted)).order_by("-action_id")
    deeds: dict[int, list[int]] = defaultdict(list)
    for pk, deed in targets.values_list("object_id", "action_id"):
        deeds[pk].append(deed)
    ids = {deed for each in deeds.values() for deed in each}
    by_id = Action.objects.only("user_id", "changed", "created", "deleted").in_bulk(ids)
    return {pk: set(_editors(label, pk, [by_id[deed] for deed in each], wanted[pk])) for pk, each in deeds.items()}


def _editors(label: str, pk: int, deeds: Iterable[Action], wanted: set[str] | None) -> Iterator[int]:
    for deed in deeds:  # the latest first
        touched = set(_touched(deed, label, pk))
        if deed.user_id is not None and touched and (wanted is None or touched & wanted):
            yield deed.user_id
        before = deed.changed.get(label, {}).get(str(pk), {}).get("edited", [True])[0]
        if not before or str(pk) in deed.created.get(label, {}):
            return


def _touched(deed: Action, label: str, pk: int) -> Iterator[str]:
    """Yield the keys of a row's file that a deed changed."""
    columns = deed.created.get(label, {}).get(str(pk)) or deed.changed.get(label, {}).get(str(pk), {})
    yield from (file_key(name.removesuffix("_id")) for name in columns if name not in UNWRITTEN)
    if isinstance(columns.get("edited"), list) and all(isinstance(each, dict) for each in columns["edited"]):
        before, after = columns["edited"]
        yield from (file_key(name) for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    if label == Article._meta.label_lower:
        for model, name in ((ArticleTopic, "topics"), (RelatedLink, "related")):
            parts = (part.get(model._meta.label_lower, {}) for part in (deed.changed, deed.created, deed.deleted))
            if any(_is_of(row, pk) for part in parts for row in part.values()):
                yield name


def _is_of(row: Mapping[str, Any], pk: int) -> bool:
    """Return whether a row is of an article; of what only changed its place, the deed does not say whose it is."""
    found = row.get("article_id", pk)
    return pk in found if isinstance(found, list) else bool(found == pk)


# -- The message ------------------------------------------------------------------


def subject_of(chosen: Mapping[str, Planned], new: Collection[str]) -> str:
    """Return the first line of a commit's message: how many files of which kind."""
    numbers = {
        "edited article": sum(each.is_article and path not in new for path, each in chosen.items()),
        "new article": sum(each.is_article and path in new for path, each in chosen.items()),
    }
    numbers["other file" if any(numbers.values()) else "file"] = len(chosen) - sum(numbers.values())
    parts = [f"{number} {what}{'' if number == 1 else 's'}" for what, number in numbers.items() if number]
    return f"Export {' and '.join(filter(None, (', '.join(parts[:-1]), parts[-1])))}"


def message_of(subject: str, chosen: Mapping[str, Planned], new: Collection[str], editors: Collection[int]) -> str:
    """Return a commit's message: what it is about, some of its files, and its editors as co-authors."""
    lines = [f"- {'new' if path in new else 'changed'}: {one_line(path)}" for path in sorted(chosen)]
    if len(lines) > LISTED:
        lines[LISTED:] = [f"- and {len(lines) - LISTED} more"]
    paragraphs = [subject, "\n".join(lines)]
    users = get_user_model().objects.filter(pk__in=editors).order_by("pk")
    if trailers := [f"Co-authored-by: {co_author(user)}" for user in users]:
        paragraphs.append("\n".join(dict.fromkeys(trailers)))
    return "\n\n".join(paragraphs) + "\n"


def co_author(user: Any) -> str:
    """Return ``Name <address>`` of a user, whatever they call themselves."""
    name = one_line(user.get_full_name().replace("<", " ").replace(">", " ")).strip(" .,:;\"'")
    name = (
        name or one_line(user.get_username().replace("<", " ").replace(">", " ")).strip(" .,:;\"'") or f"User {user.pk}"
    )
    return f"{name[:100].rstrip()} <{address_of(user)}>"


def address_of(user: Any) -> str:
    """Return a user's address, or one at which nobody is written to."""
    email = str(getattr(user, "email", "") or "")
    if len(email) <= 254 and re.fullmatch(r"[^\s<>@,;:\"'()\\]+@[^\s<>@,;:\"'()\\]+", email) and email.isprintable():
        return email
    username = user.get_username()
    local = re.sub(r"[^A-Za-z0-9._+-]+", "-", username).strip("-.")[:64]
    # Two names that come to one are told apart.
    name = local if local == username else f"{local or 'user'}-{user.pk}"
    return f"{name}@{noreply_host()}"


def noreply_host() -> str:
    """Return a host of the site's own where no mail goes, or one that cannot exist."""
    for host in settings.ALLOWED_HOSTS:
        if re.fullmatch(r"\.?(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]*", host):
            return f"users.noreply.{host.lstrip('.')}"
    return NO_HOST


def one_line(text: str) -> str:
    """Return a text as a line that hides and reorders nothing."""
    kept = "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in text)
    return " ".join(kept.split())
