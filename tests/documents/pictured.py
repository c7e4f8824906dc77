#!/usr/bin/env python3
"""Small documents and archives with pictures of QR codes in them, as golden cases have them. pictured.py CASES writes the
in.eml of each case named file-qr-*. All is fixed: the same bytes come out each time."""
import base64
import struct
import sys
import zlib

from linked import A, DOCX, HEAD, ODF, docx, package, paragraph, pdf, run, write_cases

# Codes as they came from qrencode: a folder of Drive's, 111 pixels a side; a file of Dropbox's, 148, as JPEG; a page of
# example.org's.
DRIVE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAG8AAABvAQAAAADKvqPNAAABK0lEQVQ4y9XUsY2FMAwGYCOKdLBAJK+RziuRBXiPBR4r0XkNJBYI"
    "XYro+Yx4h66Kue4uouBDinD+xAH5Od7wP5gABiiRCwCa3KXEvA7OP+QGFz/SlsgP7hYfGUZXbjLmduZ7FH2BB5eryAp1vZG9Ptfy"
    "K9SRSOYFr2ArTG4dAk4MTUabtE3SPkPp79D50UGfS+ds7gseYXL7IrGZdXdkyvDJqsq3VsXHx7Mqg1pV2OaMu9gUneJ0g3w8g60y"
    "OT2xOIvvzw2t8k04s++C7xebOrdnfEHpyKZwO2ffLBqOmExUGlljBgg2dey8vQiTQ5N6YscgT9JwbB79K9uusWexqedkaafvqmwy"
    "Trl9Xu1cpbZkR8e/bGr/Bt8wjCQmj9uM1siYCE3+kfv5F/wC/Z0NSud/sfoAAAAASUVORK5CYII=")
