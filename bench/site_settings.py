"""The settings of a site that is served to be measured or pictured: the project's, and one address that breaks."""

from newsreader.settings import *  # noqa: F403
from newsreader.settings import LOGGING

ROOT_URLCONF = "tests.browser.urls"
# Pages that are missing, withdrawn or broken are asked for on purpose.
LOGGING = LOGGING | {
    "handlers": {"none": {"class": "logging.NullHandler"}},
    "root": {"handlers": ["none"]},
}
