"""What commands load before they do anything: each import is paid by every command, worker and test run."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from articles.management.base import DatabaseCommand
from tests.support.checking import PROJECT

# What takes 5 ms or more to import and is needed by few: pictures, addresses and forms of the admin, spreadsheets,
# terminals, Markdown, the pages themselves.
SLOW = {
    "PIL",
    "marshmallow",
    "environs",
    "tablib",
    "import_export.admin",
    "rich",
    "markdown_it",
    "nh3",
    "redis",
    "granian",
    "numpy",
    "prometheus_client",
    "watchfiles",
    "articles.urls",
    "articles.admin",
    "articles.views",
    "newsreader.urls",
}
PROGRAM = """
import sys
from django.core.management import ManagementUtility
try:
    ManagementUtility(["manage.py", sys.argv[1], "--help"]).execute()
finally:
    print("modules:", *sys.modules)
"""


@pytest.mark.parametrize("command", ["import_articles", "export_articles", "worker"])
def test_commands_load_nothing_slow_that_they_may_not_need(command: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "newsreader.settings",
        "SECRET_KEY": "x",
        "VAR_DIR": str(tmp_path),
    }
    result = subprocess.run(
        [sys.executable, "-c", PROGRAM, command],
        cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    modules = set(result.stdout.rpartition("modules:")[2].split())
    assert "articles.models" in modules
    assert not SLOW & modules


def test_only_what_runs_for_long_checks_the_whole_project_first() -> None:
    loaded = {name: load_command_class("articles", name) for name, app in get_commands().items() if app == "articles"}
    commands = {name: each for name, each in loaded.items() if isinstance(each, DatabaseCommand)}
    assert {"import_articles", "rebuild_search", "check_database"} < commands.keys()
    assert {name for name, each in commands.items() if each.requires_system_checks} == {"worker"}