DROPBOX = base64.b64decode(
    "/9j/4AAQSkZJRgABAQIAHAAcAAD/2wBDABQODxIPDRQSEBIXFRQYHjIhHhwcHj0sLiQySUBMS0dARkVQWnNiUFVtVkVGZIhlbXd7"
    "gYKBTmCNl4x9lnN+gXz/wAALCACUAJQBAREA/8QAFwABAQEBAAAAAAAAAAAAAAAAAAUGB//EACwQAAADBAcIAwAAAAAAAAAAAAAR"
    "EgEFExQGFSRDUWGDBxY2RWWjwuJkkaH/2gAIAQEAAD8A2YAAAAAAAAAAAAAAAAAAAAAAAAAA5lR5wV5MWmBBTdqMzzZgLW4PUux7"
    "BuD1LsewbPeYafkLNHn/AF5MWaBBTeKMzyZgI2z3mGn5CLSFwVHL2mPGVdpIizbiFIX/AF5L2aBBVeKMyyZgNnSFwV5L2mBBVdqM"
    "yzZgI24PUux7Bs95hp+Qi0ecFeTFpgQU3ajM82YC1uD1Lsewbg9S7HsGz3mGn5DZgADGbPeYafkMYNns95hp+QbPeYafkG/3Te/6"
    "izR5/wBeTFmgQU3ijM8mYDGUecFeTFpgQU3ajM82YC1v903v+ocD/OnNNCPszV+CLSF/15L2aBBVeKMyyZgNnR5wVHMWmPGTdpIj"
    "zbiI2z3mGn5DGDZ7PeYafkGz3mGn5DZgADGbPeYafkG4PUux7CzR5wVHMWmPGTdpIjzbiI2z3mGn5CLSF/15L2aBBVeKMyyZgNnS"
    "F/1HL2aPGVeJIiybiFHn/XkxZoEFN4ozPJmAUhf9Ry9mjxlXiSIsm4jGUhcFRy9pjxlXaSIs24i1uD1LsewbPeYafkGz3mGn5BuD"
    "1Lsews0ecFRzFpjxk3aSI824iNs95hp+Q2YAAxm4PUux7BuD1Lsewbg9S7HsLNHnBUcxaY8ZN2kiPNuIjcD/ADpzTQj7M1fgi0ef"
    "9RzFmjxk3iSI8m4jZ0ecFRzFpjxk3aSI824jGUef9RzFmjxk3iSI8m4i1s95hp+QcD/OnNNCPszV+CzR5wVHMWmPGTdpIjzbiI24"
    "PUux7BuD1Lsewbg9S7HsLNHnBUcxaY8ZN2kiPNuItAADmVHnBXkxaYEFN2ozPNmAtbg9S7HsGz3mGn5BuD1Lsewbg9S7HsHHHwZP"
    "UWv6Ik/ob/dN7/qHHHwZPUWv6Ik/occfBk9Ra/oiT+izSF/1HL2aPGVeJIiybiMZSF/15L2aBBVeKMyyZgFIX/XkvZoEFV4ozLJm"
    "AtccfBk9Ra/oiT+izSFwV5L2mBBVdqMyzZgFHn/XkxZoEFN4ozPJmAtAADGcD/OnNNCPszV+CzR5wVHMWmPGTdpIjzbiI2/3Te/6"
    "hwP86c00I+zNX4LNHnBUcxaY8ZN2kiPNuIUecFRzFpjxk3aSI824jGUhf9eS9mgQVXijMsmYBSFwVHL2mPGVdpIizbiNnSFwV5L2"
    "mBBVdqMyzZgI3A/zpzTQj7M1fgb/AHTe/wCos0hf9Ry9mjxlXiSIsm4hSF/1HL2aPGVeJIiybiFIX/UcvZo8ZV4kiLJuItAAAOZU"
    "ecFeTFpgQU3ajM82YDZ0ecFRzFpjxk3aSI824jGUef8AUcxZo8ZN4kiPJuItcD/OnNNCPszV+CzSFwV5L2mBBVdqMyzZgFHnBUcx"
    "aY8ZN2kiPNuIUecFRzFpjxk3aSI824iNuD1LsewxgDswi0ef9eTFmgQU3ijM8mYCNxx8GT1Fr+iJP6LNHnBUcxaY8ZN2kiPNuIUe"
    "f9eTFmgQU3ijM8mYC0AAItIXBXkvaYEFV2ozLNmAxlIXBUcvaY8ZV2kiLNuIjDZ7g9S7HsGz3mGn5CLSFwVHL2mPGVdpIizbiNnR"
    "5wVHMWmPGTdpIjzbiI3HHwZPUWv6Ik/occfBk9Ra/oiT+jZjGbQuX6niItIX/XkvZoEFV4ozLJmAtccfBk9Ra/oiT+hwP86c00I+"
    "zNX4NmAAAxm/3Te/6izSF/1HL2aPGVeJIiybiMZSF/15L2aBBVeKMyyZgLW4PUux7Bs95hp+Qs0hcFeS9pgQVXajMs2YCNv903v+"
    "os0ef9eTFmgQU3ijM8mYCNtC5fqeIbQuX6niItHn/UcxZo8ZN4kiPJuIUhf9eS9mgQVXijMsmYC1xx8GT1Fr+iJP6Gz3mGn5CzR5"
    "/wBeTFmgQU3ijM8mYC0AAMZs95hp+QbPeYafkLNIX/UcvZo8ZV4kiLJuIjcD/OnNNCPszV+BtC5fqeI2Y5lSF/15L2aBBVeKMyyZ"
    "gLW4PUux7CzR5/15MWaBBTeKMzyZgMZR5/1HMWaPGTeJIjybiLWz3mGn5DGDplHn/XkxZoEFN4ozPJmAjcD/ADpzTQj7M1fg2YAA"
    "CLR5wVHMWmPGTdpIjzbiFHnBUcxaY8ZN2kiPNuItDGbg9S7HsItHnBXkxaYEFN2ozPNmA2dHn/XkxZoEFN4ozPJmAUecFRzFpjxk"
    "3aSI824hR5wVHMWmPGTdpIjzbiMZSF/15L2aBBVeKMyyZgFHnBXkxaYEFN2ozPNmAUecFeTFpgQU3ajM82YC1uD1Lsewi0ef9RzF"
    "mjxk3iSI8m4iMNns95hp+Q2YAA5lR5wV5MWmBBTdqMzzZgLW4PUux7BuD1LsewbPeYafkHA/zpzTQj7M1fgxg6ZR5wVHMWmPGTdp"
    "IjzbiMZSF/15L2aBBVeKMyyZgLW4PUux7BtC5fqeIbPeYafkLNHnBUcxaY8ZN2kiPNuIxlHnBXkxaYEFN2ozPNmAtcD/ADpzTQj7"
    "M1fg2YAADGbPeYafkMYNns95hp+QbPeYafkGz3mGn5CzSFwV5L2mBBVdqMyzZgI2/wB03v8AqHHHwZPUWv6Ik/occfBk9Ra/oiT+"
    "jZjmVHnBXkxaYEFN2ozPNmAUhcFRy9pjxlXaSIs24i1wP86c00I+zNX4ItHn/UcxZo8ZN4kiPJuI2dHn/XkxZoEFN4ozPJmAtAAD"
    "GbPeYafkG4PUux7CzR5wVHMWmPGTdpIjzbiI2z3mGn5DGDplHn/XkxZoEFN4ozPJmAxlIX/XkvZoEFV4ozLJmAUhcFRy9pjxlXaS"
    "Is24jZ0ef9eTFmgQU3ijM8mYCNs95hp+Qb/dN7/qItIXBUcvaY8ZV2kiLNuIUhcFRy9pjxlXaSIs24hSFwVHL2mPGVdpIizbiOmg"
    "AAMZuD1Lsewbg9S7HsG4PUux7CzR5wVHMWmPGTdpIjzbiI24PUux7CzR5wVHMWmPGTdpIjzbiFHnBUcxaY8ZN2kiPNuIUecFRzFp"
    "jxk3aSI824hSFwV5L2mBBVdqMyzZgFIXBXkvaYEFV2ozLNmAUhcFeS9pgQVXajMs2YBSFwV5L2mBBVdqMyzZgI24PUux7CzR5wVH"
    "MWmPGTdpIjzbiLQAAAAAAAAAAAAAAAAAAAAAAAAAAD//2Q==")
