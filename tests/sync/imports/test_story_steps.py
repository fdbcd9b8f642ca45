"""When a long import updates stories before its end."""

from itertools import pairwise

import pytest

from articles.sync.imports.story_steps import FIRST_STEP, LONGEST_STEP, StorySteps


def steps_of(total: int, batch: int) -> list[int]:
    """Return the numbers of files after which an import in batches updates stories."""
    steps = StorySteps(total)
    return [done for done in [*range(batch, total, batch), total] if steps.is_due(done)]


@pytest.mark.parametrize(
    ("total", "batch", "steps"),
    [
        (800, 133, []),
        (20_000, 1600, []),
        (25_000, 1600, [8000]),
        (60_000, 800, [8000, 24_000, 40_000]),
        (100_000, 800, [8000, 24_000, 40_000, 56_000, 72_000]),
    ],
)
def test_stories_are_updated_in_steps_that_grow_up_to_a_limit(total: int, batch: int, steps: list[int]) -> None:
    assert steps_of(total, batch) == steps


@pytest.mark.parametrize("total", [1, 3999, 39_999, 50_001, 300_000])
def test_the_end_has_little_more_than_two_of_the_longest_steps_left(total: int) -> None:
    steps = [0, *steps_of(total, 800), total]
    assert all(later - earlier < 2 * LONGEST_STEP + 800 for earlier, later in pairwise(steps))
    assert len(steps) == 2 or steps[1] == FIRST_STEP
