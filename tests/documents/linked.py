#!/usr/bin/env python3
"""Small documents with links in them, as golden cases have them. linked.py CASES writes the in.eml of each case named
file-links-*; t_documents.py opens them before and after. All is fixed: the same bytes come out each time."""
import base64
import io
import pathlib
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

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

def letter(subject, files, boundary="b1", text="Please see the attached file.\r\n請見附件。\r\n"):
    """A mail from outside with files: (name, type, bytes)."""
    lines = ["From: \"Chan Tai Man\" <tm.chan@contractor.example>", "To: officer@dept.example",
             "Date: Mon, 16 Nov 2026 10:12:00 +0800", f"Message-ID: <{subject.replace(' ', '.')}@contractor.example>",
             f"Subject: {subject}", "MIME-Version: 1.0", f'Content-Type: multipart/mixed; boundary="{boundary}"', "", f"--{boundary}",
             "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", text.rstrip("\r\n")]
    for name, kind, content in files:
        coded = base64.b64encode(name.encode()).decode()
        shown = name if name.isascii() else f"=?utf-8?B?{coded}?="
        lines += [f"--{boundary}", f'Content-Type: {kind}; name="{shown}"', "Content-Transfer-Encoding: base64",
                  f'Content-Disposition: attachment; filename="{shown}"', ""]
        if kind == "message/rfc822":
            lines = [*lines[:-3], *lines[-2:], content.decode().rstrip("\r\n")]
            continue
        body = base64.b64encode(content).decode()
        lines += [body[i:i + 76] for i in range(0, len(body), 76)]
    return ("\r\n".join([*lines, f"--{boundary}--", ""])).encode()


def write_cases(cases, made):
    """The in.eml of each case in the folder: its name, and what makes its files."""
    for name, make in made.items():
        folder = pathlib.Path(cases) / name
        folder.mkdir(exist_ok=True)
        (folder / "in.eml").write_bytes(letter(name.replace("-", " "), make()))


DOCX = ML + "wordprocessingml.document"


def case_docx():
    body = [paragraph(run("會議紀錄草稿見 "), hyperlink("rId10", "Google 雲端硬碟"), run("，請於星期五前回覆。")),
            paragraph(run("The final minutes are "), hyperlink("rId11", "on our site"), run("."))]
    return [("會議紀錄.docx", DOCX, docx(body, [("rId10", "hyperlink", DRIVE, "External"), ("rId11", "hyperlink", PLAIN, "External")]))]


PNG = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGNgYGAAAAAEAAH2FzhVAAAAAElFTkSuQmCC")
WP = 'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
PIC = "http://schemas.openxmlformats.org/drawingml/2006/picture"


def icon(number, rel):
    """A picture of 24 pixels that leads somewhere, as stand at the foot of letters."""
    return (f'<w:r><w:drawing><wp:inline {WP}><wp:extent cx="228600" cy="228600"/><wp:docPr id="{number}" name="Icon {number}"><a:hlinkClick '
            f'r:id="{rel}"/></wp:docPr><a:graphic><a:graphicData uri="{PIC}"><pic:pic xmlns:pic="{PIC}"><pic:nvPicPr><pic:cNvPr id="{number}" '
            f'name="i.png"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId20"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
            f'<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="228600" cy="228600"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
            f'</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')


def case_docx_icons():
    links = [WHATSAPP, "https://www.facebook.com/example", "https://t.me/example_dept"]
    body = [paragraph(run("敬啟者：工程將於下月展開。")), paragraph(*[icon(i + 1, f"rId{i + 1}") for i in range(len(links))])]
    relations = [(f"rId{i + 1}", "hyperlink", link, "External") for i, link in enumerate(links)]
    return [("信函.docx", DOCX, docx(body, [*relations, ("rId20", "image", "media/i.png")], {"word/media/i.png": PNG}))]


def case_docx_flagged():
    body = [paragraph(run("Sign in at "), hyperlink("rId1", "this page"), run(" with the code AB12."))]
    return [("code.docx", DOCX, docx(body, [("rId1", "hyperlink", "https://microsoft.com/devicelogin", "External")]))]


