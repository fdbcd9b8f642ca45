"""A check of the whole database sees it as of one moment, and keeps nobody from writing meanwhile."""

import pytest

from articles.changes import consistency
from articles.search.wrong_documents import WrongSearch
from tests.locks.threads import call
from tests.locks.writers import World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("locks")]


def test_what_is_written_during_a_check_is_no_difference(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    look, written = consistency.wrong_search, []

    def look_later() -> WrongSearch:
        written.append(call(lambda: world.edit(title="Written meanwhile")))
        return look()

    monkeypatch.setattr(consistency, "wrong_search", look_later)
    assert call(lambda: consistency.find_differences().differences()) == []
    assert len(written) == 1
    assert call(lambda: world.article().title) == "Written meanwhile"
