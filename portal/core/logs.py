"""Logs: one JSON object a line on standard error. Errors also go to Sentry where a DSN is set."""

import logging
from importlib import import_module

import structlog

from portal.core.config import Settings


def init(settings: Settings) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(settings.LOG_LEVEL)),
        logger_factory=structlog.WriteLoggerFactory(file=None),
    )
    logging.basicConfig(level=settings.LOG_LEVEL, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # it writes a line for every job deferred
    if settings.SENTRY_DSN:
        sentry_sdk = import_module("sentry_sdk")  # costs time and memory, so only who uses it pays
        sentry_sdk.init(dsn=settings.SENTRY_DSN, send_default_pii=False)
