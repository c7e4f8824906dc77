/* Types by content, names, and what documents do by themselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../scanner.h"
#include "../traits.h"
#include "../zipfile.h"
#include "file.h"

#define BYTES(text) text, sizeof(text) - 1

static GPtrArray *
inspect_bytes(const void *bytes, size_t len, const char *name, const char *declared)
{
  g_autoptr(GBytes) content = g_bytes_new(bytes, len);
  GPtrArray *findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new();

  if (*name)
    g_ptr_array_add(names, (char *)name);
  file_inspect(scanner, content, names, declared, 7, findings);
  return findings;
}

/* --- types --- */

typedef struct type_case {
  const char *label, *bytes;
  size_t len;
  const char *want;
} TypeCase;

static const TypeCase type_cases[] = {
    {"empty", BYTES(""), "application/x-empty"},
    {"text", BYTES("Dear all,\nplease find the minutes.\n"), "text/plain"},
    {"Big5 text", BYTES("\xa4\xa4\xa4\xe5\xb6\x6c\xa5\xf3\r\n"), "text/plain"},
    {"unknown bytes", BYTES("\x01\x02\x03\x04\x05\x06\x07\x08"), ""},
    {"a program with next to no header", BYTES("MZ\x90"), "application/x-dosexec"},
    {"shortcut", BYTES("\x4c\0\0\0\x01\x14\x02\0\0\0\0\0\xc0\0\0\0\0\0\0\x46"),
     "application/x-ms-shortcut"},
    {"OneNote", BYTES("\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3...."),
     "application/onenote"},
    {"CHM", BYTES("ITSF\x03\0\0\0"), "application/vnd.ms-htmlhelp"},
    {"VHDX", BYTES("vhdxfile...."), "application/x-vhdx"},
    {"PDF", BYTES("%PDF-1.7\n"), "application/pdf"},
    {"PDF behind a prefix", BYTES("some words before\n%PDF-1.7\n"), "application/pdf"},
    {"RTF with a short mark", BYTES("{\\rt \\deff0"), "text/rtf"},
    {"HTML", BYTES("<!DOCTYPE html><title>x</title>"), "text/html"},
    {"HTML behind a comment", BYTES("\n<!-- saved from url -->\n<HTML>"), "text/html"},
    {"HTML in UTF-16", BYTES("\xff\xfe<\0h\0t\0m\0l\0>\0"), "text/html"},
    {"HTML without html", BYTES("<script>alert(1)</script>"), "text/html"},
    {"SVG", BYTES("<?xml version='1.0'?>\n<!-- a -->\n<svg xmlns='x'/>"), "image/svg+xml"},
    {"HTA", BYTES("<html><head><HTA:APPLICATION id=a>"), "application/hta"},
    {"HTML that names it in its text", BYTES("<html><body>hta:application"), "text/html"},
    {"scriptlet", BYTES("<?xml version='1.0'?><scriptlet><script>"), "application/x-wsf"},
    {"a theme behind a comment", BYTES("; a\r\n[Theme]\r\n"), "application/x-ms-theme"},
    {"Citrix", BYTES("[WFClient]\r\nVersion=2\r\n"), "application/x-ica"},
    {"ODC", BYTES("<html><meta name=ProgId content=ODC.Database>"), "application/x-odc"},
    {"webloc", BYTES("<?xml version='1.0'?><plist><dict><key>URL</key>"), "application/x-webloc"},
    {"binary webloc", BYTES("bplist00\xd1\1\2SURL_\x10\x14"), "application/x-webloc"},
    {"another binary list", BYTES("bplist00\xd1\1\2TName_\x10\x14"), ""},
    {"profile of macOS", BYTES("<plist><dict><key>PayloadContent</key>"),
     "application/x-apple-aspen-config"},
    {"pickle 4", BYTES("\x80\x04\x95\5\0\0\0\0\0\0\0]\x94."), "application/x-python-pickle"},
    {"AppleScript", BYTES("FasdUAS 1.101.10\x0e\0"), "application/x-applescript"},
    {"squashfs", BYTES("hsqs\1\0\0\0"), "application/x-squashfs"},
    {"AppleDouble", BYTES("\0\5\x16\7\0\2\0\0Mac OS X"), "application/applefile"},
    {"PKCS#12",
     BYTES("\x30\x82\1\0\2\1\3\x30\x81\xf0\6\x09\x2a\x86\x48\x86\xf7\x0d\1\7\1"
           "...................................."),
     "application/x-pkcs12"},
    {"XML", BYTES("<?xml version='1.0'?><note/>"), "text/xml"},
    {"WSF", BYTES("<job id='a'><script language='VBScript'>"), "application/x-wsf"},
    {"library", BYTES("<?xml version='1.0'?><libraryDescription xmlns='x'>"),
     "application/x-windows-library"},
    {"console", BYTES("<?xml version='1.0'?>\n<MMC_ConsoleFile ConsoleVersion='3.0'>"),
     "application/x-ms-console"},
    {"Internet shortcut", BYTES("[InternetShortcut]\r\nURL=file://x\r\n"),
     "application/x-mswinurl"},
    {"Internet shortcut in UTF-16",
     BYTES("\xff\xfe[\0I\0n\0t\0e\0r\0n\0e\0t\0S\0h\0o\0r\0t\0"
           "c\0u\0t\0]\0"),
     "application/x-mswinurl"},
    {"web query", BYTES("WEB\r\n1\r\nhttp://x\r\n"), "application/x-iqy"},
    {"SYLK", BYTES("ID;PWXL;N;E\n"), "application/x-sylk"},
    {"remote desktop", BYTES("screen mode id:i:2\r\nfull address:s:x\r\n"), "application/x-rdp"},
    {"encoded VBScript", BYTES("#@~^XwAAAA=="), "application/x-vbe"},
    {"shell script", BYTES("#!/bin/sh\necho\n"), "text/x-shellscript"},
    {"registry", BYTES("Windows Registry Editor Version 5.00\r\n"), "text/x-ms-regedit"},
    {"Word's own XML", BYTES("<?xml version='1.0'?><?mso-application progid='Word.Document'?>"),
     "application/x-office-xml"},
    {"Word's XML of 2003, by another prefix",
     BYTES("<x:wordDocument xmlns:x='http://schemas.microsoft.com/office/word/2003/wordml'>"),
     "application/x-office-xml"},
    {"OpenDocument in one piece",
     BYTES("<?xml version='1.0'?><o:document "
           "xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0' "
           "o:mimetype='application/vnd.oasis.opendocument.text'>"),
     "application/x-office-xml"},
    {"a part of OpenDocument",
     BYTES("<?xml version='1.0'?><o:document-content "
           "xmlns:o='urn:oasis:names:tc:opendocument:xmlns:office:1.0'>"),
     "text/xml"},
    {"MHTML", BYTES("MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n"),
     "application/x-mimearchive"},
    {"PNG", BYTES("\x89PNG\r\n\x1a\n\0\0\0\rIHDR"), "image/png"},
    {"ELF, from libmagic",
     BYTES("\x7f"
           "ELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x02\0\x3e\0\x01\0\0\0"),
     "application/x-executable"},
};

