"""What the database itself takes only once, and what a migration makes of rows that are there twice."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Model

from articles.models import ContentFolder, DataFile, SearchAddress, Story

APP = "articles"


def migrate_to(name: str) -> Any:
    """Migrate to one migration, back or forth; return the models as they are then."""
    MigrationExecutor(connection).migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.fixture
def before(transactional_db: None) -> Iterator[Any]:
    """The models of a database that has not been migrated to the constraints yet."""
    [last] = [name for app, name in MigrationExecutor(connection).loader.graph.leaf_nodes(APP)]
    try:
        yield migrate_to("0018_ties")
    finally:
        migrate_to(last)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "values"),
    [
        (DataFile, {"path": "_data/topics/ai.yaml", "data": b""}),
        (SearchAddress, {"number": 1, "article_id": 2}),
        (ContentFolder, {"path": "/srv/site"}),
    ],
)
def test_the_same_row_is_not_taken_twice(model: type[Model], values: dict[str, Any]) -> None:
    model._default_manager.create(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        model._default_manager.create(**values)


@pytest.mark.django_db
def test_a_data_file_may_be_there_once_for_each_folder_and_once_without() -> None:
    folders = [None, *(ContentFolder.objects.create(path=f"/srv/{name}") for name in "ab")]
    for folder in folders:
        DataFile.objects.create(folder=folder, path="_data/topics/ai.yaml", data=b"")
    assert DataFile.objects.count() == 3


@pytest.mark.django_db
def test_no_story_becomes_a_part_of_itself() -> None:
    story = Story.objects.create()
    with pytest.raises(IntegrityError), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(merged_into=story)


def test_of_rows_that_are_there_twice_one_is_left(before: Any) -> None:
    files, addresses = before.get_model(APP, "DataFile").objects, before.get_model(APP, "SearchAddress").objects
    folder = before.get_model(APP, "ContentFolder").objects.create(path="/srv/site")
    for number, data in enumerate((b"old", b"new")):
        files.create(path="a.yaml", data=data, exported=["both", f"digest {number}"])
    files.create(path="b.yaml", data=b"b")
    files.create(path="a.yaml", data=b"imported", folder=folder)
    for number, article in ((1, 1), (1, 1), (1, 2), (1, 1)):
        addresses.create(number=number, article_id=article)
    first = addresses.order_by("pk").first().pk
    migrate_to("0019_unique_rows")
    rows = [(row.path, bytes(row.data), row.exported) for row in DataFile.objects.order_by("path", "-folder", "pk")]
    assert sorted(rows) == [
        ("a.yaml", b"imported", []), ("a.yaml", b"new", ["both", "digest 0", "digest 1"]), ("b.yaml", b"b", []),
    ]  # fmt: skip
    assert set(SearchAddress.objects.values_list("number", "article_id")) == {(1, 1), (1, 2)}
    assert SearchAddress.objects.filter(pk=first).exists()
