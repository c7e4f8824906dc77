"""HTML pages as messages, and the other way round."""

HEAD = ("From: lee@vendor.example\nTo: chan@dept.example\nSubject: page\nMIME-Version: 1.0\n"
        "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n")
ESCAPES = {"\\n": "\n", "\\t": "\t", "\\f": "\f", "\\0": "\0"}


def vectors(source):
    """The lines of vectors.txt."""
    for line in (source / "tests" / "readers" / "vectors.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            for escape, byte in ESCAPES.items():
                line = line.replace(escape, byte)
            yield line


def message(page):
    return (HEAD + "<p>begin</p>\n" + page + "\n").encode("utf-8", "replace")


def html_bodies(parsed):
    """The HTML of a message by Python's email, attachments left out."""
    found = []
    for part in parsed.walk():
        if part.get_content_type() != "text/html" or part.is_multipart() or \
                part.get_content_disposition() == "attachment":
            continue
        content = part.get_payload(decode=True) or b""
        try:
            found.append(content.decode(part.get_content_charset() or "utf-8", "replace"))
        except LookupError:
            found.append(content.decode("latin-1"))
    return found