static void
test_types(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(type_cases); i++) {
    const TypeCase *c = &type_cases[i];
    const char *got = file_content_type(scanner, (const unsigned char *)c->bytes, c->len);

    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

/* An ISO image has its mark 32 KiB in, a fixed VHD at its end. */
static void
test_types_far(void **state)
{
  unsigned char *image = g_malloc0(0x9000);

  memcpy(image + 0x8001, "CD001", 5);
  assert_string_equal(file_content_type(scanner, image, 0x9000), "application/x-iso9660-image");
  memset(image, 0, 0x9000);
  memcpy(image + 0x9000 - 512, "conectix", 8);
  assert_string_equal(file_content_type(scanner, image, 0x9000), "application/x-vhd");
  g_free(image);
}

static void
test_types_zip(void **state)
{
  static const char *const cases[][2] = {
      {"word/document.xml",
       "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
      {"META-INF/MANIFEST.MF", "application/java-archive"},
      {"AndroidManifest.xml", "application/vnd.android.package-archive"},
      {"notes.txt", "application/zip"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    GByteArray *zip = zip_one(cases[i][0], BYTES("content of it"));
    const char *got = file_content_type(scanner, zip->data, zip->len);

    if (strcmp(got, cases[i][1]) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i][0], got, cases[i][1]);
    g_byte_array_unref(zip);
  }
}

/* --- names --- */

static const char *const extension_cases[][2] = {
    {"report.pdf", "pdf"},
    {"REPORT.PDF", "pdf"},
    {"invoice.pdf.exe", "exe pdf.exe"},
    {"a.exe.", "exe"},
    {"a.exe . .", "exe"},
    {"a.exe::$DATA", "exe"},
    {"a.exe:x.txt", "exe txt"},
    {"\"a.exe\"", "exe"},
    {"dir.d/plain", ""},
    {"c:\\dir\\a.vbs", "vbs"},
    {"a.exe/", "exe"},
    {"noname", ""},
    {".htaccess", "htaccess"},
    {"a.pdf                                   .exe", "exe"},
    {"a.e\xe2\x80\x8bxe", "exe"},           /* zero-width space */
    {"a\xef\xbc\x8e\xef\xbd\x85xe", "exe"}, /* full-width dot and e */
    {"invoice\xe2\x80\xae"
     "fdp.exe",
     "exe"}, /* right-to-left override */
    {"a%2eexe", "exe"},
    {"x.settingcontent-ms", "settingcontent-ms"},
    {"\xe6\x96\x87\xe4\xbb\xb6.docx", "docx"},
    {"a.{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}", "clsid"},
    {"acme.com.pdf", "pdf com.pdf"},
    {"b.tar.gz", "gz tar.gz"},
    {"fwd www.acme.com invoice", ""},
    {"acme.com notes.pdf", "pdf"},
};

static void
test_extensions(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(extension_cases); i++) {
    g_autoptr(GPtrArray) got = filename_endings(extension_cases[i][0]);
    g_autofree char *text = NULL;

    g_ptr_array_add(got, NULL);
    text = g_strjoinv(" ", (char **)got->pdata);
    if (strcmp(text, extension_cases[i][1]) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", extension_cases[i][0], text, extension_cases[i][1]);
  }
}

typedef struct name_case {
  const char *name, *declared, *bytes;
  size_t len;
  const char *want;
} NameCase;

static const NameCase name_cases[] = {
    {"report.pdf", "application/pdf", BYTES("%PDF-1.4\n"), ""},
    {"report.pdf", "application/octet-stream", BYTES("MZ\x90\0"), "type-differs"},
    {"report.pdf", "application/pdf", NULL, 0, ""},
    {"setup.exe", "application/octet-stream", BYTES("MZ\x90\0"), ""},
    {"photo.png", "image/png", BYTES("MZ\x90\0"), "type-differs"},
    {"photo.jpg", "image/jpeg", BYTES("\x89PNG\r\n\x1a\n"), ""},
    {"a.html", "image/png", BYTES("<html>"), "type-differs"},
    {"list.csv", "application/vnd.ms-excel", BYTES("a,b\n1,2\n"), ""},
    {"old.xls", "application/vnd.ms-excel", BYTES("a\tb\n1\t2\n"), ""},
    {"letter.doc", "application/msword", BYTES("{\\rtf1 hello}"), ""},
    {"notes.txt", "text/plain", BYTES("notes\n"), ""},
    {"picture.svg", "image/svg+xml", BYTES("<svg xmlns='http://www.w3.org/2000/svg'/>"), ""},
    {"invoice.pdf.exe", "", BYTES("MZ\x90\0"), "double-extension"},
    {"archive.tar.gz", "", BYTES("notes\n"), ""},
    {"invoice.pdf                    .exe", "", BYTES("MZ"), "double-extension name-deceptive"},
    {"invoice\xe2\x80\xae"
     "fdp.exe",
     "", BYTES("MZ"), "name-deceptive"},
    {"a.exe.", "", BYTES("MZ"), "name-deceptive"},
    {"a.exe::$DATA", "", BYTES("MZ"), "name-deceptive"},
    {"a.\xd0\xb5\xd1\x85\xd0\xb5", "", BYTES("x\n"), "name-deceptive"}, /* Cyrillic */
    {"two\nlines.txt", "", BYTES("x\n"), "name-deceptive"},
    {"family \xf0\x9f\x91\xa8\xe2\x80\x8d\xf0\x9f\x91\xa9.txt", "", BYTES("x\n"), ""},
    {"v1.2 minutes of 3.4.txt", "", BYTES("x\n"), ""},
};

static void
test_names(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(name_cases); i++) {
    const NameCase *c = &name_cases[i];
    g_autoptr(GPtrArray) findings = inspect_bytes(c->bytes, c->len, c->name, c->declared);
    const Finding *outer = g_ptr_array_index(findings, 0);
    g_autofree char *got = traits_text(
        outer->traits & (TRAIT(TYPE_DIFFERS) | TRAIT(DOUBLE_EXTENSION) | TRAIT(NAME_DECEPTIVE)));
    if (strcmp(got, c->want) != 0)
      fail_msg("%s (%s): got \"%s\", want \"%s\"", c->name, c->declared, got, c->want);
  }
}

/* --- documents --- */

#define LONG16 "abcdefghijklmnop"
#define LONG64 LONG16 LONG16 LONG16 LONG16
#define LONG   LONG64 LONG64 LONG64 LONG64 LONG64

static const TypeCase active_cases[] = {
    {"a plain PDF", BYTES("%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\n"), ""},
    {"PDF with a script", BYTES("%PDF-1.4\n1 0 obj<</S/JavaScript/JS(app)>>endobj\n"),
     "active-content pdf-javascript"},
    {"PDF with an escaped name", BYTES("%PDF-1.4\n1 0 obj<</S/J#61vaScript>>endobj\n"),
     "active-content pdf-javascript"},
    {"PDF that launches", BYTES("%PDF-1.4\n1 0 obj<</S /Launch /F(cmd)>>endobj\n"),
     "active-content pdf-launch"},
    {"PDF with the letters of a script in noise", BYTES("%PDF-1.4\n\x80/JS\x90\xf0/JS(\n"),
     "active-content pdf-javascript"},
    {"PDF with letters alone", BYTES("%PDF-1.4\n\x80/JS\x90\xf0/JS)/AA q/JS\0)\n"), ""},
    {"PDF that is a form", BYTES("%PDF-1.4\n1 0 obj<</OpenAction 2 0 R/XFA[]/AA<<>>>>endobj\n"),
     "pdf-open-action xfa"},
    {"PDF that keeps a file", BYTES("%PDF-1.4\n1 0 obj<</EmbeddedFiles 2 0 R>>endobj\n"),
     "embedded-file"},
    {"table that asks a program", BYTES("name,sum\nx,=cmd|'/c calc'!A0\n"), "active-content dde"},
    {"table with bars", BYTES("name|sum!\n=SUM(A1)|3\na@b|c\n"), ""},
    {"sheet of 2003 that asks a program",
     BYTES("<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>"
           "<Cell ss:Formula=\"=cmd|'/c calc'!A1\"/></Workbook>"),
     "active-content dde"},
    {"PDF with a name that only begins so", BYTES("%PDF-1.4\n<</JSON 1/Launchpad 2>>\n"), ""},
    {"RTF", BYTES("{\\rtf1 hello}"), ""},
    {"RTF with an object", BYTES("{\\rtf1{\\object\\objemb{\\*\\objdata 0105}}}"),
     "active-content ole-object"},
    {"RTF with a template of the web", BYTES("{\\rtf1{\\*\\template http://x.example/a.dotm}}"),
     "remote-template active-content"},
    {"RTF with a template of a share", BYTES("{\\rtf1{\\*\\template \\\\\\\\host\\\\a.dot}}"),
     "remote-template active-content"},
    {"RTF with a hidden template", BYTES("{\\rtf1{\\*\\template \\u104?\\u116?}}"),
     "remote-template active-content"},
    {"RTF with a template of its own disk", BYTES("{\\rtf1{\\*\\template C:\\\\T\\\\a.dot}}"), ""},
    {"RTF with a template behind escapes",
     BYTES("{\\rtf1{\\*\\template {\\b h}\\hich ttp:\\'2f\\'2fx.example/}}"),
     "remote-template active-content"},
    {"RTF with a template in pieces", BYTES("{\\rtf1{\\*\\template \\hich ftp:/{}/x.example/a}}"),
     "remote-template active-content"},
    {"RTF with DDE in hexadecimal",
     BYTES("{\\rtf1{\\field{\\*\\fldinst \\'44\\'44\\u69 ?AUTO c:\\\\a.exe}}}"),
     "active-content dde"},
    {"RTF with DDE in groups",
     BYTES("{\\rtf1{\\field{\\*\\fldinst {D{\\*\\x y}}{\\b D}E c:\\\\a.exe}}}"),
     "active-content dde"},
    {"RTF with DDE that another field spells",
     BYTES("{\\rtf1{\\field{\\*\\fldinst {\\field{\\*\\fldinst QUOTE 68 68 69}{\\fldrslt DDE}} "
           "a.exe}}}"),
     "active-content dde"},
    {"RTF with a field in another's words",
     BYTES("{\\rtf1{\\field{\\*\\fldinst IF {\\field{\\*\\fldinst PAGE}{\\fldrslt 1}} = 1 a b}}}"),
     ""},
    {"RTF with a linked sheet, in hexadecimal",
     BYTES("{\\rtf1{\\field{\\*\\fldinst L\\'49NK X \"https:\\'2f/x.example/\" a}}}"),
     "active-content external-relationship"},
    {"RTF behind blanks", BYTES("\r\n {\\rt{\\object\\objemb{\\*\\objdata 0105}}}"),
     "active-content ole-object"},
    {"RTF behind a byte order mark", BYTES("\xef\xbb\xbf{\\rtf1{\\*\\objdata 0105}}"),
     "active-content ole-object"},
    {"RTF with another field", BYTES("{\\rtf1{\\field{\\*\\fldinst ADDED e}} DDE is a word}"), ""},
    {"RTF with DDE", BYTES("{\\rtf1{\\field{\\*\\fldinst { DDEAUTO c:\\\\a.exe}}}}"),
     "active-content dde"},
    {"HTML without script", BYTES("<html><p>Minutes on Monday = one</p></html>"), ""},
    {"HTML with script", BYTES("<html><SCRIPT>x</SCRIPT></html>"), "active-content html-script"},
    {"HTML with a handler", BYTES("<html><body onload=go()></html>"), "active-content html-script"},
    {"SVG with namespaces as entities",
     BYTES(
         "<!DOCTYPE svg [<!ENTITY ns_svg \"http://www.w3.org/2000/svg\">]><svg xmlns=\"&ns_svg;\" "
         "xmlns:a = '&ns_svg;'><title>a &amp; b & c</title></svg>"),
     ""},
    {"SVG with an address as one",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'google'>]><svg xmlns='x'><a "
           "href='https://drive.&a;.com'/></svg>"),
     "corrupt"},
    {"SVG with an entity of entities",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'x'><!ENTITY b '&a;'>]><svg xmlns='&b;'/>"), "corrupt"},
    {"SVG with an entity behind a document type that is a comment",
     BYTES("<?xml version='1.0'?>\n<!-- <!DOCTYPE a> --><!DOCTYPE svg [<!ENTITY a 'x'>]>"
           "<svg xmlns='x'>&a;</svg>"),
     "corrupt"},
    {"SVG with an entity behind quotation marks",
     BYTES("<!DOCTYPE svg SYSTEM \"a>b'\" [<!ENTITY a 'x'>]><svg xmlns='x'>&a;</svg>"), "corrupt"},
    {"SVG with an entity in words that look like a namespace",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='x'> xmlns=\"&a;\"</svg>"), "corrupt"},
    {"SVG with an entity behind a comment like a namespace",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='x'><!-- <a xmlns=\" -->&a;\"</svg>"),
     "corrupt"},
    {"SVG with an entity in a value that looks like a namespace",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='x' style=' xmlns=\"&a;\"'/>"), "corrupt"},
    {"SVG with an entity of a long name",
     BYTES("<!DOCTYPE svg [<!ENTITY " LONG " 'x'>]><svg xmlns='x'>&" LONG ";</svg>"), "corrupt"},
    {"SVG with an entity behind a byte order mark",
     BYTES("\xef\xbb\xbf<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='x'>&a;</svg>"), "corrupt"},
    {"SVG with a namespace behind a value with a bracket",
     BYTES("<!DOCTYPE svg [<!-- it's --><!ENTITY a 'x'>]><svg b='>' xmlns:c =\n'&a;'/>"), ""},
    {"SVG with references that are none",
     BYTES("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='&a;'><!-- &a; --><![CDATA[&a;]]></svg>"),
     ""},
    {"HTML that tells of entities",
     BYTES("<!DOCTYPE html><html><p>&nbsp;</p><pre><!DOCTYPE a [<!ENTITY a 'x'>]></pre></html>"),
     ""},
    {"SVG with a handler that is declared",
     BYTES("<!DOCTYPE svg [<!ATTLIST svg onload CDATA 'go()'>]><svg xmlns='x'/>"), "corrupt"},
    {"SVG with declarations from elsewhere",
     BYTES("<!DOCTYPE svg [<!ENTITY % a SYSTEM 'x'>%a;]><svg xmlns='x'/>"), "corrupt"},
    {"XML with a script of a page",
     BYTES("<?xml version='1.0'?><r><h:script xmlns:h='http://www.w3.org/1999/xhtml'/></r>"),
     "active-content html-script"},
    {"XML with a handler",
     BYTES(
         "<?xml version='1.0'?><r><s:svg xmlns:s='http://www.w3.org/2000/svg' onload='go()'/></r>"),
     "active-content html-script"},
    {"XML of 2003 with a template from elsewhere",
     BYTES("<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument>"
           "<w:attachedTemplate w:val='https://x.example/a.dot'/></w:wordDocument>"),
     "remote-template active-content"},
    {"XML of 2003 with a template of its own",
     BYTES("<?xml version='1.0'?><?mso-application progid='Word.Document'?><w:wordDocument>"
           "<w:attachedTemplate w:val='C:\\a.dot'/></w:wordDocument>"),
     ""},
    {"XML with a script of its own", BYTES("<?xml version='1.0'?><r><b:script/></r>"), ""},
    {"SVG with a handler", BYTES("<svg xmlns='a' onload='go()'/>"), "active-content html-script"},
};

