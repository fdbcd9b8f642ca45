"""The git repository around a site folder: whether a commit is possible, what differs, and commits of some paths.

Git is run without a shell, and gets paths literally, never as patterns. It refuses repositories of other users itself;
in all others, hooks and filters run as they do for commits by hand.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

TIMEOUT = 120  # seconds
COMMIT_TIMEOUT = 1800  # seconds, for a commit with its hooks
GRACE = 5  # seconds in which git may clean up
MAX_MESSAGE = 2000  # characters of git's output
# Environment variables that are passed to git: who commits and when, and where the user's configuration is. Other GIT_...
# variables name repositories and indexes, as within a hook, and would lead elsewhere.
PASSED_ON = frozenset({
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
})  # fmt: skip
UNDER_WAY = {
    "MERGE_HEAD": "a merge", "rebase-merge": "a rebase", "rebase-apply": "a rebase", "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert", "BISECT_LOG": "a bisection",
}  # fmt: skip


class RepositoryError(RuntimeError):
    """The reason why a commit is not possible, for the user."""


class Repository:
    """A git work tree; its paths are relative to ``top``."""

    def __init__(self, top: Path) -> None:
        self.top = top

    @classmethod
    def around(cls, folder: Path) -> "Repository":
        """Return the repository of a folder, which need not exist yet; raise RepositoryError if there is none."""
        folder = folder.resolve()
        existing = next(each for each in (folder, *folder.parents) if each.is_dir())
        found = _run(existing, "rev-parse", "--is-inside-work-tree", "--show-toplevel", check=False)
        inside, _, top = found.stdout.partition("\n")
        if found.returncode or inside != "true":
            reason = f" ({_printable(found.stderr)})" if found.stderr.strip() else ""
            raise RepositoryError(f"{folder} is not in the work tree of a git repository{reason}")
        return cls(Path(top.removesuffix("\n")))

    def git_path(self, name: str) -> Path:
        """Return the path of a file in the git folder of this work tree."""
        return self.top / self.git("rev-parse", "--git-path", name).removesuffix("\n")

    def check_is_free(self) -> None:
        """Raise RepositoryError if something is staged, or if a merge or the like is under way."""
        for name, what in UNDER_WAY.items():
            if self.git_path(name).exists():
                raise RepositoryError(f"{what} is under way in {self.top}; finish it first")
        staged = _run(self.top, "diff", "--cached", "--quiet", "--no-ext-diff", "--ignore-submodules=none", check=False)
        if staged.returncode == 1:
            raise RepositoryError(f"something is staged in {self.top}; commit or unstage it first")
        if staged.returncode:
            raise RepositoryError(_printable(staged.stderr))

    def check_takes(self, paths: Iterable[str]) -> None:
        """Raise RepositoryError if git would not accept one of these files: ignored, or in another repository."""
        # With "./" in front, as a path could begin like a pathspec's magic.
        listed = "".join(f"./{path}\0" for path in paths)
        if not listed:
            return
        found = _run(self.top, "check-ignore", "--stdin", "-z", text=listed, check=False)
        if found.returncode > 1:
            raise RepositoryError(_printable(found.stderr))
        if ignored := [path.removeprefix("./") for path in found.stdout.split("\0") if path]:
            more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
            raise RepositoryError(f"git ignores {ignored[0]}{more}; change .gitignore, or export without --commit")

    def differing(self, folder: Path) -> dict[str, bool]:
        """Return the files below a folder that differ from the last commit, with True for untracked ones."""
        below = folder.relative_to(self.top).as_posix()
        output = self.git(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all",
            "--", f":(top,literal){below}" if below != "." else ":(top)",
        )  # fmt: skip
        return {entry[3:]: entry[:2] in ("??", " A") for entry in output.split("\0") if entry}

    def commit(self, paths: Collection[str], new: Collection[str], message: str) -> str:
        """Commit these files and nothing else; return the commit's short hash.

        ``new`` are the untracked ones. Raises RepositoryError with the output of git or a hook; then nothing is staged,
        and the files are unchanged.
        """
        try:
            if new:
                # Tracked, but not staged: if this process is killed, nothing is in the way of the next commit.
                self._with_paths(new, "add", "--intent-to-add")
            self._with_paths(
                paths, "commit", "--only", "--quiet", "--cleanup=whitespace", "--file=-",
                text=message, timeout=COMMIT_TIMEOUT,
            )  # fmt: skip
        except RepositoryError:
            if new:
                with suppress(RepositoryError):
                    self._with_paths(new, "reset", "--quiet")
            raise
        return self.git("rev-parse", "--short", "HEAD").strip()

    def git(self, *arguments: str) -> str:
        """Return the output of git; raise RepositoryError with its error if it fails."""
        return _run(self.top, *arguments).stdout

    def _with_paths(self, paths: Iterable[str], *arguments: str, text: str = "", timeout: int = TIMEOUT) -> None:
        with tempfile.NamedTemporaryFile(prefix="newsreader-") as stream:
            stream.write(b"".join(os.fsencode(f":(top,literal){path}\0") for path in paths))
            stream.flush()
            from_file = (f"--pathspec-from-file={stream.name}", "--pathspec-file-nul")
            _run(self.top, *arguments, *from_file, text=text, timeout=timeout)


def _environment() -> dict[str, str]:
    passed_on = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in PASSED_ON}
    return passed_on | {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "false", "GIT_PAGER": "cat"}


def _run(
    folder: Path, *arguments: str, text: str = "", timeout: int = TIMEOUT, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder; raise RepositoryError if it is missing, takes too long or, with ``check``, fails."""
    # Without the file system monitor that a repository may name, and without background maintenance.
    options = ("--no-pager", "-c", "core.fsmonitor=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false")
    command = ["git", *options, *arguments]
    try:
        process = subprocess.Popen(  # noqa: S603 - a fixed command, without a shell
            command, cwd=folder, env=_environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, process_group=0,
        )  # fmt: skip
    except FileNotFoundError:
        raise RepositoryError("there is no git on this machine") from None
    except OSError as error:
        raise RepositoryError(f"git cannot be run: {error}") from None
    try:
        # Bytes, as file names may contain line ends of any kind.
        output, errors = map(os.fsdecode, process.communicate(os.fsencode(text), timeout=timeout))
    except subprocess.TimeoutExpired:
        raise RepositoryError(f"git {arguments[0]} did not end within {timeout} seconds") from None
    finally:
        _end(process)
    if check and process.returncode:
        raise RepositoryError(_printable(errors or output) or f"git {arguments[0]} failed")
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git and its hooks if they are still running: with SIGTERM first, so that git removes its locks."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)


def _printable(text: str) -> str:
    """Return the output of git or a hook without control characters."""
    shown = "".join(char if char.isprintable() or char == "\n" else "?" for char in text.strip().replace("\t", "  "))
    return shown if len(shown) <= MAX_MESSAGE else f"{shown[:MAX_MESSAGE]} ..."
