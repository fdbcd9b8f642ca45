"""Comments of templates are not on pages."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"


def test_comments_of_django_templates_end_on_their_line() -> None:
    # Otherwise they are text. Jinja2 has no such rule.
    open_ones = [
        f"{path.relative_to(TEMPLATES)}:{number}"
        for path in sorted(TEMPLATES.rglob("*.html"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "{#" in re.sub(r"\{#.*?#\}", "", line)
    ]
    assert open_ones == []
