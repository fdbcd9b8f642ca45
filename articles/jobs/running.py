"""Runs one task, whatever comes of it."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import connection
from django_tasks.base import TaskContext

from articles.jobs import claims
from articles.jobs.current import RunningTask, TaskCancelledError, TaskFailedError, WorkerStopsError, running_task
from articles.models import TaskRecord

logger = logging.getLogger(__name__)


def run_task(record: TaskRecord, stops: Callable[[], bool] = lambda: False) -> None:
    """Run a claimed task and note how it ended; errors are noted and logged, except those of the database itself."""
    outcome_of(record, stops)()


def outcome_of(record: TaskRecord, stops: Callable[[], bool]) -> Callable[[], None]:
    """Run a claimed task; return what notes how it ended, which can be called again when the database failed."""
    try:
        with running_task(RunningTask(record.pk, stops)):
            _call(record)
    except WorkerStopsError:
        return partial(claims.give_back, record)
    except TaskCancelledError:
        return partial(claims.end_cancelled, record)
    except Exception as error:
        if not connection.in_atomic_block:  # it would be closed however well it is
            connection.close_if_unusable_or_obsolete()  # the next query opens another one
        # What a task itself says it cannot do is no fault of the program.
        level = logging.WARNING if isinstance(error, TaskFailedError) else logging.ERROR
        logger.log(level, "Task “%s” failed: %s", record.title, error, exc_info=error)
        return partial(claims.fail, record, error)
    except BaseException:
        claims.give_back(record)
        raise
    return partial(claims.finish, record)


def _call(record: TaskRecord) -> None:
    result: Any = record.task.task_result
    context = [TaskContext(task_result=result)] if result.task.takes_context else []
    result.task.call(*context, *result.args, **result.kwargs)
