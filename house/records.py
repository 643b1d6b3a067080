"""What a program writes about itself: one line per event, on standard error, for journald.

Nothing a visitor's device sent is ever an argument of a record: no address, no path, no body.
"""

import logging
import sys

import structlog


def keep_records(level: str = "INFO") -> None:
    """Set the records up, once, at the start of a program."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
