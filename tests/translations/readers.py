"""Whose a message is, by where it stands: what no prospect can see or receive may stay English."""

import re

# Everything else is a prospect's.
STAFF = re.compile(
    r"templates/(coordinator|ambassador|staff|account|dev|styleguide|layouts/staff)"
    r"|templates/components/(nav|looking|chart|table)\."
    r"|templates/mail/(account_invitation|password_reset|calendar_\w+|cannot|hand_off_asked"
    r"|plan_digest|profile_approved)\."
    r"|ambassadors/(cli|remote|jobs|scheduler|logs)"
    r"|ambassadors/mail/(compose/(accounts|calendars)|smtp|transports)\.py"
    r"|ambassadors/core/(calendars|replies|settings|transport)/"
    r"|ambassadors/core/(browsers|csvs|explaining|hours|outlooks|plans|rehearsal|season\w*|weights"
    r"|worktime|guarding|coverage|gaps|handing|programme_file|reporting)\.py"
    r"|ambassadors/services/(assignment|bulk|calendars|demo|oversight|reports|settings|today"
    r"|coverage|integrations)/"
    r"|ambassadors/services/(absence|account_links|accounts|agenda|approval|backup|blocks"
    r"|chat_notes|checkup|delivery|feeds|importing|imports|leaving|ledger|notices|passwords|programme"
    r"|roster|rows|saved_filters|school|second_step|sessions|staff|timesheets|timetable|weights)\.py"
    r"|ambassadors/services/(booking/exceptions|handoffs/(asking|answering|starting)"
    r"|replies/(acting|counters|deciding|dropping|held|reading|returned))\.py"
    r"|ambassadors/web/(account|ambassador|arriving|coordinator|dev_|given|hand_offs|looking|own_account"
    r"|proving|school|staff|telling"
    r"|timesheets|charts|feeds)\w*\.py"
    r"|ambassadors/web/forms/(account|ambassador|coordinator|hours|settings)\.py"
)


def is_staffs(places: list[str]) -> bool:
    """Whether all places of a message are where only staff read."""
    return all(STAFF.match(place) for place in places)