PLAIN = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAGMAAABjAQAAAACnQIM4AAAA70lEQVQ4y83UMQ6EIBAF0CEUllyAhGvQeSW5gK4n8Ep0XIPEC0BH"
    "QZwdd03cBodyp/IVxJnxI+BPRfhjJQBXqvAgOGWsLkgM9MDJ68maNYDrkCug+rT4KHqEdRr3fHfW1Dlf0O5n2paoDqvVvcGm0ggL"
    "VlWi4HSM5rAVRrlxyqG6ElWh04wS4BrM6qvihLRdb47h28uT0iCxUC9m44Se8gLi6uVRQSZLydKKU7J6BvOCa74HUSW7r2iQE33b"
    "2coceJ15sSbjnaymzrQaOq06NENUvooOLR6mYd9YnfdPK3+94UGfO02rrYLTP/2l2noDR4eU9vghWRgAAAAASUVORK5CYII=")
# The first one as a fax: what libtiff's Group 4 makes of it.
FAX = base64.b64decode(
    "JqB4K////yHLmIJQaDQRC/////8wGMwUFjNEwGP//////+amDMCAoLzU/////////ExAMGP///////+aII0A/////////480gfj//////HMWYpoz"
    "RH//////+MGIMFGP//5D0Jdm6DmI6keD//////4KCBAgYODBGCBf//////BggQIwR6EwJzcaP//////5iGIIxCYgQIEbjRBD///////g5oiYDniB"
    "iSj/////wZgQECPUHnoGC//////8GCBAjBAjQaAQLIkA////////kNnDBgwQOaMf////yHoagI6kYD4Mh4/////8GCmCMEYoKaAXJU///////8ED"
    "j8HiCwRgv//////5AiJ6g4IGbUR/////IfiHoQ/GgGS8YDH////xIEQaIIECNAMwIDNH/////+Q5cGCNAx5omBP//////MBiCBCaAYIFHBAv////"
    "//NTExALEH///////MQLmkDNH///////5qRBGgiQDMF///////x4IEegZoBAwZgNn/////+PInGjmBJKP/////8RERER///+ACAC")
