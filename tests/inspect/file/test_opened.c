/* Containers that we open ourselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "lzfu.h"
#include "octets.h"
#include "opened.h"

#include "../zipfile.h"

#define BYTES(text) text, sizeof(text) - 1

/* "name=content;name=content" and "!" if it is damaged. */
static char *
opened_text(const char *type, const char *bytes, size_t len)
{
  gboolean whole;
  g_autoptr(GPtrArray) files = opened_read(type, (const unsigned char *)bytes, len, &whole);
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);
    gsize size = 0;
    const char *content = file->content ? g_bytes_get_data(file->content, &size) : "?";

    g_string_append_printf(out, "%s%s=%.*s", i ? ";" : "", file->name, size ? (int)size : 1,
                           content);
  }
  return g_string_free(g_string_append(out, whole ? "" : "!"), FALSE);
}

typedef struct opened_case {
  const char *label, *type, *bytes;
  size_t len;
  const char *want;
} OpenedCase;

#define TNEF  "application/vnd.ms-tnef"
#define APPLE "application/applefile"
#define YENC  "application/x-yenc"
#define ONE   "application/onenote"
#define UU    "application/x-uuencode"

#define CMS "application/cms"

/* Its end record; what is in it does not matter here. */
#define ZIP_END                                                                                    \
  "PK\5\6"                                                                                         \
  "111111111111111111"

/* Up to a data fork of so many bytes. */
#define APPLE_OF(size) "\0\5\x16\0\0\2\0\0................\0\1\0\0\0\1\0\0\0\x26\0\0\0" size

/* Up to the octets of what is signed. */
#define SIGNED                                                                                     \
  "\x30\x80\6\x9\x2a\x86\x48\x86\xf7\xd\1\7\2\xa0\x80\x30\x80\2\1\1\x31\0\x30\x80"                 \
  "\6\x9\x2a\x86\x48\x86\xf7\xd\1\7\1\xa0\x80"
#define SIGNED_END "\0\0\0\0\0\0\0\0"

#define ONE_FILE "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac"

/* Its file at 0, the set that names it, a list with the name, its GUID, and a list with the place.
 */
#define ONE_NAMED                                                                                  \
  "\347\026\343\275e&\021E\244\304\215M\013z\236\254\002\000\000\000\000\000\000\000\000"          \
  "\000\000\000\000\000\000\000\000\000\000\000MZ\000\000\000\000\000\000\042\247\373qy\017"       \
  "\013J\273\023\211\222VBk$\001\000\000\200\001\000\000\000\002\000\233\035\000 \234\035"         \
  "\000\034\012\000\000\000a\000.\000j\000s\000\000\000\304\364\367\365\261zV\244\007\000"         \
  "\000\000\000\000\000\000\244h\000\210<\000\000\000\000\000\000\000 \000\000\000\000\001"        \
  "\000\0005\000\006\000\001\001r\274\001\200\001\000\000\0006\000\010\000\001-\000\000\000"       \
  "<\000i\000f\000n\000d\000f\000>\000{\0000\0000\0000\0000\0000\0000\0000\0000\000-\0000"         \
  "\0000\0000\0000\000-\0000\0000\0000\0001\000-\0000\0000\0000\0000\000-\0000\0000\0000"          \
  "\0000\0000\0000\0000\0000\0000\0000\0000\0000\000}\000\000\000\000\000\377\020\000\200"         \
  "\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000\000K\2723"         \
  "\202\303\025\302\213\304\364\367\365\261zV\244\010\000\000\000\000\000\000\000\224\200"         \
  "\000\210\000\000\000\000\000\000\000\000&\000\000\000\000\000\000\000\000\000\001\000"          \
  "\000\000\000\000\000\000\000\000\377\020\000\200\000\000\000\000\000\000\000\000\000\000"       \
  "\000\000\000\000\000\000\000\000\000\000K\2723\202\303\025\302\213"

#define TNEF_HEAD "\x78\x9f\x3e\x22\1\0"
#define REND      "\2\2\x90\6\0\2\0\0\0\0\0\0\0"
#define TITLE     "\2\x10\x80\1\0\6\0\0\0a.txt\0\0\0"
#define DATA      "\2\x0f\x80\6\0\2\0\0\0MZ\0\0"
#define MAPI      "\2\5\x90\6\0"
#define LONG_JS                                                                                    \
  "\x1e\0\7\x37\1\0\0\0\5\0\0\0b.js\0\0\0\0"                                                       \
  "\0\0" /* and a checksum */
