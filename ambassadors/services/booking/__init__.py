"""Booking: hold a time, confirm it, change it. The database arbitrates; history tells it all."""

from ambassadors.services.booking.changes import (
    cancel,
    change_place,
    finish,
    hand_over,
    move,
    recount_caps,
)
from ambassadors.services.booking.codes import confirm, correct_email, send_code_again
from ambassadors.services.booking.door import any_overdue, expire_holds, find_chat
from ambassadors.services.booking.holds import Order, hold, release
from ambassadors.services.booking.places import alternatives
from ambassadors.services.booking.takers import Takers, find_takers, free_ambassadors

__all__ = [
    "Order",
    "Takers",
    "alternatives",
    "any_overdue",
    "cancel",
    "change_place",
    "confirm",
    "correct_email",
    "expire_holds",
    "find_chat",
    "find_takers",
    "finish",
    "free_ambassadors",
    "hand_over",
    "hold",
    "move",
    "recount_caps",
    "release",
    "send_code_again",
]