static void
test_active(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(active_cases); i++) {
    const TypeCase *c = &active_cases[i];
    g_autoptr(GPtrArray) findings = inspect_bytes(c->bytes, c->len, "", "");
    const Finding *outer = g_ptr_array_index(findings, 0);
    g_autofree char *got = traits_text(outer->traits);

    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

static const TypeCase sealed_cases[] = {
    {"nothing", NULL, 0, ""},
    {"a detached signature",
     BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
           "\x31\0\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\0\0\0\0\0\0\0\0"),
     ""},
    {"signed data without their end",
     BYTES("\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01"
           "\x31\0\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x80\x24\x80"),
     "corrupt"},
    {"enveloped data",
     BYTES("\x30\x82\x01\x01\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03\xa0\x80\x30\x80\x02\x01"
           "\x01\x31\x0f\x30\x0b\x06\x09\x01\x01\x01\x01\x01"),
     "encrypted"},
    {"OpenPGP", BYTES("-----BEGIN PGP MESSAGE-----\n\nhQEM\n"), "encrypted"},
    {"an OpenPGP signature", BYTES("-----BEGIN PGP SIGNATURE-----\n\niQEz\n"), ""},
};

static void
test_sealed(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(sealed_cases); i++) {
    const TypeCase *c = &sealed_cases[i];
    g_autoptr(GPtrArray) findings = inspect_bytes(c->bytes, c->len, "", "");
    const Finding *outer = g_ptr_array_index(findings, 0);
    g_autofree char *got = traits_text(outer->traits);

    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
  }
}

