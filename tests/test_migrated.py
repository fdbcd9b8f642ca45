"""Workers and later runs take the database that was migrated, until a source changes."""

from pathlib import Path

import pytest
from django.db import connection

from tests.support import migrated
from tests.support.migrated import Template

MIGRATION = "articles/migrations/0001_first.py"


def test_any_change_of_the_sources_makes_another_template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrated, "ROOT", tmp_path)
    path = tmp_path / MIGRATION
    path.parent.mkdir(parents=True)
    path.write_text("one")
    first = Template(tmp_path).fingerprint
    assert Template(tmp_path).fingerprint == first
    path.write_text("two")
    second = Template(tmp_path).fingerprint
    path.rename(path.with_name("0002_first.py"))
    assert len({first, second, Template(tmp_path).fingerprint}) == 3


@pytest.mark.django_db
def test_the_next_worker_finds_what_this_one_migrated(template: Template) -> None:
    assert template.is_there()
    assert connection.vendor != "sqlite" or template.file == template.path
