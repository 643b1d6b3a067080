"""The picture that goes with a number, the same on slip, kiosk, TV and agents' page.

Someone who does not read matches shapes. The order is chosen so that neighbours differ: two people who
came one after the other never hold look-alikes. French names live in ``locales/``.
"""

SYMBOLS: tuple[str, ...] = (
    "umbrella", "apple", "ladder", "cloud", "key", "flower",
    "lamp", "mountain", "cup", "leaf", "glasses", "kite",
    "cherries", "bridge", "pencil", "drop", "basket", "tree",
    "bicycle", "hat", "teapot", "spoon", "drum", "sun",
)  # fmt: skip


def symbol_of(number: int) -> str:
    """Return the symbol code of a ticket number (1 or more): 47 is the sun."""
    return SYMBOLS[number % len(SYMBOLS)]