def case_docx_text_differs():
    body = [paragraph(run("登入 "), hyperlink("rId1", "https://www.hsbc.com.hk/login"))]
    return [("通知.docx", DOCX, docx(body, [("rId1", "hyperlink", "https://login.evil.example/hk", "External")]))]


def case_docm():
    content = docx([paragraph(run("見 "), hyperlink("rId10", "資料夾"), run("。"))],
                   [("rId10", "hyperlink", DROPBOX, "External"), ("rId11", "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")],
                   {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)})
    return [("表格.docm", "application/vnd.ms-word.document.macroEnabled.12", content)]


def case_docx_fields():
    body = [paragraph(run("下載："), field(f' HYPERLINK "{DROPBOX}" \\o "計劃" ', "計劃書全文", 5)),
            paragraph(f'<w:fldSimple w:instr=" HYPERLINK &quot;{PLAIN}&quot; ">{run("紀錄")}</w:fldSimple>'),
            paragraph(f'<w:fldSimple w:instr=" HYPERLINK &quot;{WHATSAPP}&quot; ">{run("WhatsApp 群組")}</w:fldSimple>'),
            paragraph(run("Page "), field(" PAGE ", "1")),
            f'<w:p><w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" id="s1" href="{DRIVE}" '
            f'style="width:24pt;height:24pt" type="#t"/></w:pict></w:r></w:p>']
    return [("計劃.docx", DOCX, docx(body))]


# --- Excel, PowerPoint ---

S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'


