"""Where espeak-ng is: the system's library, or the one that comes with the package espeakng-loader.

The packaged one is only loaded in the child process, and its data folder must be named first: loading it
without that ends the process.
"""

import ctypes
import os
from importlib.util import find_spec

from house.words import catalogue

SYSTEM_LIBRARY = "libespeak-ng.so.1"


def has_system_library() -> bool:
    """Tell whether the dynamic loader finds espeak-ng."""
    try:
        ctypes.CDLL(SYSTEM_LIBRARY)
    except OSError:
        return False
    return True


def absent_part() -> str | None:
    """Return what is missing before anything can be spoken, as a sentence with its cure; None if nothing."""
    _ = catalogue().gettext
    if find_spec("pyttsx3") is None:
        return _("no voice: the Python package pyttsx3 is missing; install porte-ouverte[speech].")
    if not has_system_library() and find_spec("espeakng_loader") is None:
        return _("no voice: espeak-ng is missing; install the system package espeak-ng.")
    return None


def load_packaged_library() -> None:
    """Load the library of espeakng-loader under the name pyttsx3 asks for. Only in a child process."""
    import espeakng_loader

    os.environ["ESPEAK_DATA_PATH"] = espeakng_loader.get_data_path()
    ctypes.CDLL(espeakng_loader.get_library_path())
