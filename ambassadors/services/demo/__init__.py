"""Invented people to try the service with, booked through the same door as everybody."""

from ambassadors.services.demo.crowd import Sizes, add_crowd
from ambassadors.services.demo.loading import (
    COORDINATOR,
    Loaded,
    SignIn,
    add_coordinator,
    choose_sign_ins,
    find_sign_ins,
    load,
)

__all__ = [
    "COORDINATOR",
    "Loaded",
    "SignIn",
    "Sizes",
    "add_coordinator",
    "add_crowd",
    "choose_sign_ins",
    "find_sign_ins",
    "load",
]