#define FIELD(code, words)                                                                         \
  "<w:fldChar w:fldCharType='begin'/>" code "<w:fldChar w:fldCharType='separate'/><w:t>" words     \
  "</w:t><w:fldChar w:fldCharType='end'/>"
#define REL(type, target)                                                                          \
  "<?xml version=\"1.0\"?><Relationships><Relationship Id=\"r1\" Type=\"http://x/" type            \
  "\" Target=\"" target "\" TargetMode=\"External\"/></Relationships>"

static const TypeCase package_cases[] = {
    {"word/document.xml", BYTES("<?xml version='1.0'?><w:document/>"), ""},
    {"word/vbaProject.bin", BYTES("not even a compound file"), "macro active-content"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "https://x.example/a.dotm")),
     "remote-template active-content"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "file:///C:/T/Normal.dotm")),
     ""},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "file:///\\\\host\\a.dotm")),
     "remote-template active-content"},
    {"word/_rels/document.xml.rels", BYTES(REL("hyperlink", "https://x.example/")), ""},
    {"word/_rels/document.xml.rels", BYTES(REL("oleObject", "mhtml:https://x.example/!x")),
     "active-content external-relationship"},
    {"word/_rels/document.xml.rels", BYTES(REL("image", "https://x.example/a.png")), ""},
    {"word/_rels/document.xml.rels", BYTES(REL("image", "\\\\host\\a.png")),
     "active-content external-relationship"},
    {"word/_rels/settings.xml.rels",
     BYTES("<?xml version=\"1.0\"?><a:Relationships><a:Relationship\nTargetMode = 'Ex&#x74;ernal'\n"
           "Type='http://x/attachedTemplate' Target='&#104;ttps://x.example/'/></a:Relationships>"),
     "remote-template active-content"},
    {"word/_rels/settings.xml.rels",
     BYTES("\xff\xfe<\0R\0e\0l\0a\0t\0i\0o\0n\0s\0h\0i\0p\0 \0T\0y\0p\0e\0=\0'\0"
           "/\0v\0b\0a\0P\0r\0o\0j\0e\0c\0t\0'\0/\0>\0"),
     "macro active-content"},
    {"xl/externalLinks/externalLink1.bin",
     BYTES("\xe8\x02\x26\x01\0\3\0\0\0"
           "cmd"),
     "active-content dde"},
    {"xl/externalLinks/externalLink1.bin",
     BYTES("\xe8\x02\x26\x00\0\3\0\0\0"
           "cmd"),
     ""},
    {"xl/worksheets/sheet1.xml", BYTES("<?xml version='1.0'?><c><f>cmd|'/c calc'!A0</f></c>"),
     "active-content dde"},
    {"xl/sharedStrings.xml", BYTES("<?xml version='1.0'?><t>yes|no! =a|b!c</t>"), ""},
    {"word/document.xml",
     BYTES("<?xml version='1.0'?><w:instrText>D&#68;&#x45;AUTO c:\\a.exe</w:instrText>"),
     "active-content dde"},
    {"word/document.xml",
     BYTES("<?xml version='1.0'?><w:instrText>DD</w:instrText><w:instrText>EAUTO c:\\a.exe"
           "</w:instrText>"),
     "active-content dde"},
    {"word/document.xml", BYTES("<?xml version='1.0'?><w:instrText>PAGE</w:instrText>"), ""},
    {"word/document.xml",
     BYTES(FIELD(FIELD("<w:instrText>QUOTE 68 68 69</w:instrText>",
                       "DDE") "<w:instrText> c:\\a.exe</w:instrText>",
                 "x")),
     "active-content dde"},
    {"word/document.xml",
     BYTES(FIELD("<w:instrText>IF </w:instrText>" FIELD("<w:instrText>PAGE</w:instrText>",
                                                        "1") "<w:instrText> = 1 a b</w:instrText>",
                 "x")),
     ""},
    {"word/document.xml", BYTES(FIELD("<w:t>DDE</w:t><w:t>AUTO cmd x</w:t>", "x")),
     "active-content dde"},
    {"word/document.xml", BYTES(FIELD("<w:instrText>PAGE</w:instrText>", "DDE cmd")), ""},
    {"word/document.xml",
     BYTES(FIELD("<w:instrText>LINK Excel.Sheet.8 &quot;https://x.example/&quot; a</w:instrText>",
                 "1")),
     "active-content external-relationship"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "https://x.example/a.dotm?>")),
     "remote-template active-content"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", " https://x.example/a.dotm")),
     "remote-template active-content"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "webdav://x.example/a.dotm")),
     "remote-template active-content"},
    {"word/_rels/settings.xml.rels", BYTES(REL("attachedTemplate", "Normal.dotm")), ""},
    {"word/_rels/settings.xml.rels",
     BYTES("<?xml version='1.0'?><Relationships><Relationship z:TargetMode='Internal' "
           "TargetMode='External' z:Type='/x' Type='/attachedTemplate' z:Target='a' "
           "Target='https://x.example/'/></Relationships>"),
     "remote-template active-content"},
    {"word/document.xml",
     BYTES("<?xml version='1.0'?><w:instrText>DD<!-- -->E<![CDATA[AUTO c:\\a.exe]]></w:instrText>"),
     "active-content dde"},
    {"word/document.xml", BYTES("<?xml version='1.0'?><w:fldSimple w:instr = 'DDE c:\\a.exe'/>"),
     "active-content dde"},
    {"xl/worksheets/sheet1.xml",
     BYTES("<?xml version='1.0'?><c><f z:a='>'>cmd|<!-- -->'/c calc'!A0</f></c>"),
     "active-content dde"},
    {"word/embeddings/oleObject1.bin", BYTES("some object"), "active-content ole-object"},
    {"xl/macrosheets/sheet1.xml", BYTES("<?xml version='1.0'?><xm:macrosheet/>"),
     "macro active-content xlm"},
    {"word/_rels/settings.xml.RELS",
     BYTES("<R><Relationship Type='x/attachedTemplate' Target='https://x.example/'/></R>"),
     "remote-template active-content"},
    {"xl/externalLinks/externalLink1.xml",
     BYTES("<externalLink><oleLink\nr:id='a'/></externalLink>"), "active-content ole-object"},
    {"word/document.dat", BYTES("<w:fldSimple w:instr='DDE c:\\a.exe'/>"), "active-content dde"},
    {"ppt/slides/slide1.xml", BYTES("<a><a:hlinkClick action='PPAction://Program'/></a>"),
     "active-content html-script"},
    {"word/media/a.svg", BYTES("<!DOCTYPE svg [<!ENTITY a 'x'>]><svg xmlns='&a;'/>"), ""},
};

