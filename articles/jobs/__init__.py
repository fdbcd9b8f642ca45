"""Work outside requests: tasks, the worker that runs them, and what is due by the clock."""

from articles.jobs.current import progress
from articles.jobs.queue import TaskOptions, enqueue

__all__ = ["TaskOptions", "enqueue", "progress"]
