"""The page where staff hear and read the announcement."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi.testclient import TestClient
from pydantic import SecretStr
from websockets.sync.server import ServerConnection, serve

from speech.sound import measure
from voicemail.app import create_app
from voicemail.settings import VoicemailSettings

from .test_voicemail_message import board


@contextmanager
def board_source() -> Iterator[str]:
    """Send one board to whoever listens, as the server does at ``/api/v1/board``."""

    def greet(link: ServerConnection) -> None:
        link.send(board().model_dump_json())
        for _ in link:
            pass

    with serve(greet, "127.0.0.1", 0, compression=None) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.socket.getsockname()[1]}"
        server.shutdown()
        thread.join()


@contextmanager
def program(server_url: str, folder: Path, **more: str) -> Iterator[TestClient]:
    """Run the program beside a server."""
    settings = VoicemailSettings(
        server_url=server_url,
        site="demo",
        voicemail_token=SecretStr("x"),
        voicemail_data=folder,
        voice=more.get("voice", "roa/fr"),
    )
    with TestClient(create_app(settings), base_url="http://voicemail.test") as client:
        yield client


def wait_for_sound(client: TestClient, condition: str) -> None:
    limit = time.monotonic() + 10
    while client.get("/health").json()["sound"] != condition:
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def test_the_page_shows_the_sentence_and_plays_it(tmp_path: Path) -> None:
    with board_source() as source, program(source, tmp_path) as client:
        wait_for_sound(client, "ready")
        page = client.get("/").text
        assert "Annonce téléphonique" in page
        assert "La ligne est occupée. Ici, MDS de démonstration." in page
        assert "<audio controls" in page
        (tmp_path / "heard.wav").write_bytes(client.get("/message.wav").content)
    sound = measure(tmp_path / "heard.wav")
    assert 5 < sound.seconds <= 12
    assert -30 < sound.rms_dbfs < -15
    assert sound.peak_dbfs < -0.5


def test_before_the_first_recording_the_page_says_to_wait(tmp_path: Path) -> None:
    with program("http://127.0.0.1:9", tmp_path) as client:
        assert "L’annonce se prépare." in client.get("/").text
        assert client.get("/message.wav").status_code == 404
        assert client.get("/health").json() == {"status": "ok", "news_age": None, "sound": "unknown"}


def test_a_voice_that_is_absent_is_named_on_the_page(tmp_path: Path) -> None:
    with board_source() as source, program(source, tmp_path, voice="xx/nobody") as client:
        wait_for_sound(client, "fault")
        page = client.get("/").text
        assert "la voix xx/nobody est inconnue" in page
        assert "<audio" not in page
