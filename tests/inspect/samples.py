"""The smallest files of each type that is in the groups of types.conf, made byte by byte: none of
them does anything. SAMPLES: ending ─▶ Sample."""
import bz2
import collections
import gzip
import io
import lzma
import struct
import tarfile
import uuid
import zipfile
import zlib

# group: of types.conf. data: the bytes. name_only: why nobody can know it by its bytes, else "".
Sample = collections.namedtuple("Sample", "group data name_only")

TEXT = "runs by its name alone: the same text is a note under another"
DATA = "has no mark of its own that is certain"


def pack_zip(members, stored=False):
    out = io.BytesIO()
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 1, 0, 0, 0)), data, method)
    return out.getvalue()


def exe():
    head = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0" + bytes(44) + struct.pack("<I", 64)
    return head + b"PE\0\0\x4c\x01\0\0" + bytes(12) + b"\xe0\0\x02\x01" + b"\x0b\x01" + bytes(400)


def elf():
    return b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack("<HHI", 2, 62, 1) + bytes(200)


def macho():
    return b"\xcf\xfa\xed\xfe\x07\0\0\x01\x03\0\0\0\x02\0\0\0" + bytes(64)


def ole(name, clsid=bytes(16)):
    """A compound file: one sector of FAT, one of directory, one of a small stream's data."""
    free, end, fatsect = 0xffffffff, 0xfffffffe, 0xfffffffd
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<I", 0) + struct.pack("<I", free) * 108
    fat = struct.pack("<11I", fatsect, end, 3, 4, 5, 6, 7, 8, 9, 10, end) + struct.pack("<I", free) * 117

    def entry(text, kind, child, cls, start, size):
        wide = text.encode("utf-16-le")
        return (wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide) + 2, kind, 1, free, free, child) + cls +
                bytes(20) + struct.pack("<IQ", start, size))

    directory = entry("Root Entry", 5, 1, clsid, end, 0) + entry(name, 2, free, bytes(16), 2, 4608)
    directory += (bytes(68) + struct.pack("<III", free, free, free) + bytes(48)) * 2
    return header + fat + directory + b"\x01" * 4608


