#!/usr/bin/env python3
"""Chaos behind real mail servers, a bounded run: see chaos.py. Prints TAP.

CHAOS_POSTFIX and CHAOS_SENDMAIL are how many mails (make soak: 20,000 and 2,000), CHAOS_SECONDS over
how long each is spread; CHAOS_SEED repeats a run's dice.
"""
import os
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import chaos  # noqa: E402
from checks import run_tests  # noqa: E402
from postfix import Postfix  # noqa: E402
from sendmail import Sendmail  # noqa: E402

COUNTS = ((Postfix, int(os.environ.get("CHAOS_POSTFIX", "300"))),
          (Sendmail, int(os.environ.get("CHAOS_SENDMAIL", "60"))))
SECONDS = float(os.environ.get("CHAOS_SECONDS", "12"))
SERVERS = [(server, count) for server, count in COUNTS if count > 0 and server.missing() is None]
sys.exit(run_tests([(f"chaos ({server.name})", lambda server=server, count=count: chaos.run(server, count, SECONDS))
                    for server, count in SERVERS], None if SERVERS else Postfix.missing()))
