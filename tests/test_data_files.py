"""Files in ``_data`` where things go other ways than usual: copies, renamed and taken files, news on both sides."""

from collections.abc import Callable
from pathlib import Path

import pytest

from articles.models import Topic
from tests.conftest import SEED_EDITION
from tests.exports import run_export, run_import, snapshot
from tests.factories import make_topic
from tests.test_exporting_data import (
    edit,
    read,
    root,
    write,
)

__all__ = ["root"]
pytestmark = pytest.mark.django_db
Write = Callable[..., Path]


@pytest.mark.parametrize("source", ["seed", "azure-sample", "powerapps"])
@pytest.mark.parametrize("everything", [False, True])
def test_a_site_in_which_nobody_edited_anything_stays_as_it_is(
    tmp_path: Path, request: pytest.FixtureRequest, source: str, everything: bool
) -> None:
    origin = SEED_EDITION if source == "seed" else request.getfixturevalue("corpora") / source
    copy = tmp_path / "site"
    (copy / "_news").mkdir(parents=True)
    for path in [*(origin / "_data").rglob("*"), *sorted((origin / "_news").rglob("*.md"))[:100]]:
        if path.is_file():
            write(copy, path.relative_to(origin).as_posix(), path.read_text())
    run_import(copy)
    before = snapshot(copy)
    report, problems = run_export(copy, everything)
    assert problems == []
    assert set(report.paths) <= {"_data/story-addresses.yaml"} if everything else report.paths == []
    assert {path: data for path, data in snapshot(copy).items() if path in before} == before


# Copies


# Files that are others'


def test_the_file_of_another_topic_is_not_taken(root: Path) -> None:
    write(root, "_data/topics/sea.yaml", "_id: ocean\nname: Ocean\n")
    run_import(root)
    before = read(root, "_data/topics/sea.yaml")
    topic = make_topic("Sea")
    edit(topic, description="Salt")
    report, problems = run_export(root)
    assert (report.paths, problems) == (["_data/topics/sea-2.yaml"], [])
    assert read(root, "_data/topics/sea.yaml") == before
    run_import(root)
    assert set(Topic.objects.values_list("name", "source_path").exclude(name="AI")) == {
        ("Ocean", "_data/topics/sea.yaml"), ("Sea", "_data/topics/sea-2.yaml")}  # fmt: skip


# Pins