static unsigned
count_files(const GPtrArray *findings)
{
  unsigned n = 0;

  for (guint i = 0; i < findings->len; i++)
    n += ((const Finding *)g_ptr_array_index(findings, i))->kind == FINDING_FILE;
  return n;
}

static void
test_packages(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(package_cases); i++) {
    const TypeCase *c = &package_cases[i];
    ZipEntry entries[] = {{"[Content_Types].xml", BYTES("<?xml version='1.0'?><Types/>"), 0},
                          {c->label, c->bytes, c->len, 0},
                          {"word/styles.xml", BYTES("<?xml version='1.0'?><w:styles/>"), 0}};
    GByteArray *zip = zip_make(entries, G_N_ELEMENTS(entries));
    g_autoptr(GPtrArray) findings = inspect_bytes(zip->data, zip->len, "a.docx", "");
    const Finding *outer = g_ptr_array_index(findings, 0);
    g_autofree char *got = traits_text(outer->traits);

    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", c->label, got, c->want);
    assert_int_equal(count_files(findings), 1);
    g_byte_array_unref(zip);
  }
}

/* A compound file of one directory sector, with the entries named, and one of its FAT. */
static GByteArray *
compound_make(const char *const *names, const char *clsid)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_set_size(out, 3 * 512);
  memset(out->data, 0, out->len);
  memset(out->data + 60, 0xff, 4);
  memset(out->data + 68, 0xff, 512 - 68);
  memset(out->data + 1024, 0xff, 512);
  memcpy(out->data + 76, "\1\0\0", 4);                 /* the FAT is sector 1 */
  memcpy(out->data + 1024, "\xfe\xff\xff\xff\xfd", 5); /* the directory is one sector */
  memcpy(out->data, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  out->data[26] = 3;
  out->data[30] = 9;
  out->data[32] = 6;
  out->data[57] = 16; /* 4096 */
  for (int i = 0; i < 4 && names[i]; i++) {
    unsigned char *slot = out->data + 512 + 128 * i;

    for (size_t c = 0; names[i][c]; c++)
      slot[2 * c] = (unsigned char)names[i][c];
    slot[64] = (unsigned char)(2 * (strlen(names[i]) + 1));
    slot[66] = i ? 2 : 5;
    slot[67] = (unsigned char)(2 * i);
    memset(slot + 68, 0xff, 12);
    if (i == 0 && clsid)
      memcpy(slot + 80, clsid, 16);
  }
  return out;
}

