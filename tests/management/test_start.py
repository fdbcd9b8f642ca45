"""What a command loads before it begins: each tenth of a second is waited for by whoever runs it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Only some commands or requests need these.
RARE = {"PIL", "articles.admin", "articles.views", "prometheus_client", "granian", "numpy"}
LOADED = """
import sys
import django
django.setup()
import articles.management.commands.import_articles
print(*sys.modules)
"""


def test_an_import_loads_nothing_that_it_may_not_need() -> None:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "newsreader.settings", "SECRET_KEY": "start"}
    run = subprocess.run(
        [sys.executable, "-c", LOADED], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    loaded = set(run.stdout.split())
    assert "articles.sync.imports.run" in loaded
    assert not loaded & RARE