def xlsx():
    formula = escape(f'HYPERLINK("{WHATSAPP}","聯絡我們")')
    rows = (f'<row r="1"><c r="A1" t="inlineStr"><is><t>資料夾</t></is></c><c r="B1" t="str"><f>{formula}</f><v>聯絡我們</v></c></row>'
            '<row r="2"><c r="A2" t="inlineStr"><is><t>Minutes</t></is></c><c r="B2"><f>1+2</f><v>3</v></c></row>')
    links = ('<hyperlinks><hyperlink ref="A1" r:id="rId1" display="資料夾"/><hyperlink ref="A2" r:id="rId2" display="Minutes"/>'
             '</hyperlinks>')
    return package({
        "[Content_Types].xml": types({"/xl/workbook.xml": "spreadsheetml.sheet.main+xml"},
                                     **{"/xl/worksheets/sheet1.xml": "spreadsheetml.worksheet+xml"}),
        "_rels/.rels": rels(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook {S} {R}><sheets><sheet name="清單" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(("rId1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f"{HEAD}<worksheet {S} {R}><sheetData>{rows}</sheetData>{links}</worksheet>",
        "xl/worksheets/_rels/sheet1.xml.rels": rels(("rId1", "hyperlink", DROPBOX, "External"), ("rId2", "hyperlink", PLAIN, "External"))})


def pptx():
    tree = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'

    def shape(number, rel, text):
        return (f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Box {number}"/><p:cNvSpPr txBox="1"/><p:nvPr/></p:nvSpPr><p:spPr><a:xfrm>'
                f'<a:off x="914400" y="{number * 914400}"/><a:ext cx="5486400" cy="685800"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/>'
                f'</a:prstGeom></p:spPr><p:txBody><a:bodyPr/><a:p><a:r><a:rPr lang="zh-HK"><a:hlinkClick r:id="{rel}"/></a:rPr>'
                f"<a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>")

    space = f"{A} {R} {P}"
    return package({
        "[Content_Types].xml": types({"/ppt/presentation.xml": "presentationml.presentation.main+xml"},
                                     **{"/ppt/slides/slide1.xml": "presentationml.slide+xml",
                                        "/ppt/slideLayouts/slideLayout1.xml": "presentationml.slideLayout+xml",
                                        "/ppt/slideMasters/slideMaster1.xml": "presentationml.slideMaster+xml",
                                        "/ppt/theme/theme1.xml": "theme+xml"}),
        "_rels/.rels": rels(("rId1", "officeDocument", "ppt/presentation.xml")),
        "ppt/presentation.xml": f'{HEAD}<p:presentation {space}><p:sldMasterIdLst><p:sldMasterId id="2147483648" r:id="rId2"/></p:sldMasterIdLst>'
                                f'<p:sldIdLst><p:sldId id="256" r:id="rId1"/></p:sldIdLst><p:sldSz cx="9144000" cy="6858000"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>',
        "ppt/_rels/presentation.xml.rels": rels(("rId1", "slide", "slides/slide1.xml"), ("rId2", "slideMaster", "slideMasters/slideMaster1.xml")),
        "ppt/slides/slide1.xml": f'{HEAD}<p:sld {space}><p:cSld><p:spTree>{tree}{shape(2, "rId2", "簡報檔在此")}{shape(3, "rId3", "Minutes")}</p:spTree></p:cSld></p:sld>',
        "ppt/slides/_rels/slide1.xml.rels": rels(("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"), ("rId2", "hyperlink", DRIVE, "External"), ("rId3", "hyperlink", PLAIN, "External")),
        "ppt/slideLayouts/slideLayout1.xml": f'{HEAD}<p:sldLayout {space}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld></p:sldLayout>',
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": rels(("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")),
        "ppt/slideMasters/slideMaster1.xml": f'{HEAD}<p:sldMaster {space}><p:cSld><p:spTree>{tree}</p:spTree></p:cSld><p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" '
                                             f'accent1="accent1" accent2="accent2" accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
                                             f'<p:sldLayoutIdLst><p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>',
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": rels(("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"), ("rId2", "theme", "../theme/theme1.xml")),
        "ppt/theme/theme1.xml": f'{HEAD}<a:theme {A} name="T"><a:themeElements><a:clrScheme name="c">' + "".join(
            f'<a:{n}><a:srgbClr val="{c}"/></a:{n}>' for n, c in zip(
                "dk1 lt1 dk2 lt2 accent1 accent2 accent3 accent4 accent5 accent6 hlink folHlink".split(),
                "000000 FFFFFF 1F497D EEECE1 4F81BD C0504D 9BBB59 8064A2 4BACC6 F79646 0000FF 800080".split())) +
            '</a:clrScheme><a:fontScheme name="f"><a:majorFont><a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:majorFont><a:minorFont>'
            '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/></a:minorFont></a:fontScheme><a:fmtScheme name="s"><a:fillStyleLst>'
            + '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3 + '</a:fillStyleLst><a:lnStyleLst>'
            + '<a:ln w="9525"><a:solidFill><a:schemeClr val="phClr"/></a:solidFill></a:ln>' * 3 + '</a:lnStyleLst><a:effectStyleLst>'
            + '<a:effectStyle><a:effectLst/></a:effectStyle>' * 3 + '</a:effectStyleLst><a:bgFillStyleLst>'
            + '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>' * 3 + '</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>'})


# --- OpenDocument ---

ODF = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (
    ("office", "office"), ("text", "text"), ("table", "table"), ("draw", "drawing"), ("svg", "svg-compatible"))) + \
    ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:of="urn:oasis:names:tc:opendocument:xmlns:of:1.2"'


def opendocument(kind, body):
    mime = f"application/vnd.oasis.opendocument.{kind}"
    content = f'{HEAD}<office:document-content {ODF} office:version="1.2"><office:body>{body}</office:body></office:document-content>'
    manifest = (f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
                f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>')
    return package({"mimetype": mime, "content.xml": content, "META-INF/manifest.xml": manifest})


def case_odt():
    body = (f'<office:text><text:p>草稿：<text:a xlink:type="simple" xlink:href="{DRIVE}">雲端硬碟</text:a>，紀錄：'
            f'<text:a xlink:type="simple" xlink:href="{PLAIN}">minutes</text:a></text:p></office:text>')
    return [("草稿.odt", "application/vnd.oasis.opendocument.text", opendocument("text", body))]


def case_ods():
    formula = escape(f'of:=HYPERLINK("{WHATSAPP}";"聯絡")')
    body = (f'<office:spreadsheet><table:table table:name="一"><table:table-row><table:table-cell table:formula="{formula}" office:value-type="string" '
            f'office:string-value="聯絡"><text:p>聯絡</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>'
            f'<text:a xlink:type="simple" xlink:href="{DROPBOX}">文件</text:a></text:p></table:table-cell></table:table-row></table:table></office:spreadsheet>')
    return [("清單.ods", "application/vnd.oasis.opendocument.spreadsheet", opendocument("spreadsheet", body))]


# --- PDF ---

def predicted(data, columns=16):
    """Compressed as rows of a PNG are (ISO 32000-1, 7.4.4.4): each byte less that above it."""
    data += b" " * (-len(data) % columns)
    rows, above = b"", bytes(columns)
    for at in range(0, len(data), columns):
        row = data[at:at + columns]
        rows += b"\2" + bytes((a - b) & 255 for a, b in zip(row, above))
        above = row
    return zlib.compress(rows, 9)


def pdf(objects, streams=False):
    """objects: bytes of each, from number 1, the catalog; with `streams` those from 5 on stand in an object stream, with
    "predicted" as rows of a PNG."""
    apart = objects[:4] if streams else objects
    packed = objects[4:] if streams else []
    out, places = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", {}

    def put(number, body):
        nonlocal out
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)

    for number, body in enumerate(apart, 1):
        put(number, body)
    last = len(objects) + 1
    rows = {}
    if packed:
        index, content = b"", b""
        for i, body in enumerate(packed):
            index += b"%d %d " % (len(apart) + 1 + i, len(content))
            content += body + b"\n"
            rows[len(apart) + 1 + i] = (2, last, i)
        data = predicted(index + content) if streams == "predicted" else zlib.compress(index + content, 9)
        how = b" /DecodeParms << /Predictor 12 /Columns 16 >>" if streams == "predicted" else b""
        put(last, b"<< /Type /ObjStm /N %d /First %d /Filter /FlateDecode%s /Length %d >>\nstream\n%s\nendstream" % (
            len(packed), len(index), how, len(data), data))
        last += 1
    start = len(out)
    places[last] = start
    table = b"\0\0\0\0\xff"
    for number in range(1, last + 1):
        kind, second, third = rows.get(number, (1, places.get(number, 0), 0))
        table += bytes([kind]) + second.to_bytes(3, "big") + bytes([third])
    data = zlib.compress(table, 9)
    out += b"%d 0 obj\n<< /Type /XRef /Size %d /W [1 3 1] /Root 1 0 R /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (
        last, last + 1, len(data), data)
    return out + b"startxref\n%d\n%%%%EOF\n" % start


def annotation(y, action):
    return b"<< /Type /Annot /Subtype /Link /Rect [72 %d 300 %d] /Border [0 0 0] /A %s >>" % (y, y + 16, action)


def page(annotations, streams=False, more=()):
    words = b"".join(b"BT /F1 12 Tf 72 %d Td (%s) Tj ET\n" % (y, text) for y, text, _ in annotations)
    first = 6
    listed = b" ".join(b"%d 0 R" % (first + i) for i in range(len(annotations)))
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [%s] >>" % listed,
                b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
                *[annotation(y, action) for y, _, action in annotations], *more], streams)


