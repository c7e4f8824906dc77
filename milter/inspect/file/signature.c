/* signature.c - types that are known by their first bytes.
 *
 * Asked before libmagic: it costs well under a microsecond where libmagic takes 40 to 400, and it
 * knows what libmagic 5.44 does not (THREATS A-001): OneNote, library-ms, a PDF or an image of a
 * disk behind a prefix, shortcuts, consoles, scripts in XML. Only what is certain is answered.
 * Text formats are looked at in a lower-case copy of the head, with byte order marks and the zero
 * bytes of UTF-16 taken off and XML declarations and comments skipped, as readers do. */
#include "../content.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"

/* Bytes of the head that text formats are told by, and how far comments are skipped for it. */
#define HEAD          4096
#define COMMENT_REACH (256 * 1024)

/* A PDF reader takes a header within the first 1024 bytes (ISO 32000 annex H.3.4.1). */
#define PDF_REACH 1024

typedef struct signature {
  size_t at;
  const char *bytes;
  size_t len;
  const char *type;
} Signature;

#define SIGNATURE(at, bytes, type)                                                                 \
  {                                                                                                \
    at, bytes, sizeof(bytes) - 1, type                                                             \
  }

static const Signature signatures[] = {
    SIGNATURE(0, "MZ", "application/x-dosexec"),
    SIGNATURE(0, "ZM", "application/x-dosexec"),
    SIGNATURE(0, "\x4c\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    SIGNATURE(0, "\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3",
              "application/onenote"),
    SIGNATURE(0, "\xa1\x2f\xff\x43\xd9\xef\x76\x4c\x9e\xe2\x10\xea\x57\x22\x76\x5f",
              "application/onenote"),
    SIGNATURE(0, "ITSF", "application/vnd.ms-htmlhelp"),
    SIGNATURE(0, "?_\x03\x00", "application/winhlp"),
    SIGNATURE(0, "vhdxfile", "application/x-vhdx"),
    SIGNATURE(0, "conectix", "application/x-vhd"),
    SIGNATURE(0, "MSWIM\0\0\0", "application/x-ms-wim"),
    SIGNATURE(0, "KDMV", "application/x-vmdk"),
    SIGNATURE(0, "QFI\xfb", "application/x-qemu-disk"),
    SIGNATURE(0x8001, "CD001", "application/x-iso9660-image"),
    SIGNATURE(0x8001, "BEA01", "application/x-udf-image"),
    SIGNATURE(0x8801, "CD001", "application/x-iso9660-image"),
    SIGNATURE(0x9001, "CD001", "application/x-iso9660-image"),
    SIGNATURE(0, "%PDF-", "application/pdf"),
    SIGNATURE(0, "%FDF-", "application/vnd.fdf"),
    SIGNATURE(0, "{\\rt", "text/rtf"),
    SIGNATURE(0, "\x89PNG\r\n\x1a\n", "image/png"),
    SIGNATURE(0, "\xff\xd8\xff", "image/jpeg"),
    SIGNATURE(0, "GIF87a", "image/gif"),
    SIGNATURE(0, "GIF89a", "image/gif"),
    SIGNATURE(0, "\xd7\xcd\xc6\x9a", "image/wmf"),
    SIGNATURE(0, "\x1f\x8b\x08", "application/gzip"),
    SIGNATURE(0, "BZh", "application/x-bzip2"),
    SIGNATURE(0,
              "\xfd"
              "7zXZ\0",
              "application/x-xz"),
    SIGNATURE(0, "7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    SIGNATURE(0, "Rar!\x1a\x07", "application/x-rar"),
    SIGNATURE(0, "\x28\xb5\x2f\xfd", "application/zstd"),
    SIGNATURE(0, "\x04\x22\x4d\x18", "application/x-lz4"),
    SIGNATURE(0, "LZIP", "application/x-lzip"),
    SIGNATURE(0, "\x89LZO\0\r\n\x1a\n", "application/x-lzop"),
    SIGNATURE(0, "LRZI", "application/x-lrzip"),
    SIGNATURE(0, "GRZipII\0", "application/x-lrzip"),
    SIGNATURE(0, "7kSt", "application/x-zpaq"),
    SIGNATURE(0, "zPQ", "application/x-zpaq"),
    SIGNATURE(0, "ArC\x01", "application/x-freearc"),
    SIGNATURE(0, "WARC/", "application/warc"),
    SIGNATURE(0, "\x1f\x9d", "application/x-compress"),
    SIGNATURE(0, "MSCF", "application/vnd.ms-cab-compressed"),
    SIGNATURE(7, "**ACE**", "application/x-ace-compressed"),
    SIGNATURE(0, "\x60\xea", "application/x-arj"),
    SIGNATURE(0, "ALZ\x01", "application/x-alz"),
    SIGNATURE(0, "EGGA", "application/x-egg"),
    SIGNATURE(0, "xar!", "application/x-xar"),
    SIGNATURE(0, "\x78\x9f\x3e\x22", "application/vnd.ms-tnef"),
    SIGNATURE(0, "\x00\x05\x16\x00\x00", "application/applefile"),
    SIGNATURE(0, "\x00\x05\x16\x07\x00", "application/applefile"),
    SIGNATURE(0, "ActiveMime", "application/x-activemime"),
    SIGNATURE(0, "\x80\x02}", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x02c", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x03}", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x03]", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x03c", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x04\x95", "application/x-python-pickle"),
    SIGNATURE(0, "\x80\x05\x95", "application/x-python-pickle"),
    SIGNATURE(0, "FasdUAS ", "application/x-applescript"),
    SIGNATURE(0x40, "\x7f\x10\xda\xbe", "application/x-virtualbox-vdi"),
    SIGNATURE(0, "hsqs", "application/x-squashfs"),
    SIGNATURE(0, "\xca\xfe\xba\xbe\x00\x00\x00", "application/x-java-applet"),
    SIGNATURE(4, "Standard Jet DB", "application/x-msaccess"),
    SIGNATURE(4, "Standard ACE DB", "application/x-msaccess"),
};

static gboolean
matches(const Signature *signature, const unsigned char *bytes, size_t len)
{
  return signature->at <= len && signature->len <= len - signature->at &&
         memcmp(bytes + signature->at, signature->bytes, signature->len) == 0;
}

/* --- ZIP: what kind of package, by the names of its first members --- */

typedef struct package {
  const char *member; /* a prefix of a member's name */
  const char *type;
} Package;

static const Package packages[] = {
    {"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    {"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    {"visio/", "application/vnd.ms-visio.drawing"},
    {"AndroidManifest.xml", "application/vnd.android.package-archive"},
    {"classes.dex", "application/vnd.android.package-archive"},
    {"AppxManifest.xml", "application/x-appx"},
    {"AppxMetadata/", "application/x-appx"},
    {"Payload/", "application/x-ios-app"},
    {"META-INF/MANIFEST.MF", "application/java-archive"},
    {"META-INF/manifest.xml", "application/vnd.oasis.opendocument"},
    {"FixedDocSeq.fdseq", "application/vnd.ms-xpsdocument"},
    {"extension.vsixmanifest", "application/x-vsix"},
    {"META-INF/mozilla.", "application/x-xpinstall"},
};

/* Where no other member tells: Office names its parts as it likes, and finds them by this one. */
static const Package by_types = {"[Content_Types].xml",
                                 "application/vnd.openxmlformats-officedocument"};

/* ODF and EPUB say what they are in a first, stored member; ODF is read without it, too. */
static const Package mimetypes[] = {
    {"application/vnd.oasis.opendocument.text", "application/vnd.oasis.opendocument.text"},
    {"application/vnd.oasis.opendocument.spreadsheet",
     "application/vnd.oasis.opendocument.spreadsheet"},
    {"application/vnd.oasis.opendocument.presentation",
     "application/vnd.oasis.opendocument.presentation"},
    {"application/vnd.oasis.opendocument", "application/vnd.oasis.opendocument"},
    {"application/epub+zip", "application/epub+zip"},
    {"application/hwp+zip", "application/hwp+zip"},
};

static const char *
package_by_mimetype(const unsigned char *bytes, size_t len)
{
  if (len < 38 || memcmp(bytes + 30, "mimetype", 8) != 0)
    return NULL;
  for (size_t i = 0; i < G_N_ELEMENTS(mimetypes); i++) {
    size_t n = strlen(mimetypes[i].member);

    if (len >= 38 + n && memcmp(bytes + 38, mimetypes[i].member, n) == 0)
      return mimetypes[i].type;
  }
  return NULL;
}

static gboolean
names_member(const Package *package, const unsigned char *name, size_t len)
{
  size_t n = strlen(package->member);

  return len >= n && memcmp(name, package->member, n) == 0;
}

static const char *
package_by_member(const unsigned char *name, size_t len)
{
  for (size_t i = 0; i < G_N_ELEMENTS(packages); i++)
    if (names_member(&packages[i], name, len))
      return packages[i].type;
  return NULL;
}

/* Looks at names in the central directory where it can be found by its marks, which costs one
 * search from the end: the order of members is the writer's choice. */
static const char *
zip_type(const unsigned char *bytes, size_t len)
{
  const char *found = package_by_mimetype(bytes, len), *weak = NULL;
  size_t tail = len > COMMENT_REACH ? len - COMMENT_REACH : 0;
  const unsigned char *p = bytes + tail;

  while (!found && (p = zip_find_listed(p, bytes + len)) != NULL) {
    size_t left = (size_t)(bytes + len - p);
    size_t name = left > 46 ? p[28] | (size_t)p[29] << 8 : 0;

    if (left > 46 && name <= left - 46) {
      found = package_by_member(p + 46, name);
      weak = names_member(&by_types, p + 46, name) ? by_types.type : weak;
    }
    p += 4;
  }
  return found ? found : weak ? weak : "application/zip";
}

/* --- text formats --- */

static gboolean
is_blank(unsigned char c)
{
  return c == ' ' || c == 0 || c == '\n' || c == '\r' || c == '\t' || c == '\f';
}

/* Eight at a time: this is done for every file of every archive. */
static void
lower_copy(char *out, const unsigned char *in, size_t len)
{
  const guint64 ones = G_GUINT64_CONSTANT(0x0101010101010101), highs = ones << 7;
  guint64 word;
  size_t at = 0;

  for (; len - at >= sizeof word; at += sizeof word) {
    guint64 ascii;

    memcpy(&word, in + at, sizeof word);
    ascii = word & ~highs;
    /* the high bit of each byte: from 'A' on, but not beyond 'Z', and ASCII at all */
    word |= ((ascii + ones * (0x80 - 'A')) & ~(ascii + ones * (0x7f - 'Z')) & ~word & highs) >> 2;
    memcpy(out + at, &word, sizeof word);
  }
  for (; at < len; at++)
    out[at] = g_ascii_tolower((char)in[at]);
}

/* UTF-16, as far as it is ASCII; what it begins with tells, not always rightly. */
static gboolean
seems_wide(const unsigned char *bytes, size_t len)
{
  return len > 3 &&
         ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff) ||
          (!bytes[0] != !bytes[1] && !bytes[2] != !bytes[3]));
}

