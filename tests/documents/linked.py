#!/usr/bin/env python3
"""Small documents with links in them, as golden cases have them. linked.py CASES writes the in.eml of each case named
file-links-*; t_documents.py opens them before and after. All is fixed: the same bytes come out each time."""
import base64
import io
import pathlib
import sys
import zipfile

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
R = f'xmlns:r="{OFFICE}"'
ML = "application/vnd.openxmlformats-officedocument."
DRIVE, DROPBOX, WHATSAPP = "https://drive.google.com/file/d/1AbC/view", "https://www.dropbox.com/s/x/%E8%A8%88%E5%8A%83", "https://wa.me/85298765432"
PLAIN = "https://www.example.org/minutes"


def package(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, (2026, 11, 16, 9, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return out.getvalue()


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def rels(*entries):
    """(id, kind, target) or (id, kind, target, "External")"""
    lines = "".join(
        f'<Relationship Id="{i}" Type="{k if ":" in k else OFFICE + "/" + k}" Target="{escape(t)}"'
        + (f' TargetMode="{m[0]}"' if m else "") + "/>" for i, k, t, *m in entries)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def types(main, **parts):
    over = "".join(f'<Override PartName="{n}" ContentType="{ML}{t}"/>' for n, t in {**main, **parts}.items())
    return (f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
            f'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
            f'<Default Extension="png" ContentType="image/png"/>{over}</Types>')


# --- Word ---

def run(text):
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def paragraph(*content):
    return f"<w:p>{''.join(content)}</w:p>"


def hyperlink(rel, text):
    return f'<w:hyperlink r:id="{rel}" w:history="1"><w:r><w:rPr><w:color w:val="0563C1"/><w:u w:val="single"/></w:rPr><w:t>{escape(text)}</w:t></w:r></w:hyperlink>'


def mark(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def field(code, text, pieces=1):
    """A field whose code stands in so many runs."""
    size = -(-len(code) // pieces)
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{escape(code[i:i + size])}</w:instrText></w:r>'
                   for i in range(0, len(code), size))
    return mark("begin") + runs + mark("separate") + run(text) + mark("end")


def docx(body, relations=(), extra=None):
    return package({
        "[Content_Types].xml": types({"/word/document.xml": "wordprocessingml.document.main+xml"}),
        "_rels/.rels": rels(("rId1", "officeDocument", "word/document.xml")),
        "word/document.xml": f"{HEAD}<w:document {W} {R} {A}><w:body>{''.join(body)}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": rels(*relations),
        **(extra or {})})


# --- cases ---

def letter(subject, files, text="Please see the attached file.\r\n請見附件。\r\n"):
    """A mail from outside with files: (name, type, bytes)."""
    lines = ["From: \"Chan Tai Man\" <tm.chan@contractor.example>", "To: officer@dept.example",
             "Date: Mon, 16 Nov 2026 10:12:00 +0800", f"Message-ID: <{subject.replace(' ', '.')}@contractor.example>",
             f"Subject: {subject}", "MIME-Version: 1.0", 'Content-Type: multipart/mixed; boundary="b1"', "", "--b1",
             "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text.rstrip("\r\n")]
    for name, kind, content in files:
        coded = base64.b64encode(name.encode()).decode()
        shown = name if name.isascii() else f"=?utf-8?B?{coded}?="
        lines += ["--b1", f'Content-Type: {kind}; name="{shown}"', "Content-Transfer-Encoding: base64",
                  f'Content-Disposition: attachment; filename="{shown}"', ""]
        body = base64.b64encode(content).decode()
        lines += [body[i:i + 76] for i in range(0, len(body), 76)]
    return ("\r\n".join([*lines, "--b1--", ""])).encode()


DOCX = ML + "wordprocessingml.document"


def case_docx():
    body = [paragraph(run("會議紀錄草稿見 "), hyperlink("rId10", "Google 雲端硬碟"), run("，請於星期五前回覆。")),
            paragraph(run("The final minutes are "), hyperlink("rId11", "on our site"), run("."))]
    return [("會議紀錄.docx", DOCX, docx(body, [("rId10", "hyperlink", DRIVE, "External"), ("rId11", "hyperlink", PLAIN, "External")]))]


CASES = {"file-links-docx": case_docx}


def main():
    for name, make in CASES.items():
        folder = pathlib.Path(sys.argv[1]) / name
        folder.mkdir(exist_ok=True)
        (folder / "in.eml").write_bytes(letter(name.replace("-", " "), make()))


if __name__ == "__main__":
    main()
