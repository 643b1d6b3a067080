"""What a technician may set on the phone announcement; each one is ``PORTE_OUVERTE_…`` in the environment."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr

from contract.messages import SiteCode
from house.settings import RoomSettings


class VoicemailSettings(RoomSettings):
    """The announcement's settings. Each field says what it is for."""

    server_url: Annotated[
        str, Field(pattern=r"^https?://\S+$", description="Address of the server, as http(s)://name:port.")
    ]
    site: Annotated[SiteCode, Field(description="Code of the site whose line is announced.")]
    voicemail_token: Annotated[
        SecretStr, Field(description="Token of this program, given when it is paired.")
    ]
    voicemail_host: Annotated[str, Field(description="Interface the page listens on.")] = "127.0.0.1"
    voicemail_port: Annotated[int, Field(ge=1, le=65535, description="Port of the page.")] = 8003
    voicemail_data: Annotated[Path, Field(description="Folder of the recorded announcement.")]
    sip_port: Annotated[
        int, Field(ge=1, le=65535, description="Reserved for answering calls; nothing listens on it yet.")
    ] = 5062
    voice: Annotated[str, Field(description="Voice of espeak-ng that speaks: roa/fr is French.")] = "roa/fr"
    voice_rate: Annotated[int, Field(ge=80, le=250, description="Speed of the voice, in words a minute.")] = (
        140
    )
