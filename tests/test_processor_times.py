"""The sums of processor time that ``--processor-times`` prints."""

from types import SimpleNamespace
from typing import Any

from tests.support.processor_times import NAME, ProcessorTimes, processor_seconds


def test_the_phases_of_a_test_are_added_and_the_longest_comes_first() -> None:
    plugin, printed = ProcessorTimes(), []
    for test, seconds in (("short", 1.0), ("long", 2.0), ("long", 3.0)):
        report: Any = SimpleNamespace(nodeid=test, user_properties=[("other", 9.0), (NAME, seconds)])
        plugin.pytest_runtest_logreport(report)
    reporter: Any = SimpleNamespace(section=printed.append, write_line=printed.append)
    plugin.pytest_terminal_summary(reporter)
    assert printed == ["processor time: 6 s in all", "   5.00s long", "   1.00s short"]


def test_what_works_takes_processor_time() -> None:
    start = processor_seconds()
    while processor_seconds() == start:
        sum(range(1000))
    assert processor_seconds() > start
