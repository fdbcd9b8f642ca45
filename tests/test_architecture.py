"""docs/architecture.md and the import contract say what there is, and files keep to a size that can be read."""

import ast
import re
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

from grimp import build_graph

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


def test_no_modules_import_each_other_in_a_circle() -> None:
    """Contracts of import-linter are about packages; this is about the modules inside of them, too."""
    graph = build_graph("articles", "newsreader", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) > 200
    TopologicalSorter(imports).prepare()  # raises CycleError, which names a circle


SOURCE_LINES, FUNCTION_LINES, TEST_LINES = 300, 40, 400


def python_files(*folders: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of the Python files below folders of the project."""
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not {"migrations", "node_modules"} & set(path.parts):
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def lines_of_longest_function(text: str) -> int:
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return max(((node.end_lineno or 0) - node.lineno + 1 for node in functions), default=0)


def test_no_source_file_and_no_function_is_long() -> None:
    files = dict(python_files("articles", "newsreader", "bench"))
    functions = files | dict(python_files("tests"))
    assert len(files) > 200
    long = {path for path, text in files.items() if len(text.splitlines()) > SOURCE_LINES}
    long |= {path for path, text in functions.items() if lines_of_longest_function(text) > FUNCTION_LINES}
    assert sorted(long) == [], f"over {SOURCE_LINES} lines, or a function over {FUNCTION_LINES}"


def test_no_test_file_is_long() -> None:
    files = dict(python_files("tests"))
    assert len(files) > 100
    assert [path for path, text in files.items() if len(text.splitlines()) > TEST_LINES] == []


def test_what_several_tests_use_is_in_no_test_module() -> None:
    of_a_test = re.compile(r"^\s*(?:from|import) (?:tests|\.)[\w.]*\b(?:test_\w+|import .*\btest_\w+)", re.MULTILINE)
    assert of_a_test.search("from tests.views.test_pages import x")
    assert of_a_test.search("    from .test_pages import x")
    assert [path for path, text in python_files("tests") if of_a_test.search(text)] == []


def test_docstrings_say_what_is_done() -> None:
    vague = re.compile(r'"""(?:Let|Say) ')
    files = python_files("articles", "newsreader", "bench", "tests")
    assert [path for path, text in files if vague.search(text)] == [], "begin with what it does: Return, Add, Update"


def test_each_module_of_browser_tests_can_be_run_alone() -> None:
    """pytest-django makes a database only where a test asks for one, which those of a running server do not."""
    modules = [path for folder in ("browser", "browser_desk") for path in (ROOT / "tests" / folder).glob("test_*.py")]
    assert len(modules) > 20
    assert [path.name for path in modules if "pytest.mark.django_db" not in path.read_text(encoding="utf-8")] == []
