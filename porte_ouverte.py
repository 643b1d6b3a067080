"""Porte ouverte: unconditional reception. The front door of the installed command."""

__version__ = "0.1.0"
