"""Reports: how many asked, talked, missed, and how it was, by time, interest, place and person."""

from ambassadors.services.reports.making import Asked, Report, choices, make_report

__all__ = ["Asked", "Report", "choices", "make_report"]
