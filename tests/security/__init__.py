"""Attacks: what is typed, forged, replayed, scanned or counted, against the whole service."""
