"""Which replicas are read."""

from dataclasses import dataclass, field

import pytest
from django.db import transaction

from articles.models import Article
from newsreader.replicas.probes import Place
from newsreader.replicas.routing import ReplicaRouter, reading_from
from newsreader.replicas.status import MAX_LAG_SECONDS, Choice, Replicas


@dataclass
class World:
    """Databases as they answer now, and the time."""

    places: dict[str, Place | None]
    now: float = 1000.0
    asked: list[str] = field(default_factory=list)

    def probe(self, alias: str) -> "Answers":
        return Answers(self, alias)

    def replicas(self) -> Replicas:
        return Replicas([alias for alias in self.places if alias != "default"], self.probe, lambda: self.now)


@dataclass
class Answers:
    world: World
    alias: str

    def ask(self) -> Place | None:
        self.world.asked.append(self.alias)
        return self.world.places[self.alias]


@pytest.fixture
def world() -> World:
    return World({"default": Place(500, 0), "replica1": Place(500, 7), "replica2": Place(500, 7)})


def chosen(replicas: Replicas, change: int = 7) -> set[str | None]:
    choices = [replicas.choose(change) for _ in range(4)]
    return {choice.alias if choice else None for choice in choices}


def test_replicas_take_turns(world: World) -> None:
    assert chosen(world.replicas()) == {"replica1", "replica2"}


def test_one_that_has_not_got_a_change_is_left_out(world: World) -> None:
    world.places["replica1"] = Place(500, 6)
    replicas = world.replicas()
    assert chosen(replicas, 7) == {"replica2"}
    assert chosen(replicas, 8) == {None}


def test_one_that_lags_is_left_out_until_it_is_back(world: World) -> None:
    replicas = world.replicas()
    chosen(replicas)
    for seconds in range(20):
        # The primary goes on, and one replica does not.
        world.now += 1
        world.places |= {"default": Place(501 + seconds, 0), "replica2": Place(501 + seconds, 7)}
        expected = {"replica1", "replica2"} if seconds < MAX_LAG_SECONDS else {"replica2"}
        assert chosen(replicas) == expected, seconds
    world.places["replica1"] = Place(518, 7)
    world.now += 1
    assert chosen(replicas) == {"replica1", "replica2"}


def test_a_primary_that_has_nothing_to_do_makes_no_lag(world: World) -> None:
    replicas = world.replicas()
    for _ in range(5):
        world.now += 100
        assert chosen(replicas) == {"replica1", "replica2"}


def test_what_was_noted_long_ago_proves_nothing(world: World) -> None:
    replicas = world.replicas()
    chosen(replicas)
    world.now += 3600
    world.places |= {"default": Place(900, 0), "replica1": Place(900, 7)}
    assert chosen(replicas) == {"replica1"}


def test_databases_are_asked_at_most_once_a_second(world: World) -> None:
    replicas = world.replicas()
    for _ in range(10):
        chosen(replicas)
        world.now += 0.1
    assert world.asked == ["default", "replica1", "replica2"]
    world.now += 0.1
    chosen(replicas)
    assert len(world.asked) == 6


def test_one_that_is_down_is_asked_less_and_less_often(world: World) -> None:
    replicas = world.replicas()
    world.places["replica1"] = None
    for _ in range(60):
        assert chosen(replicas) == {"replica2"}
        world.now += 1
    assert 5 <= world.asked.count("replica1") <= 12
    world.places["replica1"] = Place(500, 7)
    world.now += 10
    assert chosen(replicas) == {"replica1", "replica2"}


def test_one_that_failed_is_left_out_at_once(world: World) -> None:
    replicas = world.replicas()
    chosen(replicas)
    replicas.leave_out("replica1")
    assert chosen(replicas) == {"replica2"}
    assert replicas.choose(7, ["replica2"]) is None


def test_without_the_primary_the_furthest_replica_is_read_whatever_it_has(world: World) -> None:
    world.places |= {"default": None, "replica1": Place(400, 5)}
    replicas = world.replicas()
    assert replicas.choose(9) == Choice("replica2", 7)
    assert replicas.sources() == ["replica2"]
    assert replicas.choose(9, ["replica2"]) == Choice("replica1", 5)
    world.places["default"] = Place(500, 0)
    world.now += 10
    assert replicas.sources() == ["default"]


def test_without_any_database_the_primary_is_tried(world: World) -> None:
    world.places = dict.fromkeys(world.places)
    replicas = world.replicas()
    assert replicas.choose(0) is None
    assert replicas.sources() == ["default"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.any_database
def test_who_writes_reads_from_the_primary() -> None:
    router = ReplicaRouter()
    with reading_from("replica1"):
        assert router.db_for_read(Article) == "replica1"
        assert router.db_for_write(Article) == "default"
        with transaction.atomic():
            assert router.db_for_read(Article) == "default"
    assert router.db_for_read(Article) == "default"
    assert not router.allow_migrate("replica1", "articles")
