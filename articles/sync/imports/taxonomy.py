"""What imports of topics and of providers have in common."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from articles.content.files import Content, SourceFile, read
from articles.content.image_files import missing_image
from articles.content.parsing import Parsed
from articles.content.problems import Problem
from articles.content.schema import AnyRecord
from articles.content.values import own_images
from articles.content.yaml.reader import Where
from articles.models import Provider, Topic, TopicAlias
from articles.sync.data_files import StoredFile, store_file
from articles.sync.imports.assets import Assets
from articles.sync.names import slug_for

ProblemSink = Callable[[Problem], None]
# A file, its content, and what was parsed from it.
DataFile: TypeAlias = tuple[SourceFile, Content, Parsed[AnyRecord]]


def read_all(
    files: Sequence[SourceFile],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    assets: Assets,
    add_problem: ProblemSink,
) -> list[DataFile[AnyRecord]]:
    """Read and parse files; this happens before the write lock is taken."""
    found = []
    for file in files:
        content = read(file)
        if isinstance(content, Problem):
            add_problem(content)
            continue
        parsed = parse(file.path, content.data)
        for problem in parsed.problems:
            add_problem(problem)
        copy_images(parsed, assets, add_problem)
        found.append((file, content, parsed))
    return found


def with_before(
    files: Sequence[DataFile[AnyRecord]],
    parse: Callable[[str, bytes], Parsed[AnyRecord]],
    stored: Mapping[str, StoredFile],
) -> Iterable[tuple[SourceFile, Parsed[AnyRecord], Parsed[AnyRecord] | None]]:
    """Yield parsed files, each with its parsed content at the last import if that was different."""
    for file, content, parsed in files:
        before = stored.get(file.path)
        if parsed.record is not None:
            store_file(file, content, before)
        # A file as an export wrote it has no changes.
        is_changed = before is not None and not before.knows(content.digest)
        yield file, parsed, parse(file.path, before.data) if before and is_changed else None


def copy_images(parsed: Parsed[Any], assets: Assets, add_problem: ProblemSink) -> None:
    """Copy the images in the site folder that a file names."""
    if parsed.record is None:
        return
    for image in own_images(parsed.values):
        if not assets.copy(image.url):
            add_problem(Problem(parsed.path, parsed.line_of(image.where), "W405", missing_image(image.url)))


def is_anothers(described: Topic | Provider | None, heir: Topic | Provider | None) -> bool:
    """Return whether a file's name or domain was merged into ``heir``, which this file does not describe."""
    return heir is not None and (described is None or described.pk != heir.pk)


def merged_problem(found: Parsed[Any], where: Where, name: str, heir: str) -> Problem:
    message = f"{name} is merged into {heir}, which is described elsewhere; this file is not used"
    return Problem(found.path, found.line_of(where), "N503", message)


def release_path(described: Topic | Provider | None, describes: Topic | Provider) -> None:
    """Remove a file's path from the row that it described before, if that was another one."""
    if described is not None and described.pk != describes.pk:
        type(described)._default_manager.filter(pk=described.pk).update(source_path=None)


def changes_of_list(
    key: str, found: Parsed[Any], before: Parsed[Any] | None, is_known: bool
) -> tuple[list[tuple[int, str]], list[str]]:
    """Return the items added to a list in a file since the last import, with their indexes, and those removed."""
    now = list(enumerate(map(str, found.values.get(key) or [])))
    if before is None:
        # The file is unchanged, or new.
        return ([], []) if is_known else (now, [])
    old = [str(each) for each in before.values.get(key) or []]
    texts = [text for _, text in now]
    return [(at, text) for at, text in now if text not in old], [text for text in old if text not in texts]


def taken_problem(found: Parsed[Any], where: tuple[str, int], name: str, kind: str) -> Problem:
    message = f"{where[0]}[{where[1] + 1}]: {name} belongs to another {kind}; merge the two in the admin"
    return Problem(found.path, found.line_of(where), "W413", message)


def name_conflicts(
    row: Topic | Provider,
    found: Parsed[Any],
    values: dict[str, Any],
    before: dict[str, Any] | None,
    add_problem: ProblemSink,
) -> None:
    """Report fields that the file and an editor changed differently; the editor's value stays."""
    for name in sorted(row.edited):
        mine = getattr(row, name)
        if isinstance(mine, Topic):
            mine = mine.key
        if before and name in values and before.get(name) != values[name] != mine:
            key = "_id" if name == "slug" else name
            message = f"{key} was changed here and by an editor; the editor's stays"
            add_problem(Problem(found.path, found.line_of((key,)), "W408", message))


def save_changes(row: Topic | Provider, values: dict[str, Any], described: dict[str, Any]) -> None:
    """Save the values of a file, except for fields in which an editor's value differs from the ``described`` one."""
    edited = [name for name in row.edited if name not in described or getattr(row, name) != described[name]]
    changed = {name: value for name, value in values.items() if name not in edited and getattr(row, name) != value}
    if edited != row.edited:
        changed["edited"] = edited
    for name, value in changed.items():
        setattr(row, name, value)
    if changed or row.pk is None:
        row.save()


def free_slug(name: str) -> str:
    """Return a slug that no other topic has or had; C, C++ and C# get different ones."""
    wanted = slug_for(name)
    models: tuple[type[Topic | TopicAlias], ...] = (Topic, TopicAlias)
    slugs = [model._default_manager.filter(slug__startswith=wanted).order_by().values_list("slug") for model in models]
    taken = {slug for (slug,) in slugs[0].union(slugs[1])}
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
