"""What editors decide goes to the files, and a fresh import of them is the same site, page for page."""

import datetime as dt
import re
import shutil
from collections.abc import Callable
from difflib import unified_diff
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from articles.models import (
    Article,
)
from articles.sync.exports.folder import ExportReport
from bench.generate import generate_site
from tests.conftest import SEED_EDITION
from tests.support.export_runs import run_export
from tests.support.import_runs import import_problems
from tests.support.site_files import article_text
from tests.support.whole_site import addresses_of, edit_addresses, edit_everything, pages

pytestmark = pytest.mark.django_db
EVENTS = [
    "Ferries return after storms",
    "Orchard keepers count their bees",
    "Museum lends out old maps",
    "Choir fills abandoned railway hall",
    "Bakers revive forgotten rye loaves",
]


def copy_of(source: str, to: Path, corpora: Callable[[], Path]) -> None:
    """Make a site folder to edit: of the corpora every 24th article, which is enough of each kind; add stories."""
    if source == "generated":
        generate_site(to, 45, 8)
    elif source == "sample":
        shutil.copytree(SEED_EDITION, to)
    else:
        shutil.copytree(corpora() / source / "_data", to / "_data")
        (to / "_news").mkdir()
        for path in sorted((corpora() / source / "_news").glob("*.md"))[::24]:
            shutil.copy(path, to / "_news")
    for event in EVENTS if source != "sample" else ():
        write_accounts(to / "_news", event)


def write_accounts(folder: Path, event: str) -> None:
    """Write three accounts of an event, a story."""
    slug = event.lower().replace(" ", "-")
    for number in range(3):
        path = folder / f"2024-03-0{number + 1}-{slug}-{number}.md"
        path.write_text(
            article_text(
                title=event,
                publishedDateTime=f"2024-03-0{number + 1}T0{number}:00:00Z",
                webUrl=f"https://account{number}.example/{slug}",
                heat=10 + number,
                published="true" if number else "false",
                provider=f"{{name: Account {number}, domain: account{number}.example}}",
            )
        )


# All of them written whole; real files, which differ most, changed where they are.
@pytest.mark.parametrize(
    ("source", "everything"),
    [
        pytest.param("generated", True, id="generated-all"),
        pytest.param("sample", True, id="sample-all", marks=pytest.mark.any_database),
        pytest.param("azure-sample", True, id="azure-all", marks=pytest.mark.any_database),
        pytest.param("azure-sample", False, id="azure-changes"),
    ],
)
def test_after_an_export_a_fresh_import_is_the_same_site_page_for_page(
    tmp_path: Path,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
    source: str,
    everything: bool,
) -> None:
    # Pages tell how old articles are.
    monkeypatch.setattr(timezone, "now", lambda: dt.datetime(2025, 1, 1, tzinfo=dt.UTC))
    site = tmp_path / "site"
    copy_of(source, site, lambda: request.getfixturevalue("corpora"))
    undo = transaction.savepoint()
    import_problems(site)
    edit_everything()
    if everything:
        edit_addresses()
    addresses = addresses_of(everything)
    before = pages(client, addresses, everything)
    out = tmp_path / "out" if everything else site
    out.mkdir(exist_ok=True)
    assert run_export(out, everything)[1] == []
    transaction.savepoint_rollback(undo)
    assert not Article.objects.exists()
    settings.MEDIA_ROOT = tmp_path / "other-media"
    problems = import_problems(out)
    # Of the corpora, some images are not there, and some entries stand twice.
    assert [problem for problem in problems if not re.search(r" (N50.|W40[1345])\]", problem)] == []
    after = pages(client, addresses, everything)
    assert sorted(after) == sorted(before)
    for address, page in before.items():
        assert "\n".join(unified_diff(*(str(each).split("\\n") for each in (page, after[address])), n=0)) == "", address
    assert len(before) > 100
    assert run_export(out) == (ExportReport(unchanged=run_export(out)[0].unchanged), [])
