#!/usr/bin/env python3
"""Python's email: one JSON line a file, {"file", "parts": [{"type", "names", "text" | "head"}]}.
Reads file names on standard input. `head`: base64 of the first 64 bytes of what is no text."""
import base64
import email
import email.policy
import json
import sys


def names(part):
    found = [part.get_filename(), part.get_param("name")]
    return [n if isinstance(n, str) else str(n) for n in found if n]


def parts(message):
    for part in message.walk():
        if part.is_multipart():
            continue
        content = part.get_payload(decode=True) or b""
        entry = {"type": part.get_content_type(), "names": names(part),
                 "attachment": part.get_content_disposition() == "attachment"}
        if part.get_content_maintype() == "text":
            charset = part.get_content_charset() or "utf-8"
            try:
                entry["text"] = content.decode(charset, "replace")
            except (LookupError, ValueError, UnicodeError):
                entry["text"] = content.decode("latin-1")
        else:
            entry["head"] = base64.b64encode(content[:64]).decode()
        yield entry


for line in sys.stdin:
    path = line.rstrip("\n")
    with open(path, "rb") as file:
        data = file.read()
    try:
        found = list(parts(email.message_from_bytes(data, policy=email.policy.compat32)))
    except Exception as error:  # a parser's own trouble is no finding about the message
        print(json.dumps({"file": path, "error": repr(error), "parts": []}))
        continue
    print(json.dumps({"file": path, "parts": found}))
