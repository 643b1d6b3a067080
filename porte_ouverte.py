"""Porte ouverte: unconditional reception. The front door of the installed command.

A room is imported only when it is asked for: the server needs no printer library, the kiosk no database.
"""

from pathlib import Path
from typing import Annotated

import typer

from house.records import keep_records
from house.serving import serve
from house.settings import SettingsError, read_settings, stop
from house.words import catalogue

__version__ = "0.1.0"


def front_door() -> typer.Typer:
    """Return the commands, each with its meaning."""
    _ = catalogue().gettext
    door = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
    server = typer.Typer(help=_("The server: tickets, agents' pages, board. Alone, it serves."))
    server.callback(invoke_without_command=True)(run_server)
    server.command(help=_("Bring the database to the tables of this version."))(migrate)
    server.command(help=_("Load the demonstration's site (refused outside the demonstration)."))(sample)
    door.add_typer(server, name="server")
    door.command(help=_("The kiosk: the page one touches, the paper ticket."))(kiosk)
    door.command(help=_("The screen of the waiting room, and its voice."))(display)
    door.command(help=_("The telephone announcement."))(voicemail)
    door.command(help=_("Everything on this machine, with a sample site."))(demo)
    door.command(help=_("Print the version."))(version)
    return door


def run_server(context: typer.Context) -> None:
    """Serve, unless another word follows (migrate, sample)."""
    if context.invoked_subcommand is not None:
        return
    from queue_server.app import create_app
    from queue_server.settings import ServerSettings

    settings = read_settings(ServerSettings)
    check_database(settings.database)
    serve(create_app(settings), settings.server_host, settings.server_port, "PORTE_OUVERTE_SERVER_PORT")


def check_database(address: str) -> None:
    """Stop unless the database answers and has the tables of this version."""
    from queue_server.storage.database import Database
    from queue_server.storage.migrate import check_ready

    database = Database(address)
    check_ready(database)
    database.close()


def migrate() -> None:
    """Bring the database to the tables of this version."""
    from queue_server.settings import ServerSettings
    from queue_server.storage.database import Database
    from queue_server.storage.migrate import migrate as bring_up

    database = Database(read_settings(ServerSettings).database)
    bring_up(database)
    database.close()


def sample(tokens: Annotated[Path, typer.Argument()]) -> None:
    """Load the demonstration's site; ``tokens`` is a folder with one file per device."""
    from queue_server.sample import NotADemoError, load_sample
    from queue_server.settings import ServerSettings

    settings = read_settings(ServerSettings)
    check_database(settings.database)
    try:
        load_sample(settings, tokens)
    except NotADemoError as error:
        stop(error)


def kiosk() -> None:
    """Run a kiosk."""
    from kiosk.app import create_app
    from kiosk.settings import KioskSettings

    settings = read_settings(KioskSettings)
    serve(create_app(settings), settings.kiosk_host, settings.kiosk_port, "PORTE_OUVERTE_KIOSK_PORT")


def display() -> None:
    """Run a screen of a waiting room."""
    from display.app import create_app
    from display.settings import DisplaySettings

    settings = read_settings(DisplaySettings)
    serve(create_app(settings), settings.display_host, settings.display_port, "PORTE_OUVERTE_DISPLAY_PORT")


def voicemail() -> None:
    """Run the telephone announcement."""
    from voicemail.app import create_app
    from voicemail.settings import VoicemailSettings

    settings = read_settings(VoicemailSettings)
    port = settings.voicemail_port
    serve(create_app(settings), settings.voicemail_host, port, "PORTE_OUVERTE_VOICEMAIL_PORT")


def demo() -> None:
    """Start the four programs with a sample site."""
    from deploy.demo import main as run_demo

    run_demo()


def version() -> None:
    """Print the version."""
    typer.echo(__version__)


def main() -> None:
    """Run the command; what a person can mend is one line, without a trace."""
    keep_records()
    try:
        front_door()()
    except SettingsError as error:
        stop(error)


if __name__ == "__main__":
    main()