# A chat of WhatsApp's, 58 pixels a side, as JPEG 2000 from OpenJPEG.
JPX = base64.b64decode(
    "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAOgAAADoAAQcHAAAAAAAPY29scgEAAAAAABEAAAMManAy"
    "Y/9P/1EAKQAAAAAAOgAAADoAAAAAAAAAAAAAADoAAAA6AAAAAAAAAAAAAQcBAf9SAAwAAAABAAUEBAAA/1wAI0J3IHbwdvB2wG8AbwBu4GdQZ1Bn"
    "aFAFUAVQR1fTV9NXYv9kACUAAUNyZWF0ZWQgYnkgT3BlbkpQRUcgdmVyc2lvbiAyLjUuMP+QAAoAAAAAAnsAAf+Tw+AQBNMiWsHg4PBwPBgMUN4G"
    "UBQLaBTD4CYfATD4SAwf+xK+McAIdQK199MXRyuIyRqQaJ9whRnLx8K8fEbj4i4bzB1DbA+j2nBlB+dEd20w696Z5KUxcC3TUeiCtHUTYJw7/2MR"
    "6gXFSRvkM097+8s/Ty5qLv09IrrSFmdJXOK28nWenN4ZaYec3xU++G7nNCBCXIJA580bQDqFWabCsl52z67hpUO04E9qWhjEcGzLRMWUrnzRg8PO"
    "2jpd7VsrnAVVY75o5g8d+petS0QwJN2JVkltd046SMXQt+PBZ42JJCYZbuX2kZbaW3yNcBdl7xqwSokgvM/jGPWkF6Qwctx5oqGTt/jys4VmDkB/"
    "1k7RGxv2gJnw73dUGLgvAy5/pOrWKhpD1GerbbAbjbX3EWzLNHsTFnOAQYiCgBLHPS0c9KAZzZR8FIQB6HW0TbO8QWIaTnEQAP9F5+smyvfSzhK6"
    "byRGi6lLfpPD5vJQvpOa8wmarslgzdNv/LquqXjfKTQ6uQTa33sZjJsDVtOuz5er3PYi+XNBEjBv8Bxg19yFYMJYO9bQWKUwmMORZg0RbN1itZ0v"
    "Nhzj8yAJZJNEI0F7UoWzTM9Yd52rRLFHLsXiv1SUmqvWVt0g1EiInjci3t1zC997eV+pMmiRX5tySG3h3UWHPnzAU1x5pjKj63Yxa7d0nwgGba6W"
    "GHFi7Er9NpTx9vPwe/FfTMaxVMnjVaRntxvu1V/cFu5CXZO77hicYgUHYSPxDdAlQ87U2Btg5ELg5fFqfDbyhSJOOQNc7ASzzONgnANI1AM2IPVA"
    "04kdnMDWQb8fIbKT43ya/9k=")


# --- Word, OpenDocument, zip ---

def drawing(number, rel):
    """A picture in a paragraph."""
    return (f'<w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing">'
            f'<wp:extent cx="1080000" cy="1080000"/><wp:docPr id="{number}" name="Picture {number}"/><a:graphic {A}>'
            f'<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
            f'<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
            f'<pic:cNvPr id="{number}" name="p{number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="{rel}"/>'
            f'<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
            f'<a:ext cx="1080000" cy="1080000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
            f'</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>')


def case_docx():
    body = [paragraph(run("掃描下載草稿：")), paragraph(drawing(1, "rId10")), paragraph(run("Minutes: ")), paragraph(drawing(2, "rId11"))]
    return [("草稿.docx", DOCX, docx(body, [("rId10", "image", "media/image1.png"), ("rId11", "image", "media/image2.png")],
                                   {"word/media/image1.png": DRIVE, "word/media/image2.png": PLAIN}))]


