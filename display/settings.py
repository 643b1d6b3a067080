"""What a technician may set on a waiting-room screen; each one is ``PORTE_OUVERTE_…`` in the environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from contract.messages import SiteCode
from house.settings import RoomSettings


class DisplaySettings(RoomSettings):
    """The screen's settings. Each field says what it is for."""

    server_url: Annotated[
        str, Field(pattern=r"^https?://\S+$", description="Address of the server, as http(s)://name:port.")
    ]
    site: Annotated[SiteCode, Field(description="Code of the site whose calls are shown.")]
    display_token: Annotated[SecretStr, Field(description="Token of this screen, given when it is paired.")]
    display_host: Annotated[str, Field(description="Interface the screen's page listens on.")] = "127.0.0.1"
    display_port: Annotated[int, Field(ge=1, le=65535, description="Port of the screen's page.")] = 8002
    display_data: Annotated[
        Path, Field(description="Folder where spoken sentences are kept; may be emptied.")
    ]
    voice: Annotated[str, Field(description="Voice of espeak-ng that speaks: roa/fr is French.")] = "roa/fr"
    voice_rate: Annotated[int, Field(ge=80, le=250, description="Speed of the voice, in words a minute.")] = (
        140
    )
    theme: Annotated[
        Literal["day", "evening"],
        Field(description="Light screen (day, hides reflections) or dark (evening)."),
    ] = "day"
