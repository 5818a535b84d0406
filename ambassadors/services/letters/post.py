"""What writing a mail needs beside the database, and which address it comes from."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from ambassadors.core import tokens
from ambassadors.core.notices import Kind
from ambassadors.mail.compose import Person, Service
from ambassadors.models import Ambassador, Chat, Notice


@dataclass(frozen=True)
class Post:
    """The secret for links, and who the mail is from.

    `replies` is whether calendar replies can be read (INBOX_URL): then a chat's mails come from
    an address with the chat's and reader's own secret part.
    """

    secret: str
    service: Service
    replies: bool = False


@dataclass(frozen=True)
class Task:
    """One notice to be written: `post` has the sender for it, `now` is when it is."""

    session: Session
    notice: Notice
    post: Post
    now: datetime

    @property
    def kind(self) -> Kind:
        """Which mail it is."""
        return Kind(self.notice.kind)

    @property
    def base_url(self) -> str:
        """What links start with."""
        return self.post.service.base_url

    @property
    def message_id(self) -> str:
        """The same on every attempt."""
        return f"<{self.notice.message_id}@{self.post.service.address.rpartition('@')[2]}>"


def sender(chat: Chat, post: Post, recipient: str) -> Service:
    """The service's own address; where replies are read, with the secret of this reader's chat.

    `recipient` is the reader as notices name them. Each reader has a secret of their own, so that
    nobody can answer for the other, nor for whoever has the chat after them.
    """
    if not post.replies:
        return post.service
    local, _, domain = post.service.address.rpartition("@")
    return replace(post.service, address=f"{local}+{reply_secret(chat, post, recipient)}@{domain}")


def reply_secret(chat: Chat, post: Post, recipient: str) -> str:
    """The part of an address that proves a reader's right to answer: 160 bits, in hex."""
    return tokens.sign(post.secret, "reply", chat.uid, chat.nonce, recipient).hex()[:40]


def person_of(row: Ambassador) -> Person:
    """An ambassador as a reader of mail."""
    return Person(row.name, row.user.email, row.time_zone, row.user.locale)