def case_odt():
    mime = "application/vnd.oasis.opendocument.text"
    content = (f'{HEAD}<office:document-content {ODF} office:version="1.2"><office:body><office:text><text:p>草稿：'
               f'<draw:frame text:anchor-type="as-char" svg:width="3cm" svg:height="3cm"><draw:image xlink:href="Pictures/1.jpg" '
               f'xlink:type="simple" xlink:show="embed"/></draw:frame></text:p></office:text></office:body></office:document-content>')
    manifest = (f'{HEAD}<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
                f'<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                f'<manifest:file-entry manifest:full-path="Pictures/1.jpg" manifest:media-type="image/jpeg"/></manifest:manifest>')
    return [("草稿.odt", mime, package({"mimetype": mime, "content.xml": content, "Pictures/1.jpg": DROPBOX, "META-INF/manifest.xml": manifest}))]


# --- PDF ---

def samples(png):
    """Rows of a grey PNG of one bit a pixel, and its side."""
    at, data, width = 8, b"", 0
    while at < len(png):
        size, = struct.unpack(">I", png[at:at + 4])
        if png[at + 4:at + 8] == b"IHDR":
            width, _, bits, color = struct.unpack(">IIBB", png[at + 8:at + 18])
            assert (bits, color) == (1, 0)
        if png[at + 4:at + 8] == b"IDAT":
            data += png[at + 8:at + 8 + size]
        at += 12 + size
    return data, width


def pictured(*image):
    """A page with words, and a picture beneath."""
    words = b"BT /F1 12 Tf 72 700 Td (Scan to open the plan) Tj ET\nq 120 0 0 120 72 560 cm /I1 Do Q\n"
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R >> >> >>",
                b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *image])


def image_object(data, width, bits, filters):
    return (b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace /DeviceGray %s /Length %d >>\n"
            b"stream\n%s\nendstream" % (width, width, bits, filters, len(data), data))


def case_pdf_jpeg():
    return [("計劃.pdf", "application/pdf", pictured(image_object(DROPBOX, 148, 8, b"/Filter /DCTDecode")))]


def case_pdf_samples():
    """As generators of PDFs put a PNG there: its own compressed rows, with the filter of each."""
    data, width = samples(DRIVE)
    how = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent 1 /Columns %d >>" % width
    return [("計劃.pdf", "application/pdf", pictured(image_object(data, width, 1, how)))]


def case_pdf_subtype(value, *more):
    """That it is a picture stands elsewhere, or is told by a string."""
    data, width = samples(DRIVE)
    how = b"/Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 1 /BitsPerComponent 1 /Columns %d >>" % width
    image = image_object(data, width, 1, how).replace(b"/Subtype /Image", b"/Subtype " + value)
    return lambda: [("計劃.pdf", "application/pdf", pictured(image, *more))]


# --- codes that pages draw ---