static void
test_compound(void **state)
{
  static const struct {
    const char *names[5];
    const char *clsid, *type, *traits;
  } cases[] = {
      {{"Root Entry", "WordDocument"}, NULL, "application/msword", ""},
      {{"Root Entry", "WordDocument", "_VBA_PROJECT"},
       NULL,
       "application/msword",
       "macro active-content"},
      {{"Root Entry", "WORDDOCUMENT", "_vba_Project"},
       NULL,
       "application/msword",
       "macro active-content"},
      {{"Root Entry", "Workbook"}, NULL, "application/vnd.ms-excel", ""},
      {{"Root Entry", "EncryptionInfo", "EncryptedPackage"},
       NULL,
       "application/encrypted",
       "encrypted"},
      {{"Root Entry", "WordDocument", "\1Ole10Native"},
       NULL,
       "application/msword",
       "active-content ole-object"},
      {{"Root Entry", "WordDocument", "Equation Native"},
       NULL,
       "application/msword",
       "active-content ole-object equation"},
      {{"Root Entry"}, "\x84\x10\x0c\0\0\0\0\0\xc0\0\0\0\0\0\0\x46", "application/x-msi", ""},
      {{"Root Entry"}, NULL, "application/x-ole-storage", ""},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    /* The colour of an entry, which no program looks at, makes no difference. */
    GByteArray *file = compound_make(cases[i].names, cases[i].clsid);
    g_autoptr(GPtrArray) findings = inspect_bytes(file->data, file->len, "", "");
    const Finding *outer = g_ptr_array_index(findings, 0);
    g_autofree char *got = traits_text(outer->traits);

    assert_string_equal(outer->content_type, cases[i].type);
    if (strcmp(got, cases[i].traits) != 0)
      fail_msg("case %zu: got \"%s\", want \"%s\"", i, got, cases[i].traits);
    g_byte_array_unref(file);
  }
}

