"""The sentence a caller hears: pure, from what the board says.

The first words are the state of the line; who is called comes next; then what one can do.
"""

from contract.messages import Board
from house.words import catalogue

LONGEST_SPOKEN_NAME = 20


def busy_message(board: Board) -> str:
    """Return what is said when the line is busy.

    A name longer than 20 characters is not said: the whole must stay under 12 seconds. "Come" is said only
    while the reception is open.
    """
    _ = catalogue().gettext
    sentences = [_("The line is busy."), _who(board.texts.name)]
    sentences.append(catalogue().pgettext("phone", "Call back a little later."))
    if board.opening.state == "open":
        sentences.append(_("You may come without an appointment."))
    return " ".join(sentences)


def _who(name: str) -> str:
    _ = catalogue().gettext
    spoken = name.strip()
    if not spoken or len(spoken) > LONGEST_SPOKEN_NAME:
        return _("Here, the social reception.")
    return _("Here, %(name)s.") % {"name": spoken}