/* The head as lower-case text: marks, blanks in front and the zero bytes of UTF-16 are gone. */
static void
text_head(const unsigned char *bytes, size_t len, char *head)
{
  gboolean wide = seems_wide(bytes, len);
  size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  size_t end = MIN(len, 2 * HEAD), n = 0;

  while (at < end &&
         (g_ascii_isspace(bytes[at]) || bytes[at] == 0 || (wide && at < 2 && bytes[at] >= 0xfe)))
    at++;
  if (wide) {
    for (; at < end && n < HEAD; at++) {
      head[n] = (char)bytes[at];
      n += bytes[at] != 0;
    }
    lower_copy(head, (const unsigned char *)head, n);
  } else {
    n = strnlen((const char *)bytes + at, MIN(end - at, HEAD));
    lower_copy(head, bytes + at, n);
  }
  head[n] = '\0';
}

/* Zero bytes come in masses, where a disk has nothing. */
static size_t
skip_blanks(const unsigned char *bytes, size_t at, size_t end)
{
  static const unsigned char zeros[16];

  while (at < end && is_blank(bytes[at]))
    at +=
        end - at >= sizeof zeros && memcmp(bytes + at, zeros, sizeof zeros) == 0 ? sizeof zeros : 1;
  return at;
}

/* Where the content begins: behind blanks, comments, XML declarations and document types. */
static size_t
skip_prolog(const unsigned char *bytes, size_t len, gboolean *xml)
{
  size_t at = len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
  size_t end = MIN(len, COMMENT_REACH);

  while (at < end) {
    const unsigned char *close = NULL;
    size_t left, skip = 0;

    at = skip_blanks(bytes, at, end);
    left = end - at;
    if (left > 4 && memcmp(bytes + at, "<!--", 4) == 0) {
      close = memmem(bytes + at, left, "-->", 3);
      skip = 3;
    } else if (left > 2 && memcmp(bytes + at, "<?", 2) == 0) {
      close = memmem(bytes + at, left, "?>", 2);
      *xml |= left > 5 && g_ascii_strncasecmp((const char *)bytes + at, "<?xml", 5) == 0;
      skip = 2;
    }
    if (!close)
      break;
    at = (size_t)(close - bytes) + skip;
  }
  return at;
}

