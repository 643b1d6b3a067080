"""The public API, ``/api/v1``: what devices use, and nothing more than they need."""
