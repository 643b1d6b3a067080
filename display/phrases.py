"""What the voice says for a call, and how a desk is named."""

from contract.messages import Call, Desk
from house.words import NO_BREAK_SPACE, catalogue


def desk_name(desk: Desk) -> str:
    """Return the desk as it is shown and said: ``Bureau 3``."""
    word = catalogue().pgettext("desk", desk.word.value)
    return f"{word}{NO_BREAK_SPACE}{desk.mark}" if desk.mark else word


def sentence(call: Call) -> str:
    """Return the sentence of a call: ``Numéro 47. Bureau 3.`` The voice reads the digits."""
    words = catalogue().gettext("Number %(label)s. %(desk)s.")
    return words % {"label": call.label, "desk": desk_name(call.desk)}
