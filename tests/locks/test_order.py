"""Writers that meet: all take their locks in one order, so that none ever waits for one that waits for it."""

import re
from itertools import product
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection

from tests.locks.threads import Task, call, holds_write_lock, let_meet
from tests.locks.writers import OTHERS, WRITERS, World

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("locks")]

ALL = WRITERS | OTHERS
RUNS = {"import", "export"}
# What is nobody's but a run's or a transaction's own, and what is looked up before anything is decided.
FREE = re.compile(r'"articles_(importrun|importproblem|contentfolder|recordedchange)"')
OURS = re.compile(r'"articles_\w+"')
WRITES = re.compile(r"^(INSERT|UPDATE|DELETE|COPY)|FOR (NO KEY )?UPDATE")


@pytest.mark.parametrize("name", ALL)
def test_a_writer_reads_and_writes_when_it_has_the_lock(world: World, name: str) -> None:
    early: list[str] = []

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        # What is read outside of transactions is shown, or asked for; what is decided by is read inside.
        matters = connection.in_atomic_block or WRITES.search(sql)
        if matters and OURS.search(sql) and not FREE.search(sql) and not holds_write_lock():
            early.append(sql)
        return execute(sql, params, many, context)

    def act() -> None:
        with connection.execute_wrapper(look):
            done()

    done = call(ALL[name], world)
    call(act)
    assert early == []


@pytest.mark.parametrize(("one", "other"), list(product(WRITERS, WRITERS)))
def test_who_waits_for_the_lock_keeps_nobody_waiting(
    world: World, one: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever one writer is about to take the lock, the other does all its work."""
    act, acts = call(WRITERS[one], world), [call(WRITERS[other], world)]
    meetings = 0

    def meet() -> None:
        nonlocal meetings
        meetings += 1
        if {one, other} <= RUNS:
            with pytest.raises(CommandError, match="is running"):
                call(acts[0])
        else:
            call(acts.pop() if acts else call(WRITERS[other], world))

    let_meet(monkeypatch)
    Task(act, meet=meet).result()
    assert meetings
