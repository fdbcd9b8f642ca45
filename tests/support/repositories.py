"""Repositories of git with a site in them, and exports into them."""

import stat
import subprocess
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command

from articles.editorial.edits import edit_articles
from articles.editorial.recording import recording
from articles.models import Article
from articles.sync.exports.commit import NOTES

NAME, OTHER = "_news/2023-09-01-a.md", "_news/2023-09-02-b.md"


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True)
    return done.stdout.decode()


def commit_all(folder: Path) -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "-m", "Before")


def user(name: str, **values: Any) -> User:
    return User.objects.create_user(name, **values)


def edit(who: User | None, slug: str, **values: Any) -> None:
    pk = Article.objects.get(slug=slug).pk
    with recording(who, "change", "Changed") as record:
        record.watch_articles([pk])
        edit_articles([pk], **values)


def export(root: Path, *options: str) -> str:
    output = StringIO()
    call_command("export_articles", str(root), "--commit", *options, stdout=output)
    return output.getvalue()


def refusal(root: Path, *options: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        export(root, *options)
    return caught.value


def head(root: Path) -> str:
    return git(root, "log", "-1", "--format=%B").strip()


def count(root: Path) -> int:
    return int(git(root, "rev-list", "--count", "HEAD"))


def files_of_head(root: Path) -> list[str]:
    return git(root, "show", "--format=", "--name-only", "-z", "HEAD").split("\0")[:-1]


def is_clean(root: Path) -> bool:
    return not git(root, "status", "--porcelain", "--untracked-files=all") and not (root / ".git" / NOTES).exists()


def hook(root: Path, text: str, name: str = "pre-commit") -> Path:
    path = root / ".git/hooks" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path
