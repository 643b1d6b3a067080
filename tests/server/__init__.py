"""The server, over real HTTP, on both engines."""
