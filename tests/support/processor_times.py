"""Which tests take most processor time, that of their processes included: other clocks lie on a busy machine."""

import os
from collections import defaultdict
from collections.abc import Generator

import pytest

SHOWN = 25
NAME = "processor seconds"


class ProcessorTimes:
    """A plugin that measures each phase of a test in its worker, and prints the sums in the process that all report to."""

    def __init__(self) -> None:
        self.last = processor_seconds()
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        now = processor_seconds()
        report.user_properties.append((NAME, now - self.last))
        self.last = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for name, value in report.user_properties:
            if name == NAME:
                self.seconds[report.nodeid] += float(str(value))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section(f"processor time: {sum(self.seconds.values()):.0f} s in all")
        for test, seconds in sorted(self.seconds.items(), key=lambda item: -item[1])[:SHOWN]:
            terminalreporter.write_line(f"{seconds:7.2f}s {test}")


def processor_seconds() -> float:
    """Return what this process and those of it that have ended took."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system