def uri(address):
    return b"<< /S /URI /URI (%s) >>" % address.encode()


def case_pdf():
    hexed = b"<< /S /U#52I /URI <%s> >>" % WHATSAPP.encode().hex().encode()
    chain = b"<< /S /GoTo /D [3 0 R /Fit] /Next [ %s ] >>" % uri(DROPBOX)
    return [("計劃書.pdf", "application/pdf", page([(700, b"The plan", uri(DRIVE)), (660, b"Minutes", uri(PLAIN)),
                                                  (620, b"Ask us", hexed), (580, b"More", chain)]))]


def case_pdf_streams():
    return [("plan.pdf", "application/pdf", page([(700, b"The plan", uri(DRIVE)), (660, b"Minutes", uri(PLAIN))], True))]


def stream(content, entries=b""):
    return b"<< /Length %d %s>>\nstream\n%s\nendstream" % (len(content), entries, content)


def case_pdf_words():
    """Addresses that only stand in the words of a page: kerned; in codes that a table explains, in a stream that is
    packed twice; in a drawing. One of them is allowed."""
    table = b"1 begincodespacerange <0000> <ffff> endcodespacerange\n1 beginbfrange <0103> <017d> <0003> endbfrange"
    codes = "".join(f"{0x100 + ord(c):04x}" for c in WHATSAPP).encode()
    words = (b"BT /F1 12 Tf 72 700 Td 16 TL (See the plan at https://drive.google.com/file/d/1AbC/view now.) Tj\n"
             b"[(Minutes: ht)10(tps://www.exam)-20(ple.or)15(g/minutes)] TJ T* [(More: www.drop)20(box.com/s/x)] TJ\n"
             b"/F2 12 Tf <%s> ' ET /D1 Do" % codes)
    packed = base64.a85encode(zlib.compress(words, 9)) + b"~>"
    drawn = b"BT /F1 12 Tf 72 500 Td (https://t) Tj (.me/example) Tj ET"
    return [("plan.pdf", "application/pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F1 5 0 R /F2 6 0 R >> /XObject << /D1 9 0 R >> >> >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R] >>",
        stream(packed, b"/Filter [/ASCII85Decode /FlateDecode] "),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Type /Font /Subtype /Type0 /BaseFont /Plan /Encoding /Identity-H /DescendantFonts [7 0 R] /ToUnicode 8 0 R >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Plan /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) "
        b"/Supplement 0 >> /DW 600 >>",
        stream(table),
        stream(drawn, b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] ")]))]


def case_pdf_form():
    """A form in XML, in two pieces, and actions that send and fetch: addresses in objects of their own."""
    first = (b'<?xml version="1.0" encoding="UTF-8"?><xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template xmlns="http://www.xfa.org/'
             b'schema/xfa-template/3.3/"><event activity="click"><submit format="xml" target="https://drive.goo')
    second = (b'gle.com/forms?a=1&amp;b=2"/></event><assist><toolTip>Ask https://wa&#x2e;me/85298765432</toolTip></assist><exData>'
              b'<a href="https://www.example.org/minutes">Minutes</a></exData></template></xdp:xdp>')
    return [("form.pdf", "application/pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA [(a) 6 0 R (b) 7 0 R] >> >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> "
        b"/Annots [8 0 R 9 0 R 10 0 R] >>",
        stream(b"BT /F1 12 Tf 72 700 Td (Please fill in) Tj ET"),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        stream(first), stream(second),
        annotation(600, b"<< /S /SubmitForm /F << /FS /URL /F 11 0 R >> >>"),
        annotation(560, b"<< /S /GoToR /F << /FS /URL /F (https://www.dropbox.com/s/x/plan.pdf) >> /D [0 /Fit] >>"),
        annotation(520, b"<< /S /GoTo /D [3 0 R /Fit] >>"),
        b"(https://t.me/example)"]))]


