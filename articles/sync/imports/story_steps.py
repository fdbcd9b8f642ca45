"""When a long import updates stories and search before its end."""

FIRST_STEP = 8000  # files
GROWTH = 2  # times what is there: until the vocabulary is known well, each update joins all that is there again
LONGEST_STEP = 16_000  # bounds memory, and how long readers wait


class StorySteps:
    """The steps of an import of ``total`` files; its end updates what is left."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.last = 0

    def is_due(self, done: int) -> bool:
        """Return whether to update stories now, after ``done`` files.

        Shortly before the end that is left to the end.
        """
        step = min(max(FIRST_STEP, GROWTH * self.last), LONGEST_STEP)
        if done - self.last < step or self.total - done < LONGEST_STEP:
            return False
        self.last = done
        return True
