"""The git repository around a site folder: what keeps it from a commit, what differs in it, and commits of some paths.

Git is run without a shell, and paths reach it as they are, never as patterns. Repositories of other people git refuses
by itself; of those it takes, the hooks and filters run, as they do for whoever commits by hand.
"""

import os
import signal
import subprocess
import tempfile
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path

TIMEOUT = 120  # seconds that git may take to answer
COMMIT_TIMEOUT = 1800  # the same for a commit, with its hooks
GRACE = 5  # seconds in which git may clear up after itself
MAX_MESSAGE = 2000  # characters of what git says
# What an environment may say to git: who commits and when, and where the user's own configuration is. The rest of
# GIT_... names repositories and indexes, as in a hook, and would lead elsewhere.
KEPT = frozenset({
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL",
    "GIT_COMMITTER_DATE", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM", "GIT_CEILING_DIRECTORIES",
    "GIT_EXEC_PATH",
})  # fmt: skip
UNDER_WAY = {
    "MERGE_HEAD": "a merge", "rebase-merge": "a rebase", "rebase-apply": "a rebase", "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert", "BISECT_LOG": "a bisection",
}  # fmt: skip


class RepositoryError(RuntimeError):
    """Why there can be no commit, in words for whoever asked for one."""


class Repository:
    """A git work tree; its paths are counted from ``top``."""

    def __init__(self, top: Path) -> None:
        self.top = top

    @classmethod
    def around(cls, folder: Path) -> "Repository":
        """Return the repository that a folder, which need not exist yet, is in; raise RepositoryError without one."""
        folder = folder.resolve()
        place = next(each for each in (folder, *folder.parents) if each.is_dir())
        found = _run(place, "rev-parse", "--is-inside-work-tree", "--show-toplevel", check=False)
        inside, _, top = found.stdout.partition("\n")
        if found.returncode or inside != "true":
            reason = f" ({_words(found.stderr)})" if found.stderr.strip() else ""
            raise RepositoryError(f"{folder} is not in the work tree of a git repository{reason}")
        return cls(Path(top.removesuffix("\n")))

    def git_path(self, name: str) -> Path:
        """Return where git keeps something of its own, for this work tree."""
        return self.top / self.git("rev-parse", "--git-path", name).removesuffix("\n")

    def check_is_free(self) -> None:
        """Raise RepositoryError when something is staged, or a merge or the like has not ended."""
        for name, what in UNDER_WAY.items():
            if self.git_path(name).exists():
                raise RepositoryError(f"{what} is under way in {self.top}; finish it first")
        staged = _run(self.top, "diff", "--cached", "--quiet", "--no-ext-diff", "--ignore-submodules=none", check=False)
        if staged.returncode == 1:
            raise RepositoryError(f"something is staged in {self.top}; commit or unstage it first")
        if staged.returncode:
            raise RepositoryError(_words(staged.stderr))

    def check_takes(self, paths: Iterable[str]) -> None:
        """Raise RepositoryError when git would not take one of these files: ignored, or in another repository."""
        # With "./" before them, since no path may begin as a pattern's magic does.
        listed = "".join(f"./{path}\0" for path in paths)
        if not listed:
            return
        found = _run(self.top, "check-ignore", "--stdin", "-z", text=listed, check=False)
        if found.returncode > 1:
            raise RepositoryError(_words(found.stderr))
        if ignored := [path.removeprefix("./") for path in found.stdout.split("\0") if path]:
            more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
            raise RepositoryError(f"git ignores {ignored[0]}{more}; change .gitignore, or export without --commit")

    def differing(self, folder: Path) -> dict[str, bool]:
        """Return the files below a folder that differ from the last commit; True of those that git does not know yet."""
        below = folder.relative_to(self.top).as_posix()
        output = self.git(
            "status", "--porcelain", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all",
            "--", f":(top,literal){below}" if below != "." else ":(top)",
        )  # fmt: skip
        return {entry[3:]: entry[:2] in ("??", " A") for entry in output.split("\0") if entry}

    def commit(self, paths: Collection[str], new: Collection[str], message: str) -> str:
        """Commit files as they stand, and nothing else; return the commit's short name.

        ``new`` are those of them that git does not know yet. Raises RepositoryError with what git or a hook said; then
        nothing is staged, and the files are as they were.
        """
        try:
            if new:
                # Known, but not staged: should all this be killed, nothing stands in the next commit's way.
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
        """Return what git prints; raise RepositoryError with what it says when it fails."""
        return _run(self.top, *arguments).stdout

    def _with_paths(self, paths: Iterable[str], *arguments: str, text: str = "", timeout: int = TIMEOUT) -> None:
        with tempfile.NamedTemporaryFile(prefix="newsreader-") as stream:
            stream.write(b"".join(os.fsencode(f":(top,literal){path}\0") for path in paths))
            stream.flush()
            from_file = (f"--pathspec-from-file={stream.name}", "--pathspec-file-nul")
            _run(self.top, *arguments, *from_file, text=text, timeout=timeout)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_") or name in KEPT}
    return kept | {"GIT_TERMINAL_PROMPT": "0", "GIT_EDITOR": "false", "GIT_PAGER": "cat"}


def _run(
    folder: Path, *arguments: str, text: str = "", timeout: int = TIMEOUT, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """Run git in a folder; raise RepositoryError when it is not there, takes too long or, with ``check``, fails."""
    # No daemon that a repository names is asked what has changed, and none stays behind to tidy up.
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
        # Bytes, since names of files may hold line ends of any kind.
        output, errors = map(os.fsdecode, process.communicate(os.fsencode(text), timeout=timeout))
    except subprocess.TimeoutExpired:
        raise RepositoryError(f"git {arguments[0]} did not end within {timeout} seconds") from None
    finally:
        _end(process)
    if check and process.returncode:
        raise RepositoryError(_words(errors or output) or f"git {arguments[0]} failed")
    return subprocess.CompletedProcess(command, process.returncode, output, errors)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End git, and the hooks it runs, if they have not ended: asked first, so that its locks go."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is not None:
            return
        with suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE)


def _words(text: str) -> str:
    """Return what git or a hook said, without what would play tricks on a terminal."""
    shown = "".join(char if char.isprintable() or char == "\n" else "?" for char in text.strip().replace("\t", "  "))
    return shown if len(shown) <= MAX_MESSAGE else f"{shown[:MAX_MESSAGE]} ..."