typedef struct marker {
  const char *text; /* lower case */
  const char *type;
} Marker;

/* The text begins so. */
static const Marker beginnings[] = {
    {"{\\rt", "text/rtf"}, /* behind blanks, which some reader may skip */
    {"<!doctype html", "text/html"},
    {"<!doctype svg", "image/svg+xml"},
    {"<svg", "image/svg+xml"},
    {"<html", "text/html"},
    {"<head", "text/html"},
    {"<body", "text/html"},
    {"<scriptlet", "application/x-wsf"},
    {"<script", "text/html"},
    {"<iframe", "text/html"},
    {"<title", "text/html"},
    {"<style", "text/html"},
    {"<table", "text/html"},
    {"<meta", "text/html"},
    {"<form", "text/html"},
    {"<font", "text/html"},
    {"<h1", "text/html"},
    {"<div", "text/html"},
    {"<span", "text/html"},
    {"<center", "text/html"},
    {"<br", "text/html"},
    {"<p>", "text/html"},
    {"<a ", "text/html"},
    {"<img", "text/html"},
    {"<base", "text/html"},
    {"<hta:application", "application/hta"},
    {"<job", "application/x-wsf"},
    {"<package", "application/x-wsf"},
    {"<component", "application/x-wsf"},
    {"<librarydescription", "application/x-windows-library"},
    {"<searchconnectordescription", "application/x-windows-library"},
    {"<persistedquery", "application/x-windows-library"},
    {"<pcsettings", "application/x-settingcontent"},
    {"<searchablecontent", "application/x-settingcontent"},
    {"<mmc_consolefile", "application/x-ms-console"},
    {"<jnlp", "application/x-java-jnlp-file"},
    {"<xdp:xdp", "application/vnd.adobe.xdp+xml"},
    {"<xfdf", "application/vnd.fdf"},
    {"<appinstaller", "application/appinstaller"},
    {"<asmv1:assembly", "application/x-ms-application"},
    {"<assembly", "application/x-ms-application"},
    {"<asx", "audio/x-ms-asx"},
    {"<c:contact", "application/x-windows-contact"},
    {"[internetshortcut", "application/x-mswinurl"},
    {"[{000214a0", "application/x-mswinurl"},
    {"[desktop entry]", "application/x-desktop"},
    {"[shell]", "application/x-ms-scf"},
    {"[theme]", "application/x-ms-theme"},
    {"[version]", "application/x-setupscript"},
    {"[wfclient]", "application/x-ica"},
    {"[encoding]\r\ninputencoding", "application/x-ica"},
    {"xlodbc\r\n1", "application/x-iqy"},
    {"xlodbc\n1", "application/x-iqy"},
    {"querytype=oledb", "application/x-iqy"},
    {"web\r\n1", "application/x-iqy"},
    {"web\n1", "application/x-iqy"},
    {"id;p", "application/x-sylk"},
    {"#@~^", "application/x-vbe"},
    {"regedit4", "text/x-ms-regedit"},
    {"windows registry editor", "text/x-ms-regedit"},
    {"#!", "text/x-shellscript"},
    {"#extm3u", "audio/x-mpegurl"},
    {"begin:vcalendar", "text/calendar"},
    {"begin:vcard", "text/vcard"},
    {"#requires -", "text/x-powershell"},
    {"%!ps", "application/postscript"},
    {"@echo off", "text/x-msdos-batch"},
    {"full address:s:", "application/x-rdp"},
    {"screen mode id:i:", "application/x-rdp"},
};