def case_pdf_utf16():
    """Strings of either byte order, and one that ends in half a character."""
    little = b"<< /S /URI /URI <FFFE%s> >>" % DROPBOX.encode("utf-16-le").hex().encode()
    big = b"<< /S /URI /URI <FEFF%s> >>" % DRIVE.encode("utf-16-be").hex().encode()
    return [("plan.pdf", "application/pdf", page([(700, b"The plan", big), (660, b"Minutes", uri(PLAIN)), (620, b"More", little),
                                                  (580, b"Torn", b"<< /S /URI /URI (\\376\\377\\330\\000) >>")]))]


def case_pdf_predicted():
    """libclamav does not undo this filter; readers do. A script as well as a link."""
    script = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"
    return [("plan.pdf", "application/pdf", page([(700, b"The plan", uri(DRIVE)), (660, b"Minutes", uri(PLAIN)),
                                                  (620, b"More", script)], "predicted"))]


def case_pdf_nul():
    """What ends at the NUL to one reader is a name before "@" to another."""
    return [("plan.pdf", "application/pdf", page([(700, b"The plan", uri(r"https://www.example.org\000@" + DRIVE[8:])), (660, b"Minutes", uri(PLAIN))]))]


def hidden(holder, count, beginning=b"9 0 obj\n", inside=False):
    """A page whose annotation, object 6, and count - 1 more stand in object 9, the holder: a stream. `inside`: that stands
    in another stream, where the table says so."""
    words = b"BT /F1 12 Tf 72 700 Td (The plan) Tj ET\n"
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
               b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> /Annots [6 0 R] >>",
               stream(words), b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    out, rows = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n", {6 + i: (2, 9, i) for i in range(count)}
    for number, body in enumerate(objects, 1):
        rows[number] = (1, len(out), 0)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    held = beginning + holder + b"\nendobj\n"
    around = b"10 0 obj\n<< /Length %d >>\nstream\n" % len(held) if inside else b""
    rows[9] = (1, len(out + around), 0)
    out += around + held + (b"\nendstream\nendobj\n" if inside else b"")
    rows[11] = (1, len(out), 0)
    table = b"".join(bytes([kind]) + second.to_bytes(3, "big") + bytes([third])
                     for kind, second, third in (rows.get(number, (0, 0, 255)) for number in range(12)))
    how = b"/Type /XRef /Size 12 /W [1 3 1] /Root 1 0 R "
    return out + b"11 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (stream(table, how), len(out))


