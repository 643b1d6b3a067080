"""Porte ouverte: unconditional reception. The front door of the installed command.

A room is imported only when it is asked for: the server needs no printer library, the kiosk no database.
"""

from pathlib import Path
from typing import Annotated

import typer

from house.records import keep_records
from house.serving import PortTakenError, serve
from house.settings import SettingsError, read_settings, stop

__version__ = "0.1.0"

front_door = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help="Porte ouverte"
)
server = typer.Typer(help="Le serveur : tickets, pages des agents, tableau d’appel.")
front_door.add_typer(server, name="server", invoke_without_command=True)


@server.callback(invoke_without_command=True)
def run_server(context: typer.Context) -> None:
    """Serve, unless another word follows (migrate, sample)."""
    if context.invoked_subcommand is not None:
        return
    from queue_server.app import create_app
    from queue_server.settings import ServerSettings

    settings = read_settings(ServerSettings)
    serve(create_app(settings), settings.server_host, settings.server_port, "PORTE_OUVERTE_SERVER_PORT")


@server.command()
def migrate() -> None:
    """Bring the database to the tables of this version."""
    from queue_server.settings import ServerSettings
    from queue_server.storage.database import Database
    from queue_server.storage.migrate import migrate as bring_up

    database = Database(read_settings(ServerSettings).database)
    bring_up(database)
    database.close()


@server.command()
def sample(tokens: Annotated[Path, typer.Argument(help="A folder with one token file per device.")]) -> None:
    """Load the demonstration's site. Refused outside the demonstration."""
    from queue_server.sample import NotADemoError, load_sample
    from queue_server.settings import ServerSettings

    try:
        load_sample(read_settings(ServerSettings), tokens)
    except NotADemoError as error:
        stop(error)


@front_door.command()
def kiosk() -> None:
    """Run a kiosk: the page one touches, the paper ticket."""
    from kiosk.app import create_app

    from kiosk.settings import KioskSettings

    settings = read_settings(KioskSettings)
    serve(create_app(settings), settings.kiosk_host, settings.kiosk_port, "PORTE_OUVERTE_KIOSK_PORT")


@front_door.command()
def display() -> None:
    """Run a waiting-room screen."""
    from display.app import create_app
    from display.settings import DisplaySettings

    settings = read_settings(DisplaySettings)
    serve(create_app(settings), settings.display_host, settings.display_port, "PORTE_OUVERTE_DISPLAY_PORT")


@front_door.command()
def voicemail() -> None:
    """Run the telephone announcement."""
    from voicemail.app import create_app
    from voicemail.settings import VoicemailSettings

    settings = read_settings(VoicemailSettings)
    serve(
        create_app(settings), settings.voicemail_host, settings.voicemail_port, "PORTE_OUVERTE_VOICEMAIL_PORT"
    )


@front_door.command()
def demo() -> None:
    """Start the four programs with a sample site: PORT, SIP_PORT and DATA change ports and folder."""
    from deploy.demo import main as run_demo

    run_demo()


@front_door.command()
def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command; what a person can mend is one line, without a trace."""
    keep_records()
    try:
        front_door()
    except (SettingsError, PortTakenError) as error:
        stop(error)


if __name__ == "__main__":
    main()
