"""Faults that are really made to happen, each in a short dose for `make test` and a full one for
`make faults`. A scenario does its fault to a service, lets it recover and says what came of it.
"""
