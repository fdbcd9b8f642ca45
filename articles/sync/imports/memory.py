"""Memory that is free, but not given back."""

import ctypes
from contextlib import suppress


def give_back_memory() -> None:
    """Give back to the system what the C library keeps of freed memory; with other libraries than glibc, do nothing.

    It keeps whatever lies below something that is still in use, and over a long run that adds up.
    """
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
