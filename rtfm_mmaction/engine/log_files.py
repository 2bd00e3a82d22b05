"""What goes into log files alone, and log files on a disk that is full."""

import logging
import sys
from contextlib import contextmanager
from typing import Iterator

# How mmengine's records begin that fill screens, or that tell users of what
# they cannot change.
LENGTHY = (
    '\n' + '-' * 60 + '\nSystem environment',
    'Config:\n',
    'Hooks will be executed',
    'Distributed training is not used, all SyncBatchNorm',
    '"FileClient" will be deprecated',
    '"HardDiskBackend" is the alias',
    '`save_param_scheduler` is True but',
)


def is_brief(record: logging.LogRecord) -> bool:
    """Whether a record is for the screen, too."""
    return not record.getMessage().startswith(LENGTHY)


def leave_to_file(logger: logging.Logger) -> None:
    """Keep :data:`LENGTHY` records from the screen; the file has them.

    Args:
        logger (logging.Logger): Its handlers but those of files are changed.
    """
    for handler in logger.handlers:
        if not isinstance(handler, logging.FileHandler):
            handler.addFilter(is_brief)


@contextmanager
def quiet_logging() -> Iterator[None]:
    """Let records that cannot be written be lost without a traceback each."""
    before = logging.raiseExceptions
    logging.raiseExceptions = False
    try:
        yield
    finally:
        logging.raiseExceptions = before


def tell_once(logger: logging.Logger) -> None:
    """Say once of each log file that it cannot be written, and go on.

    Python prints a traceback for each record; what a run must not lose
    without an end, its checkpoints, ends it.

    Args:
        logger (logging.Logger): With its file handlers, which are changed.
    """
    for handler in logger.handlers:
        if isinstance(handler, logging.FileHandler):
            handler.handleError = _Complaint(handler.baseFilename)


class _Complaint:
    """Stands in for ``Handler.handleError``."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.said = False

    def __call__(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if not self.said and sys.stderr is not None:
            reason = getattr(error, 'strerror', None) or error
            print(
                f'{self.path}: the log cannot be written ({reason}); the run '
                'goes on without it',
                file=sys.stderr,
            )
        self.said = True