def modules(png, side):
    """Of a code's PNG with modules of so many pixels, without the light ones around: rows of booleans."""
    data, width = samples(png)
    raw, row_len = zlib.decompress(data), (width + 7) // 8
    above, rows = bytes(row_len), []
    for at in range(0, len(raw), row_len + 1):
        kind, row = raw[at], bytearray(raw[at + 1:at + 1 + row_len])
        for i in range(row_len):
            left, corner = (row[i - 1], above[i - 1]) if i else (0, 0)
            paeth = min((abs(above[i] - corner), 0, left), (abs(left - corner), 1, above[i]),
                        (abs(left + above[i] - 2 * corner), 2, corner))[2]
            row[i] = (row[i] + (0, left, above[i], (left + above[i]) // 2, paeth)[kind]) & 255
        rows.append(above := bytes(row))
    count = width // side
    grid = [[not rows[y * side][x * side // 8] >> 7 - x * side % 8 & 1 for x in range(count)] for y in range(count)]
    return [row[4:-4] for row in grid[4:-4]]


def runs(grid):
    """(row, first, end) of each run of dark modules."""
    for y, row in enumerate(grid):
        x = 0
        while x < len(row):
            end = x
            while end < len(row) and row[end]:
                end += 1
            if end > x:
                yield y, x, end
            x = max(end, x + 1)


def drawn(content, form=None):
    """A page with words, and what it draws beneath."""
    words = b"BT /F1 12 Tf 72 700 Td (Scan to open the plan) Tj ET\nq 4 0 0 4 72 560 cm\n" + content + b"Q\n"
    names = b"/XObject << /Fm1 6 0 R >>" if form else b""
    packed = base64.a85encode(zlib.compress(words)) + b"~>"
    return pdf([b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
                b"/Resources << /Font << /F1 5 0 R >> %s >> >>" % names,
                b"<< /Length %d /Filter [/ASCII85Decode /FlateDecode] >>\nstream\n%s\nendstream" % (len(packed), packed),
                b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"] + ([form] if form else []))


def squares(grid):
    """Each module a square, in a dark blue."""
    return b"0.1 0.1 0.4 rg\n" + b"".join(b"%d %d 1 1 re f\n" % (x, -y) for y, row in enumerate(grid) for x, v in enumerate(row) if v)


def strokes(grid):
    """Each run a line, all of them one path."""
    return b"1 w 0 G\n" + b"".join(b"%d %.1f m %d %.1f l\n" % (x, .5 - y, end, .5 - y) for y, x, end in runs(grid)) + b"S\n"


def outlines(grid):
    """Each run an outline of four lines, all of them one area in a form."""
    path = b"0 0 0 1 k\n" + b"".join(b"%d %d m %d %d l %d %d l %d %d l h\n" % (x, -y, end, -y, end, 1 - y, x, 1 - y)
                                     for y, x, end in runs(grid)) + b"f*\n"
    return (b"/Fm1 Do\n", b"<< /Type /XObject /Subtype /Form /BBox [0 %d %d 1] /Length %d >>\nstream\n%s\nendstream" %
            (1 - len(grid), len(grid), len(path), path))


def case_pdf_module_form():
    """One module is a form, drawn for each."""
    content = b"".join(b"q 1 0 0 1 %d %d cm /Fm1 Do Q\n" % (x, -y) for y, row in enumerate(modules(DRIVE, 3)) for x, v in enumerate(row) if v)
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 1 1] /Length 16 >>\nstream\n0 g 0 0 1 1 re f\nendstream"
    return [("計劃.pdf", "application/pdf", drawn(content, form))]


def pixels(grid):
    """Rows of a byte a pixel, four pixels a module, with light ones around."""
    rows = [[False] * 4 + row + [False] * 4 for row in [[False] * len(grid)] * 4 + grid + [[False] * len(grid)] * 4]
    return [b"".join((b"\0" if v else b"\xff") * 4 for v in row) for row in rows for _ in range(4)]


def case_pdf_inline():
    """A picture in the page's own stream, as a mask in hexadecimal digits."""
    rows = [int("".join("0" if v else "1" for v in row[::4]), 2) << -(len(row) // 4) % 8 for row in pixels(modules(DRIVE, 3))[::4]]
    width, height = len(rows), len(rows)
    data = b"".join(row.to_bytes((width + 7) // 8, "big") for row in rows).hex().encode()
    image = b"q 40 0 0 40 0 -30 cm\nBI /W %d /H %d /IM true /D [1 0] /F /AHx\nID %s>\nEI Q\n" % (width, height, data)
    return [("計劃.pdf", "application/pdf", drawn(image))]


def case_pdf_jpx():
    """As scanners have a page in colour. The code stream tells its own size."""
    return [("計劃.pdf", "application/pdf", pictured(image_object(JPX, 58, 8, b"/Filter /JPXDecode")))]


def case_pdf_fax():
    """As scanners have a page: rows of black and white in Group 4; behind a second filter, as some writers do."""
    how = b"/Filter [/FlateDecode /CCITTFaxDecode] /DecodeParms [null << /K -1 /Columns 111 /Rows 111 >>]"
    return [("計劃.pdf", "application/pdf", pictured(image_object(zlib.compress(FAX), 111, 1, how)))]


def case_pdf_fax_inline():
    image = (b"q 80 0 0 80 0 -60 cm\nBI /W 111 /H 111 /BPC 1 /CS /G /F [/A85 /CCF] /DP [null << /K -1 /Columns 111 >>]\nID " +
             base64.a85encode(FAX) + b"~>\nEI Q\n")
    return [("計劃.pdf", "application/pdf", drawn(image))]


def case_pdf_inks():
    """Four inks, behind two filters."""
    rows = pixels(modules(DRIVE, 3))
    data = base64.a85encode(zlib.compress(b"".join(bytes(3) + bytes([255 - v]) for row in rows for v in row))) + b"~>"
    image = image_object(data, len(rows), 8, b"/Filter [/ASCII85Decode /FlateDecode]").replace(b"/DeviceGray", b"/DeviceCMYK")
    return [("計劃.pdf", "application/pdf", pictured(image))]


def case_pdf_tiles():
    """Two pictures side by side, and neither is a code."""
    rows = pixels(modules(DRIVE, 3))
    cut, side = 76, len(rows)
    tiles = []
    for first, end in (0, cut), (cut, side):
        data = zlib.compress(b"".join(row[first:end] for row in rows))
        tiles.append(b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent 8 /ColorSpace /DeviceGray "
                     b"/Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (end - first, side, len(data), data))
    words = (b"BT /F1 12 Tf 72 700 Td (Scan to open the plan) Tj ET\nq %d 0 0 %d 72 540 cm /I1 Do Q\n"
             b"q %d 0 0 %d %d 540 cm /I2 Do Q\n" % (cut, side, side - cut, side, 72 + cut))
    return [("計劃.pdf", "application/pdf", pdf([
        b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R /I2 7 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(words), words),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>", *tiles]))]


def drawn_case(content):
    return lambda: [("計劃.pdf", "application/pdf", content())]


CASES = {
    "file-qr-docx": case_docx,
    "file-qr-odt": case_odt,
    "file-qr-in-zip": lambda: [("照片.zip", "application/zip", package({"一/poster.jpg": DROPBOX, "一/minutes.png": PLAIN, "notes.txt": "Notes\r\n"}))],
    "file-qr-pdf-jpeg": case_pdf_jpeg,
    "file-qr-pdf-samples": case_pdf_samples,
    "file-qr-pdf-subtype-elsewhere": case_pdf_subtype(b"7 0 R", b"/Image"),
    "file-qr-pdf-subtype-string": case_pdf_subtype(b"(Image)"),
    "file-qr-pdf-drawn-squares": drawn_case(lambda: drawn(squares(modules(DRIVE, 3)))),
    "file-qr-pdf-drawn-lines": drawn_case(lambda: drawn(strokes(modules(DRIVE, 3)))),
    "file-qr-pdf-drawn-form": drawn_case(lambda: drawn(*outlines(modules(DRIVE, 3)))),
    "file-qr-pdf-drawn-by-forms": case_pdf_module_form,
    "file-qr-pdf-inline": case_pdf_inline,
    "file-qr-pdf-jpeg2000": case_pdf_jpx,
    "file-qr-pdf-fax": case_pdf_fax,
    "file-qr-pdf-fax-inline": case_pdf_fax_inline,
    "file-qr-pdf-inks": case_pdf_inks,
    "file-qr-pdf-tiles": case_pdf_tiles,
    "benign-qr-pdf-drawn": drawn_case(lambda: drawn(squares(modules(PLAIN, 3)))),
    "benign-qr-docx": lambda: [("草稿.docx", DOCX, docx([paragraph(drawing(1, "rId10"))], [("rId10", "image", "media/image1.png")],
                                                      {"word/media/image1.png": PLAIN}))],
}


if __name__ == "__main__":
    write_cases(sys.argv[1], CASES)
