"""Where things are: in a checkout of the repository, or where the wheel is installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
# The folder of the packages newsreader and articles.
BASE_DIR = _PACKAGE.parent
_IS_CHECKOUT = (BASE_DIR / "manage.py").is_file()
# The folder of templates/ and static/, which the wheel has within a package: others may not find theirs beside them.
ASSETS_DIR = BASE_DIR if _IS_CHECKOUT else _PACKAGE / "assets"
# The folder of .env and var/: nothing is read from, or written to, where packages are installed.
HOME_DIR = BASE_DIR if _IS_CHECKOUT else Path.cwd()
