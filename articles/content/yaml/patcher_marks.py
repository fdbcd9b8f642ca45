"""The mark of a key that is to be removed from a file."""


class Removed:
    """The value of a key that is to be removed."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED = Removed()
