"""The works a device does for ever, beside its page: one that breaks is begun again."""

import asyncio
from collections.abc import Callable, Coroutine

import structlog

PAUSE_SECONDS = 1.0
records = structlog.get_logger()


async def unfailing(work: Callable[[], Coroutine[None, None, None]]) -> None:
    """Begin a work again when it breaks: one that stopped in silence would be missed only much later."""
    while True:
        try:
            await work()
        except Exception as error:  # whatever it is, the device must go on
            records.error("work begun again", cause=type(error).__name__)
        await asyncio.sleep(PAUSE_SECONDS)
