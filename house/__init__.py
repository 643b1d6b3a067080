"""What every room stands on: settings, words, pages, records. It knows no room and no message."""
