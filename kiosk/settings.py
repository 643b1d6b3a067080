"""What a technician may set on a kiosk; each setting is named ``PORTE_OUVERTE_…`` in the environment."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from contract.messages import SiteCode
from house.settings import RoomSettings
from house.words import catalogue

NEEDED_BY = {
    "printer_usb_vendor": "usb",
    "printer_usb_product": "usb",
    "printer_host": "network",
    "printer_device": "serial",
    "printer_file": "file",
}
UsbCode = Annotated[str, Field(pattern=r"^[0-9a-fA-F]{4}$")]


class KioskSettings(RoomSettings):
    """The kiosk's settings. A setting that the chosen printer needs and that is missing stops the start."""

    server_url: Annotated[
        str, Field(pattern=r"^https?://\S+$", description="Address of the server, as http(s)://name:port.")
    ]
    site: Annotated[SiteCode, Field(description="Code of the site where the kiosk stands.")]
    kiosk_token: Annotated[SecretStr, Field(description="Token of this kiosk, given when it is paired.")]
    kiosk_host: Annotated[str, Field(description="Interface the touch page listens on.")] = "127.0.0.1"
    kiosk_port: Annotated[int, Field(ge=1, le=65535, description="Port of the touch page.")] = 8001
    kiosk_data: Annotated[Path, Field(description="Folder of the book: on a disk that survives a power cut.")]
    printer: Annotated[
        Literal["none", "usb", "network", "serial", "file"], Field(description="How the printer is joined.")
    ] = "none"
    printer_usb_vendor: Annotated[
        UsbCode | None, Field(description="USB vendor code of the printer, four hexadecimal digits (04b8).")
    ] = None
    printer_usb_product: Annotated[
        UsbCode | None, Field(description="USB product code of the printer, four hexadecimal digits (0e15).")
    ] = None
    printer_host: Annotated[
        str | None, Field(min_length=1, description="Name or address of a network printer.")
    ] = None
    printer_port: Annotated[int, Field(ge=1, le=65535, description="TCP port of a network printer.")] = 9100
    printer_device: Annotated[
        str | None, Field(min_length=1, description="Serial line of the printer, as /dev/ttyS0.")
    ] = None
    printer_baud: Annotated[
        int, Field(ge=1200, le=921_600, description="Speed of the serial line, in bits per second.")
    ] = 19_200
    printer_file: Annotated[
        Path | None, Field(description="File or device node that receives the slips, as /dev/usb/lp0.")
    ] = None
    printer_profile: Annotated[
        str, Field(description="Model, as python-escpos names it: it gives the code pages.")
    ] = "TM-T20II"
    slip_picture: Annotated[bool, Field(description="Print the picture that goes with the number.")] = True
    slip_link: Annotated[
        str,
        Field(
            max_length=50,
            pattern=r"^(https?://[!-~]+)?$",
            description="Address printed as a QR code on the slip; empty prints none.",
        ),
    ] = ""
    slips_page: Annotated[
        bool, Field(description="Show the last slips as pictures on /slips (demonstration and tests only).")
    ] = False

    @field_validator(*NEEDED_BY, mode="after")
    @classmethod
    def _given_when_needed(cls, value: object, info: ValidationInfo) -> object:
        if value is None and info.data.get("printer") == NEEDED_BY[str(info.field_name)]:
            raise PydanticCustomError("missing", "needed by the chosen printer")
        return value

    @field_validator("printer_profile", mode="after")
    @classmethod
    def _known_model(cls, name: str) -> str:
        from escpos.capabilities import CAPABILITIES  # its tables take long to read: only when they serve

        if name not in CAPABILITIES["profiles"]:
            sentence = catalogue().gettext("%(name)s is not a model that python-escpos knows")
            raise ValueError(sentence % {"name": name})
        return name
