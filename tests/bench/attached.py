"""Files attached to the mails of a corpus, taken out into a folder: the ordinary ones, as people send them."""
import email
import hashlib


def attached(mails, magic, folder, ending):
    """Those with these bytes near their beginning, each once; paths in the folder, in a fixed order."""
    found = {}
    for path in sorted(p for p in mails.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if ending.encode() not in raw.lower():
            continue
        for part in email.message_from_bytes(raw).walk():
            content = b"" if part.is_multipart() else part.get_payload(decode=True) or b""
            if magic in content[:1024]:
                found[hashlib.sha256(content).hexdigest()] = content
    for digest, content in found.items():
        (folder / (digest[:16] + ending)).write_bytes(content)
    return sorted(folder.glob("*" + ending))
