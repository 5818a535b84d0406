"""Tables and their constraints."""

from ambassadors.models.accounts import (
    AccountEvent,
    RecoveryCode,
    SchoolLink,
    SecondStep,
    SignedIn,
)
from ambassadors.models.afterwards import Block, ChatNote, Concern, Feedback, FollowUp
from ambassadors.models.calendars import BusySpans, CalendarSource
from ambassadors.models.chats import Chat, ChatChange, IdempotencyKey
from ambassadors.models.desk import Attempt, Bulk, BulkLine, SavedFilter
from ambassadors.models.handoffs import HandOff, HandOffAsk
from ambassadors.models.hours import HoursException, TimeOff, WeeklyHours
from ambassadors.models.inbox import InboxMessage, Offer, Participation
from ambassadors.models.integrations import ApiKey, Webhook, WebhookDelivery
from ambassadors.models.notices import Notice
from ambassadors.models.people import (
    Ambassador,
    Prospect,
    User,
    WaitingRequest,
    ambassador_interests,
)
from ambassadors.models.plans import Plan, PlanLine
from ambassadors.models.privacy import PrivacyAct
from ambassadors.models.roster import DeskEvent, RosterImport
from ambassadors.models.searches import Search
from ambassadors.models.settings import SettingsVersion, TermCap
from ambassadors.models.upkeep import DataVersion, Heartbeat, Throttle
from ambassadors.models.vocabulary import Family, Interest, Programme

__all__ = [
    "AccountEvent",
    "Ambassador",
    "ApiKey",
    "Attempt",
    "Block",
    "Bulk",
    "BulkLine",
    "BusySpans",
    "CalendarSource",
    "Chat",
    "ChatChange",
    "ChatNote",
    "Concern",
    "DataVersion",
    "DeskEvent",
    "Family",
    "Feedback",
    "FollowUp",
    "HandOff",
    "HandOffAsk",
    "Heartbeat",
    "HoursException",
    "IdempotencyKey",
    "InboxMessage",
    "Interest",
    "Notice",
    "Offer",
    "Participation",
    "Plan",
    "PlanLine",
    "PrivacyAct",
    "Programme",
    "Prospect",
    "RecoveryCode",
    "RosterImport",
    "SavedFilter",
    "SchoolLink",
    "Search",
    "SecondStep",
    "SettingsVersion",
    "SignedIn",
    "TermCap",
    "Throttle",
    "TimeOff",
    "User",
    "WaitingRequest",
    "Webhook",
    "WebhookDelivery",
    "WeeklyHours",
    "ambassador_interests",
]
