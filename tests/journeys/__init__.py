"""Journeys: a stranger reads them as the story of a visit. Real programs, a real Chromium."""