def case_pdf_comment():
    """The string is an object whose number stands behind a comment, in the list of what a stream holds."""
    objects = annotation(700, b"<< /S /SubmitForm /F 7 0 R >>")
    index = b"6 0 %%\n7 %d " % (len(objects) + 1)
    how = b"/Type /ObjStm /N 2 /First %d /Filter /FlateDecode " % len(index)
    return [("form.pdf", "application/pdf", hidden(stream(zlib.compress(index + objects + b" (" + DRIVE.encode() + b")"), how), 2))]


def lzw(data):
    """Compressed as LZWDecode undoes it, in codes of nine bits, without finding anything twice."""
    codes = [code for i in range(0, len(data), 200) for code in (256, *data[i:i + 200])] + [257]
    bits = "".join(format(code, "09b") for code in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def held_by(keys, index=b"6 0 "):
    return stream(lzw(index + annotation(700, uri(DRIVE))), keys + b"/Filter /LZWDecode ")


def case_pdf_beginning(beginning):
    """The stream with the object stands in another, and begins as no object does for most readers."""
    return lambda: [("plan.pdf", "application/pdf", hidden(held_by(b"/Type /ObjStm /N 1 /First 4 "), 1, beginning, True))]


def case_pdf_first(keys, index):
    """Where the objects of a stream begin is told to few readers."""
    return lambda: [("plan.pdf", "application/pdf", hidden(held_by(keys, index), 1))]


def case_pdf_blanks(action):
    """Names end for Chromium before a byte that is part of them for others."""
    return lambda: [("plan.pdf", "application/pdf", page([(700, b"The plan", action), (660, b"Minutes", uri(PLAIN))]))]


def case_pdf_address_name():
    """Chromium follows a name as it does a string; two times: in the action, and elsewhere."""
    drive, dropbox = (b"/" + address.replace("/", "#2f").encode() for address in (DRIVE, DROPBOX))
    objects = [(700, b"The plan", b"<< /S /URI /URI %s >>" % drive), (660, b"Minutes", uri(PLAIN)), (620, b"More", b"<< /S /URI /URI 9 0 R >>")]
    return [("plan.pdf", "application/pdf", page(objects, more=[dropbox]))]


def case_pdf_words_of_told_font():
    """Of codes that ToUnicode leaves out the font itself says what they are."""
    codes = {1: "slash", 2: "period", 3: "colon", **{code: chr(code) for code in range(ord("a"), ord("z") + 1)}}
    program = b"%%!PS-AdobeFont-1.0: Made\n/FontName /Made def\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n%sreadonly def\n" % (
        b"".join(b"dup %d /%s put\n" % (code, name.encode()) for code, name in codes.items()))
    told = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <0041> endbfchar"
    words = b"BT /F1 12 Tf 72 700 Td (https\\003\\001\\001drive\\002google\\002com\\001file\\001d) Tj ET"
    return [("plan.pdf", "application/pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>", stream(words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Made /FirstChar 0 /LastChar 127 /Widths [%s] /FontDescriptor 6 0 R /ToUnicode 8 0 R >>" % (
            b"600 " * 128).rstrip(),
        b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontFile 7 0 R >>",
        stream(program, b"/Length1 %d /Length2 0 /Length3 0 " % len(program)), stream(told)]))]


