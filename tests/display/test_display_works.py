"""The works of the screen go on: one that breaks is begun again, and the others do not notice."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from display.app import Display
from display.pace import Pace
from display.settings import DisplaySettings


def test_a_work_that_breaks_is_begun_again_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    async def breaks() -> None:
        begun.append("again")
        raise RuntimeError

    async def three_times() -> None:
        monkeypatch.setattr("house.works.PAUSE_SECONDS", 0)
        settings = DisplaySettings(
            server_url="http://127.0.0.1:9", site="demo", display_token=SecretStr("x"), display_data=tmp_path
        )
        display = Display(settings, Pace())
        monkeypatch.setattr(display.announcer, "run", breaks)
        display.start()
        async with asyncio.timeout(5):
            while len(begun) < 3:  # noqa: ASYNC110 (what is awaited has no event of its own)
                await asyncio.sleep(0.001)
        assert not any(task.done() for task in display.tasks)
        await display.stop()

    asyncio.run(three_times())
