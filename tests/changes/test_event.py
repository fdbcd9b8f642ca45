"""``content_changed`` comes once for each transaction, when that is committed, and never for what is rolled back."""

import pytest
from django.db import transaction

from articles.changes import ContentChange, announce, content_changed
from tests.support.events import events, one_event

# Whether a transaction of the test's own is around everything must make no difference.
pytestmark = pytest.mark.parametrize(
    "kind",
    [
        pytest.param("rolled back", marks=pytest.mark.django_db),
        pytest.param("committed", marks=pytest.mark.django_db(transaction=True)),
    ],
)


def test_what_one_transaction_announces_is_one_event(kind: str) -> None:
    with one_event() as raised, transaction.atomic():
        announce(articles=[1], topics=[7])
        announce(articles=[2, 1], pins=True)
        with transaction.atomic():
            announce(providers=[3])
        announce(stories=[4], listings=False)
        assert raised == []
    expected = ContentChange(
        articles=frozenset([1, 2]),
        topics=frozenset([7]),
        providers=frozenset([3]),
        stories=frozenset([4]),
        pins=True,
    )
    assert raised == [expected]


def test_each_transaction_has_its_own(kind: str) -> None:
    with events() as raised:
        for number in (1, 2):
            with transaction.atomic():
                announce(articles=[number])
    assert raised == [ContentChange(articles=frozenset([1])), ContentChange(articles=frozenset([2]))]


def test_nothing_is_raised_when_nothing_is_named(kind: str) -> None:
    with events() as raised, transaction.atomic():
        announce(articles=[], topics=set(), catalogue=False)
    assert raised == []


def test_nothing_is_raised_when_it_is_rolled_back(kind: str) -> None:
    with events() as raised, transaction.atomic():
        announce(articles=[1])
        transaction.set_rollback(True)
    assert raised == []
    # Nor later, by another one.
    with one_event() as raised, transaction.atomic():
        announce(articles=[2])
    assert raised == [ContentChange(articles=frozenset([2]))]


@pytest.mark.parametrize("order", ["before", "after", "both", "neither"])
def test_what_is_rolled_back_to_a_savepoint_is_not_told(kind: str, order: str) -> None:
    with events() as raised, transaction.atomic():
        if order in ("before", "both"):
            announce(articles=[1])
        with transaction.atomic():
            announce(articles=[2], everything=True)
            with transaction.atomic():
                announce(articles=[3])
            transaction.set_rollback(True)
        if order in ("after", "both"):
            announce(articles=[4])
    expected = {"before": [1], "after": [4], "both": [1, 4]}.get(order)
    assert raised == ([ContentChange(articles=frozenset(expected))] if expected else [])


def test_outside_of_a_transaction_it_is_raised_at_once(kind: str) -> None:
    with events() as raised:
        announce(articles=[1])
        announce(articles=[2])
    assert raised == [ContentChange(articles=frozenset([1])), ContentChange(articles=frozenset([2]))]


def test_a_receiver_that_fails_breaks_nothing(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    def fail(**kwargs: object) -> None:
        raise ZeroDivisionError

    content_changed.connect(fail)
    try:
        with one_event(), transaction.atomic():
            announce(articles=[1])
    finally:
        content_changed.disconnect(fail)
    assert "ZeroDivisionError" in caplog.text


def test_a_receiver_may_change_something_itself(kind: str) -> None:
    def follow(change: ContentChange, **kwargs: object) -> None:
        if change.articles:
            with transaction.atomic():
                announce(topics=[5])

    content_changed.connect(follow)
    try:
        with events() as raised, transaction.atomic():
            announce(articles=[1])
    finally:
        content_changed.disconnect(follow)
    assert {each.articles or each.topics for each in raised} == {frozenset([1]), frozenset([5])}
