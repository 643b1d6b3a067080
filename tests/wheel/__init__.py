"""The installed wheel, not the checkout."""