/* These stand anywhere in the head, whatever it begins with. */
static const Marker overriding[] = {
    {"<hta:application", "application/hta"},
    {"<odc:officedataconnection", "application/x-odc"},
    {"content=odc.", "application/x-odc"},
};

/* These stand anywhere in the head of what is nothing else. */
static const Marker contents[] = {
    {"[internetshortcut]", "application/x-mswinurl"},
    {"\nfull address:s:", "application/x-rdp"},
    {"\n[theme]", "application/x-ms-theme"},
    {"\n[wfclient]", "application/x-ica"},
    {"<svg", "image/svg+xml"},
    {"<html", "text/html"},
    {"<script", "text/html"},
    {"<librarydescription", "application/x-windows-library"},
};

static const char *
find_beginning(const char *head)
{
  for (size_t i = 0; i < G_N_ELEMENTS(beginnings); i++)
    if (*head == *beginnings[i].text && g_str_has_prefix(head, beginnings[i].text))
      return beginnings[i].type;
  return NULL;
}

/* A document that is XML as a whole, by the processing instruction or what its root says: Word's
 * and Excel's of 2003, an Office package in one piece, OpenDocument with a type of its own. */
static const char *
office_xml(const char *head)
{
  static const char *const signs[] = {
      "<?mso-application", "schemas.microsoft.com/office/word/2003/wordml",
      "schemas.microsoft.com/office/2006/xmlpackage", "schemas-microsoft-com:office:spreadsheet"};

  for (size_t i = 0; i < G_N_ELEMENTS(signs); i++)
    if (strstr(head, signs[i]))
      return "application/x-office-xml";
  return strstr(head, ":opendocument:xmlns:") && strstr(head, "mimetype=")
             ? "application/x-office-xml"
             : NULL;
}