#define GUID "0123456789abcdef"

static const OpenedCase cases[] = {
    {"no files", TNEF, BYTES(TNEF_HEAD), ""},
    {"a file", TNEF, BYTES(TNEF_HEAD REND TITLE DATA), "a.txt=MZ"},
    {"data before its name", TNEF, BYTES(TNEF_HEAD REND DATA TITLE), "a.txt=MZ"},
    {"no name", TNEF, BYTES(TNEF_HEAD REND DATA), "=MZ"},
    {"two files", TNEF, BYTES(TNEF_HEAD REND DATA REND TITLE), "=MZ;a.txt=?"},
    {"data twice", TNEF, BYTES(TNEF_HEAD REND DATA "\2\x0f\x80\6\0\1\0\0\0x\0\0"), "=MZ;=x!"},
    {"data of nothing that was begun", TNEF, BYTES(TNEF_HEAD DATA), "=MZ"},
    {"other data in a property", TNEF,
     BYTES(TNEF_HEAD REND TITLE DATA MAPI "\x13\0\0\0\1\0\0\0\2\1\1\x37\1\0\0\0\3\0\0\0abc\0\0"),
     "a.txt=MZ;a.txt=abc"},
    {"the same data in a property", TNEF,
     BYTES(TNEF_HEAD REND TITLE DATA MAPI "\x12\0\0\0\1\0\0\0\2\1\1\x37\1\0\0\0\2\0\0\0MZ\0\0"),
     "a.txt=MZ"},
    {"a longer name", TNEF, BYTES(TNEF_HEAD REND TITLE DATA MAPI "\x18\0\0\0\1\0\0\0" LONG_JS),
     "b.js=MZ;a.txt=MZ"},
    {"a longer name, then a title", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x18\0\0\0\1\0\0\0" LONG_JS TITLE DATA), "b.js=MZ;a.txt=MZ"},
    {"two longer names", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI
           "\x2c\0\0\0\2\0\0\0\x1e\0\7\x37\1\0\0\0\5\0\0\0a.js\0\0\0\0" LONG_JS),
     "b.js=MZ!"},
    {"other data in front of the names", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x28\0\0\0\2\0\0\0\2\1\1\x37\1\0\0\0\3\0\0\0"
                                    "abc\0" LONG_JS),
     "b.js=MZ;b.js=abc"},
    {"an empty name, then a title", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x14\0\0\0\1\0\0\0\x1e\0\7\x37\1\0\0\0\1\0\0\0\0\0\0\0"
                                    "\0\0" TITLE),
     "a.txt=MZ"},
    {"two titles", TNEF, BYTES(TNEF_HEAD REND DATA TITLE "\2\x10\x80\1\0\5\0\0\0a.js\0\0\0"),
     "a.js=MZ;a.txt=MZ"},
    {"another name is displayed", TNEF,
     BYTES(TNEF_HEAD REND TITLE DATA MAPI "\x18\0\0\0\1\0\0\0\x1e\0\1\x30\1\0\0\0\5\0\0\0"
                                          "b.js\0\0\0\0\0\0"),
     "a.txt=MZ;b.js=MZ"},
    {"a short title", TNEF,
     BYTES(TNEF_HEAD REND DATA "\2\x10\x80\1\0\6\0\0\0B.DOC\0\0\0" MAPI
                               "\x18\0\0\0\1\0\0\0\x1e\0\7\x37\1\0\0\0\7\0\0\0b.docx\0\0\0\0"),
     "b.docx=MZ"},
    {"a title that is only shorter", TNEF,
     BYTES(TNEF_HEAD REND DATA "\2\x10\x80\1\0\6\0\0\0B.HTA\0\0\0" MAPI
                               "\x18\0\0\0\1\0\0\0\x1e\0\7\x37\1\0\0\0\7\0\0\0b.htap\0\0\0\0"),
     "b.htap=MZ;B.HTA=MZ"},
    {"a name in the midst of another property", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x34\0\0\0\2\0\0\0\2\1\x14\x0e\1\0\0\0\x10\0\0\0"
                                    "\x1e\0\7\x37\1\0\0\0\5\0\0\0.txt" LONG_JS),
     "b.js=MZ"},
    {"a property with a name of its own", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x40\0\0\0\2\0\0\0\3\0\1\x80" GUID
                                    "\1\0\0\0\6\0\0\0a\0b\0\0\0\0\0"
                                    "\7\0\0\0" LONG_JS),
     "b.js=MZ"},
    {"numbers, many of one kind", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x3c\0\0\0\4\0\0\0\xb\0\1\x0e\1\0\0\0\x40\0\1\x0f"
                                    "12345678"
                                    "\3\x10\1\x0f\2\0\0\0"
                                    "1111"
                                    "2222" LONG_JS),
     "b.js=MZ"},
    {"a property of no known type", TNEF,
     BYTES(TNEF_HEAD REND DATA MAPI "\x8\0\0\0\1\0\0\0\x33\0\1\x0f\0\0"), "=MZ!"},
    {"a message", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x26\0\0\0\1\0\0\0\x0d\0\1\x37\1\0\0\0\x16\0\0\0" GUID
                               "inside\0\0"),
     "=inside"},
    {"data in a property", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x13\0\0\0\1\0\0\0\2\1\1\x37\1\0\0\0\3\0\0\0abc\0\0"), "=abc"},
    {"a property that says too much", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x13\0\0\0\1\0\0\0\2\1\1\x37\1\0\0\0\xff\xff\xff\xff"
                               "abc\0\0"),
     "=?!"},
    {"an object without its id", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x13\0\0\0\1\0\0\0\x0d\0\1\x37\1\0\0\0\3\0\0\0abc\0\0"), "=?"},
    {"damaged after a file", TNEF, BYTES(TNEF_HEAD REND DATA "\7\0\0\0\0\0\0\0\0\0\0"), "=MZ!"},
    {"cut", TNEF, BYTES(TNEF_HEAD REND "\2\x0f\x80\6\0\xff\0\0\0MZ\0\0"), "=?!"},
    {"a body, and a title of no file", TNEF,
     BYTES(TNEF_HEAD "\1\3\x90\6\0\x12\0\0\0\1\0\0\0\2\1\x13\x10\1\0\0\0\2\0\0\0hi\0\0" TITLE),
     "message.html=hi"},
    {"AppleSingle", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\2\0\0\0\3\0\0\0\x32\0\0\0\5"
           "\0\0\0\1\0\0\0\x37\0\0\0\3a.pdfMZ!"),
     "a.pdf=MZ!"},
    {"AppleDouble: a resource fork alone", APPLE,
     BYTES("\0\5\x16\7\0\2\0\0................\0\1\0\0\0\2\0\0\0\x26\0\0\0\2ab"), ""},
    {"an entry beyond its end", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\1\0\0\0\1\0\0\0\x26\0\0\1\0ab"), "!"},
    {"two data forks", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\2\0\0\0\1\0\0\0\x32\0\0\0\1"
           "\0\0\0\1\0\0\0\x33\0\0\0\1ab"),
     "=a!"},
    {"no table", APPLE, BYTES("\0\5\x16\0\0\2\0\0"), "!"},
    {"a table that is cut", APPLE, BYTES("\0\5\x16\0\0\2\0\0................\0\4"), "!"},
    {"uuencode", UU, BYTES("begin 644 a b.exe\r\n\"35H\r\n`\r\nend\r\n"), "a b.exe=MZ"},
    {"uuencode behind words, twice, without an end", UU,
     BYTES("Hello\n\nbegin 644 a\n!30``\n`\nend\nand\nbegin 0644 b\n!6@``\n"), "a=M;b=Z"},
    {"uuencode that grows", UU, BYTES("begin 644 a\nM\nM\nM\nM\nend\n"), "a=!"},
    {"uuencode, one begins in the other", UU,
     BYTES("begin 644 a\n!30``\nbegin 644 b\n!6@``\nend\n!6@``\nend\n"), "a=M;b=Z!"},
    {"uuencode of base64", UU, BYTES("begin-base64 644 a\nTVo=\n====\n"), "a=MZ"},
    {"uuencode of base64, its name too", UU, BYTES("begin-base64-encoded 644 YQ==\nTVo=\n====\n"),
     "!"},
    {"uuencode in capitals", UU, BYTES("BEGIN 644 a\n!30``\n`\nend\n"), "!"},
    {"no uuencode", UU, BYTES("begin 64 a\nbegin 0000644 a\nbegins 644 a\n"), "!"},
    {"yEnc", YENC, BYTES("=ybegin line=128 size=3 name=a b.exe\r\nw\x84K\r\n=yend size=3\r\n"),
     "a b.exe=MZ!"},
    {"yEnc with escapes", YENC, BYTES("=ybegin line=128 size=2 name=a\n=}=n\n=yend size=2\n"),
     "a=\x13\x04"},
    {"yEnc behind words, twice", YENC,
     BYTES("Hello\n=ybegin line=128 size=1 name=a\nw\n=yend size=1\nand\n"
           "=ybegin line=128 size=1 name=b\n\x84\n=yend size=1\n"),
     "a=M;b=Z"},
    {"yEnc in two parts", YENC,
     BYTES("=ybegin part=1 line=128 size=2 name=a\n=ypart begin=1 end=1\nw\n=yend size=1 part=1\n"
           "=ybegin part=2 line=128 size=2 name=a\n=ypart begin=2 end=2\n\x84\n=yend size=1 "
           "part=2\n"),
     "a=MZ"},
    {"yEnc in two parts, each in the other's place", YENC,
     BYTES(
         "=ybegin part=1 line=128 size=2 name=a\n=ypart begin=2 end=2\n\x84\n=yend size=1 part=1\n"
         "=ybegin part=2 line=128 size=2 name=a\n=ypart begin=1 end=1\nw\n=yend size=1 part=2\n"),
     "a=ZM!"},
    {"a part that says its place behind its data", YENC,
     BYTES("=ybegin part=1 line=128 size=1 name=a\nw\n=ypart begin=1 end=1\n=yend size=1 part=1\n"),
     "a=M!"},
    {"one part of two", YENC,
     BYTES("=ybegin part=1 line=128 size=2 name=a\n=ypart begin=1 end=1\nw\n=yend size=1 part=1\n"),
     "a=M!"},
    {"yEnc with its checksum", YENC,
     BYTES("=ybegin line=128 size=2 name=a\nw\x84\n=yend size=2 crc32=8fb09b5d\n"), "a=MZ"},
    {"yEnc with another checksum", YENC,
     BYTES("=ybegin line=128 size=2 name=a\nw\x84\n=yend size=2 crc32=8fb09b5e\n"), "a=MZ!"},
    {"yEnc with a name in quotation marks", YENC,
     BYTES("=ybegin line=128 size=1 name=\"a.js\" \nw\n=yend size=1\n"), "a.js=M"},
    {"yEnc of nothing", YENC, BYTES("=ybegin line=128 size=0 name=a\n=yend size=0 crc32=0\n"),
     "a="},
    {"yEnc without an end", YENC, BYTES("=ybegin line=128 size=2 name=a\nw\x84\n"), "a=MZ!"},
    {"yEnc of another size", YENC, BYTES("=ybegin line=128 size=9 name=a\nw\n=yend size=9\n"),
     "a=M!"},
    {"OneNote", ONE,
     BYTES(ONE_FILE "\2\0\0\0\0\0\0\0............MZ" ONE_FILE "\1\0\0\0\0\0\0\0............a"),
     "=MZ;=a"},
    {"OneNote, one in the other", ONE,
     BYTES(ONE_FILE "\x26\0\0\0\0\0\0\0............a" ONE_FILE "\1\0\0\0\0\0\0\0............MZ"),
     "=a" ONE_FILE "\1;=M"},
    {"OneNote, with a name", ONE, BYTES(ONE_NAMED), "a.js=MZ"},
    {"OneNote, cut", ONE, BYTES(ONE_FILE "\3\0\0\0\0\0\0\0............MZ"), "!"},
    {"a message that is no compound file", "application/vnd.ms-outlook", BYTES("\xd0\xcf\x11\xe0"),
     "!"},
    {"another type", "application/zip", BYTES("PK"), "!"},
    {"a zip behind uuencode", UU, BYTES("begin 644 a\n!30``\n`\nend\n" ZIP_END), "a=M!"},
    {"RAR behind uuencode", UU, BYTES("begin 644 a\n!30``\n`\nend\nRar!\x1a\7\0"), "a=M!"},
    {"a zip behind yEnc", YENC, BYTES("=ybegin line=128 size=1 name=a\nw\n=yend size=1\n" ZIP_END),
     "a=M!"},
    {"a zip behind a calendar", "text/calendar",
     BYTES("BEGIN:VCALENDAR\r\nATTACH;ENCODING=BASE64:TVo=\r\nEND:VCALENDAR\r\n" ZIP_END), "=MZ!"},
    {"a zip in AppleSingle", APPLE, BYTES(APPLE_OF("\x16") ZIP_END), "=" ZIP_END},
    {"a zip behind AppleSingle", APPLE, BYTES(APPLE_OF("\1") "M" ZIP_END), "=M!"},
    {"the same zip again behind AppleSingle", APPLE, BYTES(APPLE_OF("\x16") ZIP_END ZIP_END),
     "=" ZIP_END},
    {"another zip behind AppleSingle", APPLE, BYTES(APPLE_OF("\x17") "x" ZIP_END ZIP_END),
     "=x" ZIP_END "!"},
    {"a zip behind OneNote", ONE, BYTES(ONE_FILE "\1\0\0\0\0\0\0\0............M" ZIP_END), "=M!"},
    {"a cabinet in winmail.dat", TNEF,
     BYTES(TNEF_HEAD REND "\2\x0f\x80\6\0\x9\0\0\0xMSCF\0\0\0\0\0\0"), "=xMSCF\0\0\0\0"},
    {"a cabinet where winmail.dat has no file", TNEF,
     BYTES(TNEF_HEAD REND DATA "\2\x10\x90\6\0\x9\0\0\0xMSCF\0\0\0\0\0\0"), "=MZ!"},
    {"a signed zip", CMS, BYTES(SIGNED "\4\x16" ZIP_END "\0\0" SIGNED_END), "=" ZIP_END},
    {"a signed zip in pieces", CMS,
     BYTES(SIGNED "\x24\x80\4\1a\4\x16" ZIP_END "\0\0\0\0" SIGNED_END), "=a" ZIP_END},
    {"a zip where what is signed is not", CMS,
     BYTES(SIGNED "\4\1M\0\0\0\0\4\x16" ZIP_END "\0\0\0\0\0\0"), "=M!"},
};

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = opened_text(cases[i].type, cases[i].bytes, cases[i].len);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, cases[i].want);
  }
}

