"""Compares a site with an archive: the numbers of rows, and the pages that the archive has digests of."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.utils import timezone

from articles.db.locks import reading
from articles.models import page_queries
from newsreader.backup.manifest import Manifest
from newsreader.backup.states import applied, known, models_of
from newsreader.backup.tables import DERIVED, MADE_BY_MIGRATE, MADE_BY_RUNNING, kept_models, kept_rows, label

NAMED = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """What was compared, the sentences about what differs, and those about what could not be compared."""

    tables: int
    pages: int
    differences: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def compare(manifest: Manifest) -> Comparison:
    """Compare the database and its pages with an archive."""
    with reading():
        differing = list(_counts(manifest))
        wrong, compared, notes = _pages(manifest)
    tables = len(_compared(manifest))
    return Comparison(tables, compared, [*differing, *wrong], notes)


def _compared(manifest: Manifest) -> list[str]:
    """Return the tables whose rows are counted: not those that migrations or the site itself change."""
    changing = MADE_BY_RUNNING | MADE_BY_MIGRATE
    if manifest.migrations != known():
        changing |= DERIVED
    return [name for name in manifest.tables if name not in changing]


def _counts(manifest: Manifest) -> Iterator[str]:
    models = {label(model): model for model in kept_models(models_of(applied()))}
    for name in _compared(manifest):
        there, model = manifest.tables[name].rows, models.get(name)
        here = kept_rows(model).count() if model else 0
        if here != there:
            yield f"{name.replace('.', '_')}: {here} rows, the archive has {there}"


def _pages(manifest: Manifest) -> tuple[list[str], int, list[str]]:
    """Return what differs, the number of pages that were compared, and why some were not."""
    if manifest.migrations != known():
        return [], 0, ["Pages are not compared: the archive is of an older release, which made them differently."]
    if not manifest.pages:
        return [], 0, ["Pages are not compared: the archive has no digests of them."]
    # Imported here, as it takes all views.
    from newsreader.backup.pages import NoPageError, digests_of, shown_settings

    now = shown_settings()
    others = sorted(name for name, digest in manifest.shown_settings.items() if now.get(name) != digest)
    if others:
        return [], 0, [f"Pages are not compared, as they show settings that are others here: {', '.join(others)}."]
    try:
        found = digests_of(manifest.pages)
    except NoPageError as error:
        return [f"{error}: the page cannot be rendered here ({error.__cause__})"], 0, []
    wrong = [address for address, page in manifest.pages.items() if found[address] != page]
    lines = [f"{address}: not the page that the source had" for address in wrong[:NAMED]]
    if len(wrong) > NAMED:
        lines.append(f"and {len(wrong) - NAMED} more pages")
    notes = []
    due = page_queries.next_change_by_time(dt.datetime.fromisoformat(manifest.created))
    if wrong and due and due <= timezone.now():
        notes.append(
            "Since the backup, articles were due to be listed, or pins to begin or end: pages change with that."
        )
    return lines, len(found), notes