/* --- the finding itself --- */

static void
test_finding(void **state)
{
  g_autoptr(GPtrArray) findings = inspect_bytes(BYTES("abc"), "a.txt", "text/plain");
  const Finding *outer = g_ptr_array_index(findings, 0);

  assert_int_equal(findings->len, 1);
  assert_int_equal(outer->kind, FINDING_FILE);
  assert_int_equal(outer->part, 7);
  assert_int_equal(outer->size, 3);
  assert_string_equal(outer->name, "a.txt");
  assert_string_equal(outer->path, "a.txt");
  assert_string_equal(outer->declared_type, "text/plain");
  assert_string_equal(outer->sha256,
                      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_false(outer->inner);
  assert_null(outer->malware);
}

static void
test_trait_names(void **state)
{
  for (int i = 0; i < TRAITS; i++)
    assert_int_equal(trait_from_name(trait_name(i)), i);
  assert_int_equal(trait_from_name("no such trait"), -1);
  assert_string_equal(finding_kind_name(FINDING_FILE), "file");
  finding_free(NULL);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_types),       cmocka_unit_test(test_types_far),
      cmocka_unit_test(test_types_zip),   cmocka_unit_test(test_extensions),
      cmocka_unit_test(test_names),       cmocka_unit_test(test_active),
      cmocka_unit_test(test_sealed),      cmocka_unit_test(test_packages),
      cmocka_unit_test(test_compound),    cmocka_unit_test(test_finding),
      cmocka_unit_test(test_trait_names),
  };

  return cmocka_run_group_tests(tests, scanner_start, scanner_stop);
}