/* --- archives behind something else --- */

typedef struct behind_case {
  const char *label, *bytes;
  size_t len;
  const char *want; /* how far from the end each begins */
} BehindCase;

static const BehindCase behind[] = {
    {"nothing", BYTES(""), ""},
    {"a picture", BYTES("GIF89a and so on"), ""},
    {"RAR", BYTES("GIF89aRar!\x1a\7\1\0"), "8 "},
    {"RAR at the very start", BYTES("Rar!\x1a\7\1\0"), ""},
    {"7z behind one byte", BYTES("x7z\xbc\xaf\x27\x1c"), "6 "},
    {"a cut mark", BYTES("x7z\xbc\xaf\x27"), ""},
    {"a mark cut at its rare byte", BYTES("xRar!\x1a"), ""},
    {"a cabinet, and words about one", BYTES("MSCF, MSC and MSCF\0\0\0\0"), "8 "},
    {"one of each, and another",
     BYTES("xMSCF\0\0\0\0Rar!\x1a\7\0Rar!\x1a\7\0"
           "7z\xbc\xaf\x27\x1c"),
     "20 6 28 "},
};

static void
test_behind(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(behind); i++) {
    g_autofree unsigned char *bytes = g_memdup2(behind[i].bytes, MAX(behind[i].len, 1));
    g_autoptr(GPtrArray) files = opened_behind(bytes, behind[i].len);
    g_autoptr(GString) got = g_string_new(NULL);

    for (guint j = 0; j < files->len; j++) {
      const Opened *file = g_ptr_array_index(files, j);

      g_string_append_printf(got, "%zu ", g_bytes_get_size(file->content));
    }
    if (strcmp(got->str, behind[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", behind[i].label, got->str, behind[i].want);
  }
}

/* Every byte changed and every cut: no read beyond the end (valgrind, ASan). */
static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    for (size_t at = 0; at <= cases[i].len; at++) {
      g_autofree char *bytes = g_memdup2(cases[i].bytes, MAX(cases[i].len, 1));
      g_autofree char *cut = g_memdup2(bytes, MAX(at, 1));

      g_free(opened_text(cases[i].type, cut, at));
      if (at < cases[i].len)
        bytes[at] = (char)~bytes[at];
      g_free(opened_text(cases[i].type, bytes, cases[i].len));
    }
}

/* --- a message of Outlook's: five sectors --- */

#define SECTOR 512
#define FREE   0xffffffffu
#define END    0xfffffffeu

typedef struct entry {
  const char *name;
  guint8 kind;
  guint32 right, child, start, size;
} Entry;

static void
put_entry(unsigned char *p, const Entry *entry)
{
  for (size_t i = 0; i < strlen(entry->name); i++)
    p[2 * i] = (guint8)entry->name[i];
  put_le16(p + 64, (guint16)(2 * strlen(entry->name) + 2));
  p[66] = entry->kind;
  put_le32(p + 68, FREE);
  put_le32(p + 72, entry->right);
  put_le32(p + 76, entry->child);
  put_le32(p + 116, entry->start);
  put_le32(p + 120, entry->size);
}

/* Header, FAT (sector 0), directory (1), mini FAT (2), mini stream (3): a file a.txt of "hello". */
static GByteArray *
message_of(const Entry *entries, size_t count)
{
  static const char name[] = "a\0.\0t\0x\0t";
  GByteArray *file = g_byte_array_set_size(g_byte_array_new(), 5 * SECTOR);
  unsigned char *p = memset(file->data, 0, file->len), *fat = p + SECTOR, *mini = p + 3 * SECTOR;

  memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  put_le16(p + 30, 9);
  put_le16(p + 32, 6);
  put_le32(p + 44, 1);
  put_le32(p + 48, 1);
  put_le32(p + 56, 4096);
  put_le32(p + 60, 2);
  put_le32(p + 64, 1);
  put_le32(p + 68, END);
  memset(p + 76, 0xff, SECTOR - 76);
  put_le32(p + 76, 0);
  memset(fat, 0xff, SECTOR);
  put_le32(fat, 0xfffffffd);
  for (size_t i = 1; i < 4; i++)
    put_le32(fat + 4 * i, END);
  for (size_t i = 0; i < count; i++)
    put_entry(p + 2 * SECTOR + 128 * i, &entries[i]);
  memset(mini, 0xff, SECTOR);
  put_le32(mini, END);
  put_le32(mini + 4, END);
  memcpy(p + 4 * SECTOR, "hello", 5);
  memcpy(p + 4 * SECTOR + 64, name, 10);
  return file;
}

static GByteArray *
message_new(guint32 sibling)
{
  const Entry entries[] = {
      {"Root Entry", 5, FREE, 1, 3, 128},
      {"__attach_version1.0_#00000000", 1, FREE, 2, 0, 0},
      {"__substg1.0_37010102", 2, 3, FREE, 0, 5},
      {"__substg1.0_3707001F", 2, sibling, FREE, 1, 10},
  };

  return message_of(entries, G_N_ELEMENTS(entries));
}

static char *
message_text(const GByteArray *file)
{
  return opened_text("application/vnd.ms-outlook", (const char *)file->data, file->len);
}

static void
test_message(void **state)
{
  g_autoptr(GByteArray) file = message_new(FREE), loop = message_new(1), chain = message_new(FREE);
  g_autofree char *got = message_text(file), *looped = NULL, *chained = NULL, *pieces = NULL;

  assert_string_equal(got, "a.txt=hello");
  looped = message_text(loop); /* an entry that is its storage's sibling */
  assert_string_equal(looped, "!");
  put_le32(file->data + 56, 64); /* what is shorter lies in pieces */
  pieces = message_text(file);
  assert_string_equal(pieces, "!");
  put_le32(chain->data + SECTOR + 4, 1); /* the directory's sector follows itself */
  chained = message_text(chain);
  assert_string_equal(chained, "!");
}

/* As Outlook finds them: without regard to case, and the content where there is a message beside.
 */
static void
test_message_names(void **state)
{
  const Entry entries[] = {
      {"ROOT ENTRY", 5, FREE, 1, 3, 128},
      {"__ATTACH_version1.0_#00000000", 1, FREE, 2, 0, 0},
      {"__SUBSTG1.0_37010102", 2, 3, FREE, 0, 5},
      {"__substg1.0_3707001f", 2, FREE, FREE, 1, 10},
  };
  const Entry both[] = {
      {"Root Entry", 5, FREE, 1, 3, 128},
      {"__attach_version1.0_#00000000", 1, FREE, 2, 0, 0},
      {"__substg1.0_37010102", 2, 3, FREE, 0, 5},
      {"__substg1.0_3701000D", 1, FREE, FREE, 0, 0},
  };
  const Entry body[] = {
      {"Root Entry", 5, FREE, 1, 3, 128},
      {"__SUBSTG1.0_10130102", 2, 2, FREE, 0, 5},
      {"__substg1.0_10090102", 2, FREE, FREE, 9, 10}, /* in no sector */
  };
  g_autoptr(GByteArray) file = message_of(entries, G_N_ELEMENTS(entries));
  g_autoptr(GByteArray) object = message_of(both, G_N_ELEMENTS(both));
  g_autoptr(GByteArray) torn = message_of(body, G_N_ELEMENTS(body));
  g_autofree char *got = message_text(file), *content = message_text(object);
  g_autofree char *bodies = message_text(torn);

  assert_string_equal(got, "a.txt=hello");
  assert_string_equal(content, "=hello");
  assert_string_equal(bodies, "message.html=hello!");
}

/* A zip's end in its file, and another in no file of it. */
static void
test_message_archive(void **state)
{
  g_autoptr(GByteArray) file = message_new(FREE);
  unsigned char *spare = file->data + 4 * SECTOR + 128;
  g_autofree char *got = NULL, *left = NULL;

  memcpy(file->data + 4 * SECTOR + 1, ZIP_END, sizeof ZIP_END - 1);
  put_le32(file->data + 2 * SECTOR + 2 * 128 + 120, sizeof ZIP_END);
  got = message_text(file);
  assert_string_equal(got, "a.txt=h" ZIP_END);
  memcpy(spare, ZIP_END, sizeof ZIP_END - 1);
  left = message_text(file);
  assert_string_equal(left, "a.txt=h" ZIP_END "!");
}

/* Streams that are one property: by the case of their names, or their type. */
static void
test_message_twice(void **state)
{
  static const struct {
    const char *label, *first, *second,
        *want; /* the first has "hello", the second "a.txt" in UTF-16 */
  } cases_twice[] = {
      {"two contents", "__substg1.0_37010102", "__SUBSTG1.0_37010102", "=hello;=a"},
      {"a content that is a text", "__substg1.0_3701001E", "__substg1.0_37010102", "=hello;=a"},
      {"two widths of a name", "__substg1.0_3707001E", "__substg1.0_3707001F", "a.txt=?;hello=?"},
      {"two names of a kind", "__substg1.0_3707001E", "__SUBSTG1.0_3707001e", "hello=?;a=?"},
      {"a short name first", "__substg1.0_3704001E", "__substg1.0_3707001F", "a.txt=?"},
      {"a short name last", "__substg1.0_3707001E", "__substg1.0_3704001F", "hello=?"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases_twice); i++) {
    const Entry entries[] = {
        {"Root Entry", 5, FREE, 1, 3, 128},
        {"__attach_version1.0_#00000000", 1, FREE, 2, 0, 0},
        {cases_twice[i].first, 2, 3, FREE, 0, 5},
        {cases_twice[i].second, 2, FREE, FREE, 1, 10},
    };
    g_autoptr(GByteArray) file = message_of(entries, G_N_ELEMENTS(entries));
    g_autofree char *got = message_text(file);

    if (strcmp(got, cases_twice[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases_twice[i].label, got, cases_twice[i].want);
  }
}

/* Outlook's own, which is none of its attachments. */
static void
test_message_property(void **state)
{
  const Entry entries[] = {
      {"Root Entry", 5, FREE, 1, 3, 128},
      {"__substg1.0_80010102", 2, 2, FREE, 0, 6},
      {"__substg1.0_80020102", 2, FREE, FREE, 1, 6},
  };
  g_autoptr(GByteArray) file = message_of(entries, G_N_ELEMENTS(entries));
  g_autofree char *got = NULL;

  memcpy(file->data + 4 * SECTOR, "PK\3\4zz", 6);
  got = message_text(file);
  assert_string_equal(got, "=PK\3\4zz");
}

/* A zip that is in none of the files is one more, where it can be told from what is around it. */
static void
test_left_zip(void **state)
{
  static const ZipEntry one[] = {{"a.txt", "hello", 5, 0}};
  g_autoptr(GByteArray) file = g_byte_array_new(), zip = zip_make(one, 1);
  g_autofree char *behind = NULL, *cut = NULL;
  guint8 *end;

  g_byte_array_append(file, (const guint8 *)BYTES(APPLE_OF("\1") "M"));
  g_byte_array_append(file, zip->data, zip->len);
  behind = opened_text(APPLE, (const char *)file->data, file->len);
  assert_string_equal(behind, "=M;=PK\3\4\x14");
  end = file->data + file->len - 22;
  put_le32(end + 16, file->len - 22 - 51); /* as from the front of the file: that of all of it */
  cut = opened_text(APPLE, (const char *)file->data, file->len);
  assert_string_equal(cut, "=M!");
}

static void
test_message_damage(void **state)
{
  g_autoptr(GByteArray) file = message_new(FREE);

  for (guint at = 0; at < file->len; at++) {
    file->data[at] = (guint8)~file->data[at];
    g_free(message_text(file));
    file->data[at] = (guint8)~file->data[at];
  }
  for (guint len = file->len; len > 0; len -= 16) {
    g_autofree char *cut = g_memdup2(file->data, len);

    g_free(opened_text("application/vnd.ms-outlook", cut, len));
  }
}

#define PACKED                                                                                     \
  "\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg125\x42\x32\x0a\xf3 hel\x09\0 "         \
  "bw\x05\xb0"                                                                                     \
  "ld}\x0a\x80\x0f\xa0"
#define UNPACKED "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"

/* The example of [MS-OXRTFCP] 4.1, and what is off its format. */
static void
test_lzfu(void **state)
{
  static const struct {
    const char *label, *bytes;
    size_t len, most;
    const char *want; /* NULL for none */
    gboolean cut;
  } cases[] = {
      {"compressed", BYTES(PACKED), 43, UNPACKED, FALSE},
      {"more than may be", BYTES(PACKED), 12, "{\\rtf1\\ansi\\", TRUE},
      {"one byte more", BYTES(PACKED), 42, "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r", TRUE},
      {"nothing may be", BYTES(PACKED), 0, "", TRUE},
      {"cut off", BYTES("\x2d\0\0\0\x2b\0\0\0LZFu\xf1\xc5\xc7\xa7\x03\0\x0a\0rcpg"), 99,
       "{\\rtf1\\ansi\\ansicpg", FALSE},
      {"stored", BYTES("\x08\0\0\0\x05\0\0\0MELA\0\0\0\0{\\rtf"), 99, "{\\rtf", FALSE},
      {"another", BYTES("\x08\0\0\0\x05\0\0\0MELB\0\0\0\0{\\rtf"), 99, NULL, TRUE},
      {"too short", BYTES("\x08\0\0\0"), 99, NULL, FALSE},
      {"nothing", BYTES("\x08\0\0\0\x05\0\0\0LZFu\0\0\0\0"), 99, "", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    gboolean whole = TRUE;
    g_autoptr(GBytes) got =
        lzfu_open((const unsigned char *)cases[i].bytes, cases[i].len, cases[i].most, &whole);
    gsize len = 0;
    const char *text = got ? g_bytes_get_data(got, &len) : NULL;

    if (!got != !cases[i].want ||
        (got && (len != strlen(cases[i].want) || (len && memcmp(text, cases[i].want, len) != 0))))
      fail_msg("%s: got \"%.*s\", want \"%s\"", cases[i].label, (int)len, text ? text : "",
               cases[i].want);
    if (whole == cases[i].cut)
      fail_msg("%s: whole %d", cases[i].label, whole);
  }
}

/* What is packed comes back, whatever its length. */
static void
test_lzfu_pack(void **state)
{
  g_autoptr(GString) text = g_string_new("");

  for (guint i = 0; i < 9000; i++) {
    gboolean whole = TRUE;
    g_autoptr(GBytes) before = g_bytes_new(text->str, text->len);
    g_autoptr(GBytes) stored = i < 40 || i % 997 == 0 ? lzfu_pack(before) : NULL, after = NULL;
    gsize len = 0;
    const unsigned char *bytes = stored ? g_bytes_get_data(stored, &len) : NULL;

    g_string_append_c(text, (char)(i % 7 ? 'a' + i % 23 : i * i % 251));
    if (!bytes)
      continue;
    after = lzfu_open(bytes, len, LIMIT_TEXT, &whole);
    assert_true(whole && after && g_bytes_equal(before, after));
    assert_int_equal(le32(bytes), len - 4);
    assert_int_equal(le32(bytes + 4), i);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),           cmocka_unit_test(test_behind),
      cmocka_unit_test(test_damage),          cmocka_unit_test(test_message),
      cmocka_unit_test(test_message_archive), cmocka_unit_test(test_message_property),
      cmocka_unit_test(test_left_zip),        cmocka_unit_test(test_message_twice),
      cmocka_unit_test(test_message_damage),  cmocka_unit_test(test_lzfu),
      cmocka_unit_test(test_message_names),   cmocka_unit_test(test_lzfu_pack),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
