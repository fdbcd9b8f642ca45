"""Files whose articles were cleaned up: imports leave them out, and say once how many there are."""

from collections.abc import Collection, Sequence

from articles.content.problems import Problem
from articles.models import Article, Tombstone
from articles.sync.imports.incoming import IncomingArticle

# Paths that are looked up one by one, instead of going through all that stay out.
FEW = 1000


def without_cleaned_up(articles: Sequence[IncomingArticle]) -> list[IncomingArticle]:
    """Return the articles of files that do not stay out, and of those that have an article all the same."""
    files = [article.file for article in articles if article.file]
    if not files or not Tombstone.objects.exists():
        return list(articles)
    paths = {file.path for file in files}
    out = set(Tombstone.objects.filter(source_path__among=paths).values_list("source_path", flat=True))
    digests = {file.digest for file in files}
    same = set(Tombstone.objects.filter(file_digest__among=digests).values_list("file_digest", flat=True))
    out |= {file.path for file in files if file.digest in same}
    out -= set(Article.objects.filter(source_path__among=out).values_list("source_path", flat=True)) if out else set()
    return [article for article in articles if not (article.file and article.file.path in out)]


def known_tombstones(paths: Collection[str]) -> dict[str, tuple[str, str]]:
    """Return digest and stamp of files that stay out, by path, so that unchanged ones are not even read."""
    rows = Tombstone.objects.filter(source_path__among=set(paths)).exclude(file_digest="")
    return {
        path: (digest, stamp) for path, digest, stamp in rows.values_list("source_path", "file_digest", "file_stamp")
    }


def note_of(paths: Collection[str]) -> Problem | None:
    """Return the note about the files of a folder that stay out, None if there are none."""
    found = Tombstone.objects.order_by("source_path").values_list("source_path", flat=True)
    if len(paths) <= FEW:
        found = found.filter(source_path__among=set(paths))
    there = [path for path in found.iterator() if path in paths]
    if not there:
        return None
    text = "1 file stays out, as its article was cleaned up"
    if len(there) > 1:
        text = f"{len(there):,} files stay out, as their articles were cleaned up; this is the first"
    return Problem(there[0], 0, "N507", text)
