"""Invented people to try the service with, booked through the same door as everybody."""

from ambassadors.services.demo.loading import (
    Loaded,
    SignIn,
    choose_sign_ins,
    find_sign_ins,
    load,
)

__all__ = ["Loaded", "SignIn", "choose_sign_ins", "find_sign_ins", "load"]