def compound(tree):
    """A compound file of {name: bytes or {…}}: streams below 4096 bytes in the mini stream, siblings in a row."""
    free, end = 0xffffffff, 0xfffffffe
    entries, streams, mini, minifat = [], [], b"", []

    def add(name, kind, node):
        entries.append([name, kind, free, free, 0, 0])  # name, kind, right, child, start, size
        return len(entries) - 1

    def fill(index, node):
        nonlocal mini
        if isinstance(node, dict):
            last = None
            for name, inner in node.items():
                child = add(name, 1 if isinstance(inner, dict) else 2, inner)
                entries[index if last is None else last][3 if last is None else 2] = child
                fill(child, inner)
                last = child
            return
        entries[index][5] = len(node)
        if len(node) >= 4096:
            streams.append((index, node))
        elif node:
            count = -(-len(node) // 64)
            entries[index][4] = len(minifat)
            minifat.extend([*range(len(minifat) + 1, len(minifat) + count), end])
            mini += node.ljust(count * 64, b"\0")

    fill(add("Root Entry", 5, tree), tree)
    sectors, fat = [], []

    def place(data):
        if not data:
            return end
        start, count = len(sectors), -(-len(data) // 512)
        sectors.extend(data[i:i + 512].ljust(512, b"\0") for i in range(0, len(data), 512))
        fat.extend([*range(start + 1, start + count), end])
        return start

    for index, data in streams:
        entries[index][4] = place(data)
    entries[0][4], entries[0][5] = place(mini), len(mini)
    directory = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<HBBIII", 2 * len(name) + 2, kind, 1, free, right, child) +
        bytes(36) + struct.pack("<IQ", start, size) for name, kind, right, child, start, size in entries)
    directory = place(directory.ljust(-(-len(directory) // 512) * 512, b"\0"))
    minis = place(struct.pack(f"<{len(minifat)}I", *minifat).ljust(-(-len(minifat) * 4 // 512) * 512, b"\xff")) if minifat else end
    fats = 1
    while fats * 128 < len(fat) + fats:
        fats += 1
    first = len(sectors)
    fat += [0xfffffffd] * fats
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3e, 3, 0xfffe, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, fats, directory, 0, 4096, minis, -(-len(minifat) // 128), end, 0)
    header += struct.pack("<109I", *range(first, first + fats), *[free] * (109 - fats))
    return header + b"".join(sectors) + struct.pack(f"<{len(fat)}I", *fat).ljust(fats * 512, b"\xff")


def outlook_tree(attachments):
    tree = {"__properties_version1.0": bytes(32), "__nameid_version1.0": {"__substg1.0_00020102": b""},
            "__substg1.0_001A001F": "IPM.Note".encode("utf-16-le")}
    for n, (name, data) in enumerate(attachments):
        storage = {"__properties_version1.0": bytes(8), "__substg1.0_3707001F": name.encode("utf-16-le")}
        if isinstance(data, bytes):
            storage["__substg1.0_37010102"] = data
        else:
            storage["__substg1.0_3701000D"] = outlook_tree(data)
        tree[f"__attach_version1.0_#{n:08X}"] = storage
    return tree


def outlook(attachments):
    """A message as Outlook saves it; attachments: [(name, bytes or such a list again)]."""
    return compound(outlook_tree(attachments))


def onenote_node(number, body, place=None):
    """A node of a list; with the offset and length of what it refers to."""
    body = (struct.pack("<QI", *place) if place else b"") + body
    return struct.pack("<I", 1 << 31 | bool(place) << 27 | (4 + len(body)) << 10 | number) + body


def onenote_fragment(number, nodes):
    return (struct.pack("<QII", 0xa4567ab1f5f7f4c4, number, 0) + b"".join(nodes) + onenote_node(0xff, b"") + bytes(20) +
            struct.pack("<Q", 0x8bc215c38233ba4b))


def onenote_set(properties, objects=()):
    """Properties, {id: data}; of those that are objects, the ids stand in front."""
    data = b"".join(struct.pack("<I", len(value)) + value for value in properties.values() if value is not None)
    return (struct.pack("<I", 1 << 31 | len(objects)) + b"".join(struct.pack("<I", n) for n in objects) +
            struct.pack("<H", len(properties)) + b"".join(struct.pack("<I", key) for key in properties) + data)


def onenote(files, names=(), texts=(), links=()):
    """A section of OneNote: the id of its kind, the files as they lie in one, and a store with their names, texts of its
    pages and hyperlinks."""
    out, guids = bytearray(bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(1008)), {}
    places, nodes = [], []
    for n, data in enumerate(files):
        guids[n] = uuid.UUID(int=n + 1 << 64)
        places.append(onenote_node(0x94, guids[n].bytes_le, (len(out), 36 + len(data))))
        out += (bytes.fromhex("e716e3bd65261145a4c48d4d0b7a9eac") + struct.pack("<Q", len(data)) + bytes(12) +
                data + bytes(-len(data) % 8) + bytes.fromhex("22a7fb71790f0b4abb13899256426b24"))
    sets = [({0x20001d9b: None, 0x1c001d9c: (name + "\0").encode("utf-16-le")}, (n + 1,)) for n, name in enumerate(names)]
    sets += [({0x1c001c22: text.encode("utf-16-le")}, ()) for text in texts]
    sets += [({0x1c001e20: (link + "\0").encode("utf-16-le")}, ()) for link in links]
    for n, (properties, objects) in enumerate(sets):
        data = onenote_set(properties, objects)
        nodes.append(onenote_node(0xa4, struct.pack("<IIBB", 0x100 + n, 0x00060035, 1, 1), (len(out), len(data))))
        out += data
    for n in range(len(names)):
        reference = "<ifndf>{%s}" % str(guids[n]).upper()
        nodes.append(onenote_node(0x72, struct.pack("<IIBI", n + 1, 0x00080036, 1, len(reference)) +
                                  reference.encode("utf-16-le") + bytes(4)))
    if nodes:
        out += onenote_fragment(7, nodes) + onenote_fragment(8, places)
    return bytes(out)


def yenc(data, name, size=None):
    body = b"".join(b"=" + bytes([(c + 106) % 256]) if (c + 42) % 256 in b"\0\r\n=" else bytes([(c + 42) % 256]) for c in data)
    return (b"=ybegin line=128 size=%d name=%s\r\n" % (size or len(data), name) +
            b"\r\n".join(split(body)) + b"\r\n=yend size=%d crc32=%08x\r\n" % (len(data), zlib.crc32(data)))


def split(body):
    """Lines of some 128 bytes; none ends between an escape and what it stands for."""
    at = 0
    while at < len(body):
        end = at + 128
        while body[end - 1:end] == b"=":
            end += 1
        yield body[at:end]
        at = end


def iso(mark=b"\x01CD001\x01"):
    volume = mark + b"\0" + b"LINUX".ljust(32) + b"CORDON".ljust(32) + bytes(8) + struct.pack("<I", 20) + struct.pack(">I", 20)
    root = bytes([34, 0]) + struct.pack("<I", 19) + struct.pack(">I", 19) + struct.pack("<I", 2048) + struct.pack(">I", 2048)
    root += bytes(7) + b"\x02" + bytes(2) + b"\x01\0\0\x01" + b"\x01\0"
    volume = volume.ljust(128, b"\0") + struct.pack("<H", 2048) + struct.pack(">H", 2048)
    volume = volume.ljust(156, b"\0") + root
    return bytes(32768) + volume.ljust(2048, b"\0") + b"\xffCD001\x01".ljust(2048, b"\0") + bytes(4096)


def fat():
    boot = b"\xeb\x3c\x90MSDOS5.0" + struct.pack("<HBHBHHBHHH", 512, 1, 1, 2, 224, 2880, 0xf0, 9, 18, 2)
    boot = boot.ljust(54, b"\0") + b"FAT12   "
    return boot.ljust(510, b"\0") + b"\x55\xaa" + b"\xf0\xff\xff".ljust(512, b"\0") + bytes(20480)


def cab():
    body = b"cordon test"
    files = struct.pack("<IIHHHH", len(body), 0, 0, 0x5b61, 0, 0x20) + b"a.txt\0"
    data = struct.pack("<IHH", 0, len(body), len(body)) + body
    at = 36 + 8
    size = at + len(files) + len(data)
    return (b"MSCF" + struct.pack("<IIIIIBBHHHHH", 0, size, 0, at, 0, 3, 1, 1, 1, 0, 7, 0) +
            struct.pack("<IHH", at + len(files), 1, 0) + files + data)


def ar(members):
    out = b"!<arch>\n"
    for name, data in members:
        out += f"{name + '/':16}{0:<12}{0:<6}{0:<6}{'100644':8}{len(data):<10}`\n".encode() + data + b"\n" * (len(data) % 2)
    return out


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def sevenzip():
    header = b"\x01\x05\0\0"  # no files: only the shape
    start = struct.pack("<QQI", 0, len(header), zlib.crc32(header))
    return b"7z\xbc\xaf\x27\x1c\0\x04" + struct.pack("<I", zlib.crc32(start)) + start + header


def wide(text):
    return b"\xff\xfe" + text.encode("utf-16-le")


def xml(root, rest=""):
    return f'<?xml version="1.0" encoding="UTF-8"?>\r\n<!-- a -->\r\n<{root} {rest}><x>y</x></{root}>\r\n'.encode()


INI = "[InternetShortcut]\r\nURL=file://server.example/share/a\r\n"
PLIST = ('<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" '
         '"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0"><dict><key>URL</key>'
         '<string>https://host.example/</string></dict></plist>\n')
MSI = bytes.fromhex("84100c0000000000c000000000000046")
EXE, ELF = exe(), elf()

SAMPLES = {
    # executable
    "exe": Sample("executable", EXE, ""),
    "dll": Sample("executable", EXE, ""),
    "scr": Sample("executable", EXE, ""),
    "cpl": Sample("executable", EXE, ""),
    "com": Sample("executable", EXE, ""),
    "pif": Sample("executable", b"\x00x" + b"COMMAND".ljust(400), DATA),
    "elf": Sample("executable", ELF, ""),
    "macho": Sample("executable", macho(), ""),
    "class": Sample("executable", b"\xca\xfe\xba\xbe\0\0\0\x34\0\x10" + bytes(40), ""),
    "jar": Sample("executable", pack_zip([("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n"), ("A.class", b"\xca\xfe\xba\xbe\0\0\0\x34")]), ""),
    "apk": Sample("executable", pack_zip([("AndroidManifest.xml", b"\x03\0\x08\0" + bytes(40)), ("classes.dex", b"dex\n035\0" + bytes(60))]), ""),
    "ipa": Sample("executable", pack_zip([("Payload/A.app/Info.plist", PLIST)]), ""),
    "swf": Sample("executable", b"FWS\x08" + struct.pack("<I", 40) + bytes(32), ""),
    "application": Sample("executable", xml("asmv1:assembly", 'xmlns:asmv1="urn:schemas-microsoft-com:asm.v1"'), ""),
    "xll": Sample("executable", EXE, ""),
    # script
    "js": Sample("script", b"var a = 1;\r\nWScript.Echo(a);\r\n", TEXT),
    "jse": Sample("script", b"#@~^AAAAAA==aaaaaaaa^#~@", ""),
    "vbs": Sample("script", b'Dim a\r\na = 1\r\nMsgBox "hello"\r\n', TEXT),
    "vbe": Sample("script", b"#@~^AAAAAA==aaaaaaaa^#~@", ""),
    "wsf": Sample("script", b'<job id="a"><script language="VBScript">a = 1</script></job>', ""),
    "wsc": Sample("script", xml("component"), ""),
    "sct": Sample("script", xml("scriptlet"), ""),
    "ps1": Sample("script", b"$a = 1\r\nWrite-Output $a\r\n", TEXT),
    "bat": Sample("script", b"@echo off\r\nrem hello\r\n", ""),
    "cmd": Sample("script", b"rem hello\r\n", TEXT),
    "sh": Sample("script", b"#!/bin/sh\necho hello\n", ""),
    "command": Sample("script", b"#!/bin/bash\necho hello\n", ""),
    "py": Sample("script", b"print(1)\n", TEXT),
    "pyc": Sample("script", b"\xcb\x0d\x0d\x0a" + bytes(12) + b"\xe3" + bytes(40), ""),
    "pkl": Sample("script", b"\x80\x04\x95\x05\0\0\0\0\0\0\0]\x94.", ""),
    "reg": Sample("script", wide("Windows Registry Editor Version 5.00\r\n\r\n[HKEY_CURRENT_USER\\A]\r\n"), ""),
    "inf": Sample("script", b'[Version]\r\nSignature="$CHICAGO$"\r\n', ""),
    "hta": Sample("html-application", b"<html><head><hta:application id=a></head><body>x</body></html>", ""),
    "au3": Sample("script", b'MsgBox(0, "a", "b")\r\n', TEXT),
    "scpt": Sample("script", b"FasdUAS 1.101.10\x0e\0\0\0\x04" + bytes(40), ""),
    "job": Sample("script", b"\x00\x05\x01\x00" + bytes(80), DATA),
    "ipynb": Sample("script", b'{"cells": [], "nbformat": 4, "nbformat_minor": 2}\n', TEXT),
    # shortcut
    "lnk": Sample("shortcut", b"\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46" + bytes(60), ""),
    "url": Sample("shortcut", INI.encode(), ""),
    "website": Sample("shortcut", b"[{000214A0-0000-0000-C000-000000000046}]\r\nProp3=19,2\r\n" + INI.encode(), ""),
    "webloc": Sample("shortcut", PLIST.encode(), ""),
    "inetloc": Sample("shortcut", b"bplist00\xd1\x01\x02SURL_\x10\x14file:///a/b/c/d.app\x08\x0b\x0f" + bytes(30), ""),
    "desktop": Sample("shortcut", b"[Desktop Entry]\nType=Application\nExec=true\n", ""),
    "scf": Sample("shortcut", b"[Shell]\r\nCommand=2\r\nIconFile=\\\\server.example\\a.ico\r\n", ""),
    "library-ms": Sample("shortcut", xml("libraryDescription", 'xmlns="http://schemas.microsoft.com/windows/2009/library"'), ""),
    "search-ms": Sample("shortcut", xml("persistedQuery", 'version="1.0"'), ""),
    "searchconnector-ms": Sample("shortcut", xml("searchConnectorDescription", 'xmlns="http://schemas.microsoft.com/windows/2009/searchConnector"'), ""),
    "settingcontent-ms": Sample("shortcut", xml("PCSettings"), ""),
    "appcontent-ms": Sample("shortcut", xml("SearchableContent"), ""),
    "msc": Sample("shortcut", xml("MMC_ConsoleFile", 'ConsoleVersion="3.0"'), ""),
    "diagcab": Sample("shortcut", cab(), "is a cabinet by its bytes: its files are looked at"),
    "theme": Sample("shortcut", b"; a\r\n[Theme]\r\nDisplayName=a\r\n", ""),
    "themepack": Sample("shortcut", cab(), "is a cabinet by its bytes: its files are looked at"),
    "rdp": Sample("shortcut", wide("screen mode id:i:2\r\nfull address:s:host.example\r\n"), ""),
    "ica": Sample("shortcut", b"[WFClient]\r\nVersion=2\r\n[ApplicationServers]\r\na=\r\n", ""),
    "iqy": Sample("shortcut", b"WEB\r\n1\r\nhttps://host.example/a\r\n", ""),
    "oqy": Sample("shortcut", b"QueryType=OLEDB\r\nVersion=1\r\n", ""),
    "odc": Sample("shortcut", b'<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><meta name=ProgId content=ODC.Database>'
                  b"<xml id=msodc><odc:OfficeDataConnection/></xml></head></html>", ""),
    "jnlp": Sample("shortcut", xml("jnlp", 'spec="1.0+"'), ""),
    "asx": Sample("shortcut", b'<asx version="3.0"><entry><ref href="a.mp3"/></entry></asx>', ""),
    "m3u": Sample("shortcut", b"#EXTM3U\r\n\\\\server.example\\a.mp3\r\n", ""),
    "one": Sample("shortcut", bytes.fromhex("e4525c7b8cd8a74daeb15378d02996d3") + bytes(1024), ""),
    "onetoc2": Sample("shortcut", bytes.fromhex("a12fff43d9ef764c9ee210ea5722765f") + bytes(1024), ""),
    "mobileconfig": Sample("shortcut", PLIST.replace("URL", "PayloadContent").encode(), ""),
    "ovpn": Sample("shortcut", b"client\ndev tun\nremote host.example 1194\n", TEXT),
    "contact": Sample("shortcut", xml("c:contact", 'xmlns:c="http://schemas.microsoft.com/Contact"'), ""),
    # installer
    "msi": Sample("installer", ole("!Property", MSI), ""),
    "msix": Sample("installer", pack_zip([("AppxManifest.xml", "<Package/>"), ("AppxBlockMap.xml", "<BlockMap/>")]), ""),
    "appx": Sample("installer", pack_zip([("a.txt", "hello hello"), ("AppxManifest.xml", "<Package/>")]), ""),
    "msixbundle": Sample("installer", pack_zip([("AppxMetadata/AppxBundleManifest.xml", "<Bundle/>")]), ""),
    "appinstaller": Sample("installer", xml("AppInstaller"), ""),
    "deb": Sample("installer", ar([("debian-binary", b"2.0\n"), ("control.tar.gz", gzip.compress(tar([("control", b"Package: a\n")]), mtime=0)), ("data.tar.gz", gzip.compress(tar([("a", b"hello\n")]), mtime=0))]), ""),
    "rpm": Sample("installer", b"\xed\xab\xee\xdb\x03\0\0\0\0\x01a-1-1".ljust(96, b"\0") + b"\x8e\xad\xe8\x01" + bytes(60), ""),
    "pkg": Sample("installer", b"xar!\0\x1c\0\x01" + struct.pack(">QQI", 20, 20, 1) + zlib.compress(b"<xar></xar>"), ""),
    "crx": Sample("installer", b"Cr24\x03\0\0\0\0\0\0\0" + pack_zip([("manifest.json", "{}")]), ""),
    "xpi": Sample("installer", pack_zip([("manifest.json", '{"manifest_version": 2}'), ("META-INF/mozilla.rsa", "x" * 20)]), ""),
    "vsix": Sample("installer", pack_zip([("extension.vsixmanifest", "<PackageManifest/>")]), ""),
    "appimage": Sample("installer", elf()[:8] + b"AI\x02" + elf()[11:], "is a program by its bytes, which is as bad"),
    # disk image
    "iso": Sample("disk-image", iso(), ""),
    "img": Sample("disk-image", fat(), ""),
    "udf": Sample("disk-image", bytes(32768) + b"\0BEA01\x01".ljust(2048, b"\0") + b"\0NSR02\x01".ljust(2048, b"\0") + b"\0TEA01\x01".ljust(2048, b"\0") + bytes(4096), ""),
    "vhd": Sample("disk-image", fat() + b"conectix" + struct.pack(">II", 2, 0x10000) + bytes(496), ""),
    "vhdx": Sample("disk-image", b"vhdxfile".ljust(65536, b"\0") + b"head" + bytes(4092), ""),
    "vmdk": Sample("disk-image", b"KDMV\x01\0\0\0" + bytes(1016), ""),
    "qcow2": Sample("disk-image", b"QFI\xfb\0\0\0\x03" + bytes(500), ""),
    "vdi": Sample("disk-image", b"<<< Oracle VM VirtualBox Disk Image >>>\n".ljust(64, b"\0") + b"\x7f\x10\xda\xbe" + bytes(400), ""),
    "wim": Sample("disk-image", b"MSWIM\0\0\0" + struct.pack("<III", 208, 0x10d00, 0) + bytes(188), ""),
    "dmg": Sample("disk-image", bytes(2048) + (b"koly\0\0\0\x04\0\0\x02\0").ljust(512, b"\0"), ""),
    "squashfs": Sample("disk-image", b"hsqs\x01\0\0\0" + bytes(88), ""),
    # add-in
    "xla": Sample("add-in", ole("Workbook"), "is a workbook by its bytes: its macros are looked for"),
    "slk": Sample("add-in", b"ID;PWXL;N;E\r\nC;X1;Y1;K1\r\nE\r\n", ""),
    "accdb": Sample("add-in", b"\0\x01\0\0Standard ACE DB\0" + bytes(2048), ""),
    "mdb": Sample("add-in", b"\0\x01\0\0Standard Jet DB\0" + bytes(2048), ""),
    # html application
    "chm": Sample("html-application", b"ITSF\x03\0\0\0\x60\0\0\0\x01\0\0\0" + bytes(200), ""),
    "hlp": Sample("html-application", b"?_\x03\0" + bytes(100), ""),
    "mht": Sample("html-application", b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>x\r\n--b--\r\n", ""),
    "mso": Sample("html-application", b"ActiveMime\0\0\x01\xf0\x04\0\0\0\xff\xff\xff\xff\0\0\x07\xf0" + bytes(20) + zlib.compress(ole("VBA")), ""),
    # others: found as what they are
    "zip": Sample("archive", pack_zip([("a.txt", "hello hello hello")]), ""),
    "7z": Sample("archive", sevenzip(), ""),
    "rar": Sample("archive", b"Rar!\x1a\x07\x01\0" + bytes(40), ""),
    "tar": Sample("archive", tar([("a.txt", b"hello\n")]), ""),
    "gz": Sample("archive", gzip.compress(b"hello hello hello", mtime=0), ""),
    "bz2": Sample("archive", bz2.compress(b"hello hello hello"), ""),
    "xz": Sample("archive", lzma.compress(b"hello hello hello"), ""),
    "zst": Sample("archive", b"\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello", ""),
    "lz4": Sample("archive", b"\x04\x22\x4d\x18\x60\x40\x82\x05\0\0\x80hello\0\0\0\0", ""),
    "lzma": Sample("archive", lzma.compress(b"hello hello hello", format=lzma.FORMAT_ALONE), ""),
    "lzo": Sample("archive", b"\x89LZO\0\r\n\x1a\n\x10\x40\x20\xa0" + bytes(40), ""),
    "lrz": Sample("archive", b"LRZI\0\6" + bytes(40), ""),
    "zpaq": Sample("archive", b"7kSt\xa01\x83\xd3\x8c\xb2(\xb0\xd3zPQ" + bytes(40), ""),
    "warc": Sample("archive", b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Length: 5\r\n\r\nhello\r\n\r\n", ""),
    "lz": Sample("archive", b"LZIP\x01\x0c" + bytes(40), ""),
    "lzh": Sample("archive", b"\x22\x5b-lh5-" + bytes(40), ""),
    "cab": Sample("archive", cab(), ""),
    "arj": Sample("archive", b"\x60\xea\x1e\0\x1e\x0b\x01\0\x10\0\x02" + bytes(60), ""),
    "ace": Sample("archive", b"\x11\x22\x31\0\0\0\x90**ACE**\x14\x14" + bytes(40), ""),
    "cpio": Sample("archive", b"070701" + b"0" * 88 + b"00000002" + b"0" * 8 + b"a\0" + bytes(20), ""),
    "hqx": Sample("archive", b"(This file must be converted with BinHex 4.0)\r\n\r\n:$&0bD@iZH(4:!!!!!!:\r\n", ""),
    "html": Sample("html", b"<!DOCTYPE html><html><body>hello</body></html>", ""),
    "svg": Sample("html", b'<svg xmlns="http://www.w3.org/2000/svg"><rect/></svg>', ""),
    "gpg": Sample("encrypted", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA0000000000AQf/\n=aaaa\n-----END PGP MESSAGE-----\n", ""),
    "p12": Sample("certificate", bytes.fromhex("3082010002010330") + b"\x81\xf0\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0" + bytes(240), ""),
}