/* macOS's shortcuts and profiles are property lists with a certain key. */
static const char *
plist_type(const char *head)
{
  if (!strstr(head, "<plist"))
    return NULL;
  if (strstr(head, "<key>payloadcontent</key>"))
    return "application/x-apple-aspen-config";
  return strstr(head, "<key>url</key>") ? "application/x-webloc" : NULL;
}

static const char *
find_marker(const char *head, const Marker *markers, size_t n)
{
  for (size_t i = 0; i < n; i++)
    if (strstr(head, markers[i].text))
      return markers[i].type;
  return NULL;
}

static gboolean
is_mhtml(const char *head)
{
  return strstr(head, "mime-version:") && strstr(head, "content-type:") &&
         (strstr(head, "multipart/related") || strstr(head, "content-location:"));
}

static const char *
text_type(const unsigned char *bytes, size_t len)
{
  gboolean xml = FALSE;
  char whole[HEAD + 1], behind[HEAD + 1];
  size_t at = skip_prolog(bytes, len, &xml);
  const char *root = at > 0 ? behind : whole, *type;

  text_head(bytes, len, whole);
  if (at > 0)
    text_head(bytes + at, len - at, behind);
  if ((type = office_xml(whole)) != NULL || (type = office_xml(root)) != NULL ||
      (type = plist_type(whole)) != NULL ||
      (type = find_marker(whole, overriding, G_N_ELEMENTS(overriding))) != NULL)
    return type;
  if ((type = find_beginning(root)) != NULL || (type = find_beginning(whole)) != NULL)
    return type;
  if (is_mhtml(whole))
    return "application/x-mimearchive";
  if ((type = find_marker(root, contents, G_N_ELEMENTS(contents))) != NULL)
    return type;
  return xml || g_str_has_prefix(whole, "<?xml") ? "text/xml" : NULL;
}

