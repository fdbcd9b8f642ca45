"""docs/architecture.md and the import contract say what there is."""

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Below articles/, but imported by none of it.
NO_ROOMS = {"__init__", "__pycache__", "locale", "migrations", "seed", "templatetags"}
PATH = re.compile(r"`((?:articles|newsreader|templates|static|tests|docs)/[\w./-]*|[\w-]+\.toml|\.env\.example)`")


def test_every_path_that_the_architecture_names_is_there() -> None:
    named = PATH.findall((ROOT / "docs/architecture.md").read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_room_has_its_place_in_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = re.findall(r"articles\.(\w+)", " ".join(contracts[0]["layers"]))
    rooms = {path.stem for path in (ROOT / "articles").iterdir() if not path.name.startswith(".")} - NO_ROOMS
    assert set(layers) == rooms
