"""What starts, draws and installs: the demonstration, the pictures, the services."""