gboolean
signature_is_text(const unsigned char *bytes, size_t len)
{
  gboolean wide =
      len > 1 && ((bytes[0] == 0xff && bytes[1] == 0xfe) || (bytes[0] == 0xfe && bytes[1] == 0xff));

  for (size_t i = 0; i < len && i < HEAD; i++)
    if ((bytes[i] < 0x20 && !strchr("\t\n\r\f\x1b\x1a", bytes[i]) && !wide) || bytes[i] == 0x7f ||
        (bytes[i] == 0 && !wide))
      return FALSE;
  return len > 0;
}

/* A fixed-size VHD has its mark in a footer of 512 bytes only, a DMG in one of 512 too. */
static const char *
footer_type(const unsigned char *bytes, size_t len)
{
  if (len >= 512 && memcmp(bytes + len - 512, "conectix", 8) == 0)
    return "application/x-vhd";
  if (len >= 512 && memcmp(bytes + len - 512, "koly", 4) == 0)
    return "application/x-apple-diskimage";
  return NULL;
}

/* PFX (RFC 7292 4): a sequence, version 3, then content of PKCS#7. */
static gboolean
is_pkcs12(const unsigned char *bytes, size_t len)
{
  size_t at = len > 2 && bytes[0] == 0x30 && bytes[1] >= 0x80 ? 2 + (bytes[1] & 7u) : 2;

  return len > at + 32 && bytes[0] == 0x30 && memcmp(bytes + at, "\x02\x01\x03\x30", 4) == 0 &&
         memmem(bytes + at, 24, "\x2a\x86\x48\x86\xf7\x0d\x01\x07", 8);
}

/* LZMA alone has no mark, but a header that hardly anything else has: settings below 225, a
 * dictionary of 2^n or 3 * 2^n bytes, a size that is unknown or sensible, and a zero that its data
 * begins with. */
static gboolean
is_lzma(const unsigned char *bytes, size_t len)
{
  guint32 dictionary = len > 18 ? le32(bytes + 1) : 0;
  guint64 size = len > 18 ? le64(bytes + 5) : 0;

  while (dictionary >= 2 && (dictionary & 1) == 0)
    dictionary >>= 1;
  return len > 18 && bytes[0] < 225 && le32(bytes + 1) >= KIB(4) &&
         (dictionary == 1 || dictionary == 3) && bytes[13] == 0 && size > 0 &&
         (size == G_MAXUINT64 || size < G_GUINT64_CONSTANT(1) << 40);
}

/* What a few marks together say. */
static const char *
mixed_type(const unsigned char *bytes, size_t len)
{
  if (is_lzma(bytes, len))
    return "application/x-lzma";
  /* a frame to be skipped: readers of zstd and of lz4 go on behind it */
  if (len > 8 && (le32(bytes) & 0xfffffff0u) == 0x184d2a50u)
    return "application/zstd";
  if (is_pkcs12(bytes, len))
    return "application/x-pkcs12";
  if (len > 8 && memcmp(bytes, "bplist00", 8) == 0 && memmem(bytes, MIN(len, HEAD), "SURL", 4))
    return "application/x-webloc";
  return NULL;
}

const char *
signature_type(const unsigned char *bytes, size_t len)
{
  const char *type;

  if (len == 0)
    return "application/x-empty";
  if (compound_is(bytes, len))
    return compound_type(bytes, len);
  for (size_t i = 0; i < G_N_ELEMENTS(signatures); i++)
    if (matches(&signatures[i], bytes, len))
      return signatures[i].type;
  if (len > 4 && memcmp(bytes, "PK", 2) == 0 && bytes[2] < 9 && bytes[2] == bytes[3] - 1)
    return zip_type(bytes, len);
  if ((type = footer_type(bytes, len)) != NULL || (type = sealed_type(bytes, len)) != NULL ||
      (type = mixed_type(bytes, len)) != NULL)
    return type;
  if ((type = text_type(bytes, len)) != NULL)
    return type;
  if (memmem(bytes, MIN(len, PDF_REACH + 5), "%PDF-", 5))
    return "application/pdf";
  return NULL;
}