def case_pdf_versions():
    """Two versions of what the page shows, and a table that qpdf mends, and then takes the last; others take the first."""
    def shown(words):
        return b"4 0 obj\n%s\nendobj\n" % stream(b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % words.encode())

    objects = [b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n", b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n",
               b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>\nendobj\n",
               shown(DRIVE), b"5 0 obj\n<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n"]
    out, places = b"%PDF-1.4\n", []
    for body in objects:
        places.append(len(out))
        out += body
    out += shown(PLAIN)
    table = b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return [("plan.pdf", "application/pdf", out + table + b"trailer\n<< /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % len(out))]


def case_pdf_pages_loop():
    """The tree of pages has itself in it: qpdf reads none, and viewers the first."""
    words = stream(b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % DRIVE.encode())
    return [("plan.pdf", "application/pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R 2 0 R] /Count 2 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>", words,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]))]


def encrypted(content):
    """The same behind a password of the owner alone, as ministries send it; anybody opens it."""
    with tempfile.TemporaryDirectory() as folder:
        plain, out = pathlib.Path(folder, "plain.pdf"), pathlib.Path(folder, "out.pdf")
        plain.write_bytes(content)
        subprocess.run(["qpdf", "--static-id", "--allow-weak-crypto", "--encrypt", "", "owner", "128", "--use-aes=n", "--", plain, out], check=True)
        return out.read_bytes()


# --- text ---

RTF = (r'{\rtf1\ansi\deff0{\fonttbl{\f0 Arial;}}\f0 \u33609?\u31295?: {\field{\*\fldinst{HYPERLINK "{\b https://drive.goo}gle.com/file/d/1\'41bC/view"}}'
       r'{\fldrslt{\ul our folder}}} {\field{\*\fldinst{HYPERLINK "https://www.example.org/minutes"}}{\fldrslt{\ul minutes}}}\par}')
HTML = ('<!DOCTYPE html><html><head><meta charset="utf-8"><title>計劃</title></head><body><p>請看 '
        f'<a href="{DRIVE}">雲端硬碟</a>、<a href={WHATSAPP}>WhatsApp</a> 及 <a href="{PLAIN}">minutes</a>。</p></body></html>')


ICS = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20261116T010000Z\r\n"
       f"SUMMARY:工程會議\r\nURL:{DRIVE}\r\nDESCRIPTION:圖則在 {DROPBOX[:32]}\r\n {DROPBOX[32:]} ，\r\n"
       f" 會議紀錄在 {PLAIN}\\n請準時\\, 謝謝\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
CARD = f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:陳大文\r\nTEL:+852 2345 6789\r\nNOTE:WhatsApp {WHATSAPP}\r\nEND:VCARD\r\n"


def winmail(rtf):
    """winmail.dat with a body of Rich Text, compressed without finding anything twice."""
    packed = b"".join(b"\0" + rtf[i:i + 8] for i in range(0, len(rtf), 8))
    stored = struct.pack("<IIII", len(packed) + 12, len(rtf), 0x75465A4C, 0) + packed
    properties = struct.pack("<IIII", 1, 0x10090102, 1, len(stored)) + stored + b"\0" * (-len(stored) % 4)
    return (struct.pack("<IH", 0x223E9F78, 1) + b"\1" + struct.pack("<II", 0x00069003, len(properties)) + properties
            + struct.pack("<H", sum(properties) & 0xFFFF))


