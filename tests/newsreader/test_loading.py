"""What is loaded when, whatever is imported first."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DESK = "import newsreader.wsgi, sys; print('articles.admin.article.model_admin' in sys.modules)"
ADMIN_FIRST = "import django; django.setup(); import articles.admin; import newsreader.urls; print(True)"


@pytest.mark.parametrize("code", [DESK, ADMIN_FIRST], ids=["before the first request", "the admin before addresses"])
def test_pages_of_the_desk_are_loaded(code: str, tmp_path: Path) -> None:
    given = os.environ | {"SECRET_KEY": "x", "DJANGO_SETTINGS_MODULE": "newsreader.settings", "VAR_DIR": str(tmp_path)}
    given["DATABASE_URL"] = f"sqlite:///{tmp_path / 'none.sqlite3'}"
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=given, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    assert done.stdout.strip() == "True", done.stderr
