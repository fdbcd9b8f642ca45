"""Where the source writes rows: found by the calls that do, so that no writer is overlooked."""

import ast
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

ARTICLES = Path(__file__).resolve().parents[2] / "articles"

# Methods of rows, querysets and managers, and the functions of articles/db/bulk.py.
MANY = {"bulk_create", "bulk_update", "save_base"}
METHODS = {"save", "delete", "update", "create", "get_or_create", "update_or_create"} | MANY
FUNCTIONS = {"insert_tuples", "insert_values", "insert_new", "update_columns", "update_objects", "delete_rows"}
FUNCTIONS |= {"insert_missing", "add_to_counts"}


def writers_in(room: str) -> set[str]:
    """Return the functions in a room of articles/ that write rows themselves, such as ``editorial.edits.edit_articles``."""
    found: set[str] = set()
    for path in sorted((ARTICLES / room).rglob("*.py")):
        module = ".".join(path.relative_to(ARTICLES).with_suffix("").parts)
        for name, function in _functions(ast.parse(path.read_text(encoding="utf-8"))):
            if any(_writes(node) for node in _own_nodes(function)):
                found.add(f"{module}.{name}")
    return found


def _functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, ast.AST]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            name = f"{prefix}{node.name}"
            if isinstance(node, ast.FunctionDef):
                yield name, node
            yield from _functions(node, f"{name}.")
        else:
            yield from _functions(node, prefix)


def _own_nodes(function: ast.AST) -> Iterator[ast.AST]:
    """Yield what is in a function, but for the functions in it."""
    for node in ast.iter_child_nodes(function):
        if not isinstance(node, ast.FunctionDef):
            yield node
            yield from _own_nodes(node)


def _writes(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Name):
        return node.func.id in FUNCTIONS
    if not isinstance(node.func, ast.Attribute) or node.func.attr not in METHODS:
        return False
    # Sets and dictionaries are updated, and files are saved, by what is in the call; rows by what has a name.
    return not node.args or node.func.attr in MANY


@contextmanager
def called() -> Iterator[set[str]]:
    """Yield a set that gets the functions of articles/ that are called inside, named as ``writers_in`` does."""
    names: set[str] = set()
    prefix = f"{ARTICLES}/"

    def note(frame: FrameType, event: str, argument: Any) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(prefix):
            module = code.co_filename.removeprefix(prefix).removesuffix(".py").replace("/", ".")
            names.add(f"{module}.{code.co_qualname}")

    sys.setprofile(note)
    try:
        yield names
    finally:
        sys.setprofile(None)