def case_text_in_zip():
    return [("文件.zip", "application/zip", package({"計劃.rtf": RTF, "計劃.html": HTML}))]


CASES = {
    "file-links-docx": case_docx,
    "file-links-docx-fields": case_docx_fields,
    "file-links-docx-icons": case_docx_icons,
    "file-links-docx-flagged": case_docx_flagged,
    "file-links-docx-text-differs": case_docx_text_differs,
    "file-links-docm-macros-too": case_docm,
    "file-links-big5-page-in-zip": lambda: [("文件.zip", "application/zip", package({"計劃.html": HTML.replace("utf-8", "big5").replace("计", "計").encode("big5")}))],
    "file-links-in-eml": lambda: [("轉寄.eml", "message/rfc822", letter("inner", case_docx_fields(), "b2"))],
    "file-links-xlsx": lambda: [("清單.xlsx", ML + "spreadsheetml.sheet", xlsx())],
    "file-links-pptx": lambda: [("簡報.pptx", ML + "presentationml.presentation", pptx())],
    "file-links-odt": case_odt,
    "file-links-ods": case_ods,
    "file-links-pdf": case_pdf,
    "file-links-pdf-object-stream": case_pdf_streams,
    "file-links-pdf-utf16": case_pdf_utf16,
    "file-links-pdf-object-stream-predicted": case_pdf_predicted,
    "file-links-pdf-nul": case_pdf_nul,
    "file-links-pdf-words": case_pdf_words,
    "file-links-pdf-form": case_pdf_form,
    "file-links-pdf-object-stream-comment": case_pdf_comment,
    "file-links-pdf-beginning-with-point-held": case_pdf_beginning(b"9 0. obj\n"),
    "file-links-pdf-beginning-with-minus-held": case_pdf_beginning(b"9 0-obj\n"),
    "file-links-pdf-object-stream-first-of-mupdf-held": case_pdf_first(b"/N 1 ", b"6 4 "),
    "file-links-pdf-object-stream-first-of-pdfium-held": case_pdf_first(b"/Type /ObjStm /N 1 /First\x804 ", b"6 0 "),
    "file-links-pdf-key-of-pdfium-held": case_pdf_blanks(b"<< /S /URI /URI\x80(%s) >>" % DRIVE.encode()),
    "file-links-pdf-script-of-pdfium-held": case_pdf_blanks(b"<< /S /JavaScript\xff /JS\xff(app.launchURL\\('%s'\\)) >>" % DRIVE.encode()),
    "file-links-pdf-address-is-name": case_pdf_address_name,
    "file-links-pdf-words-of-told-font": case_pdf_words_of_told_font,
    "file-links-pdf-words-of-two-versions-removed": case_pdf_versions,
    "file-links-pdf-words-of-page-in-loop-held": case_pdf_pages_loop,
    "file-links-pdf-encrypted": lambda: [("plan.pdf", "application/pdf", encrypted(case_pdf_streams()[0][2]))],
    "file-links-rtf-html-in-zip": case_text_in_zip,
    "file-links-winmail-body": lambda: [("winmail.dat", "application/ms-tnef", winmail(RTF.encode()))],
    "file-links-calendar-in-zip": lambda: [("會議.zip", "application/zip", package({"會議.ics": ICS, "陳大文.vcf": CARD.encode("big5")}))],
    "file-links-html": lambda: [("計劃.html", "text/html", HTML.encode())],
    "file-links-rtf-as-octets": lambda: [("plan.bin", "application/octet-stream", RTF.encode())],
    "file-links-in-zip": lambda: [("文件.zip", "application/zip", package({"清單.xlsx": xlsx(), "會議紀錄.docx": case_docx()[0][2]}))],
}


if __name__ == "__main__":
    write_cases(sys.argv[1], CASES)
