"""Talk with a student before you choose the programme."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from config import Settings


def create_app(settings: "Settings") -> "Flask":
    """The application for these settings."""
    # Not at the top: `ambassadors.core` serves scripts and notebooks, which need no Flask.
    from ambassadors.factory import build_app

    return build_app(settings)
