#!/usr/bin/env python3
"""Cordon behind a real Sendmail: what is sent by SMTP, what arrives at smtp-sink. Prints TAP.

Each test gets its own Lab (private Sendmail, cordond, smtp-sink on loopback). Needs root.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import everywhere  # noqa: E402
import recipients  # noqa: E402
from checks import named_tests, run_tests  # noqa: E402
from sendmail import Sendmail  # noqa: E402


def test_load_of_many_connections():
    everywhere.load_of_many_connections(Sendmail, 100, 8)


sys.exit(run_tests(everywhere.tests(Sendmail) + recipients.tests(Sendmail) + named_tests(globals()),
                   Sendmail.missing()))
