"""A mail that came in → what its sender wants of a chat. Nothing here trusts what it reads."""

from ambassadors.core.replies.mails import Arrived, Kind, read_mail
from ambassadors.core.replies.objects import Wish

__all__ = ["Arrived", "Kind", "Wish", "read_mail"]
