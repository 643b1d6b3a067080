"""The works of the telephone announcement go on: one that breaks is begun again."""

import asyncio
from pathlib import Path

import pytest
from pydantic import SecretStr

from voicemail.app import Voicemail
from voicemail.settings import VoicemailSettings


def test_a_work_that_breaks_is_begun_again_and_the_others_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[str] = []

    async def breaks() -> None:
        begun.append("again")
        raise RuntimeError

    async def three_times() -> None:
        monkeypatch.setattr("house.works.PAUSE_SECONDS", 0)
        settings = VoicemailSettings(
            server_url="http://127.0.0.1:9",
            site="demo",
            voicemail_token=SecretStr("x"),
            voicemail_data=tmp_path,
        )
        voicemail = Voicemail(settings)
        monkeypatch.setattr(voicemail.follower, "follow", breaks)
        voicemail.start()
        async with asyncio.timeout(5):
            while len(begun) < 3:  # noqa: ASYNC110 (what is awaited has no event of its own)
                await asyncio.sleep(0.001)
        assert not any(task.done() for task in voicemail.tasks)
        await voicemail.stop()

    asyncio.run(three_times())
