"""What the server keeps, on both engines."""
