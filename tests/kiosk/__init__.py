"""The kiosk: book, slip, printer, gesture, delivery, page."""
