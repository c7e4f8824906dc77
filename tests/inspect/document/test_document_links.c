/* Links in documents: in parts of packages, and in files of one piece. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../scanner.h"
#include "../zipfile.h"
#include "bounds.h"
#include "document.h"
#include "file.h"

#define BYTES(s) s, sizeof s - 1

/* --- files --- */

/* Each link on a line: path, use, address, text; the traits icon and text-host-differs. */
static char *
links_text(const GPtrArray *findings)
{
  static const char *const uses[] = {"follow", "load", "submit", "redirect", "base", "text"};
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    if (finding->kind != FINDING_LINK)
      continue;
    assert_true(finding->inner);
    g_string_append_printf(out, "%s %s %s%s%s%s%s\n", finding->path, uses[finding->link.use],
                           finding->link.target, finding->link.text ? " = " : "",
                           finding->link.text ? finding->link.text : "",
                           finding->traits & TRAIT(ICON) ? " icon" : "",
                           finding->traits & TRAIT(TEXT_HOST_DIFFERS) ? " differs" : "");
  }
  return g_string_free(out, FALSE);
}

static void
check_file(const char *label, const char *name, GBytes *content, const char *want)
{
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GPtrArray) names = g_ptr_array_new();
  g_autofree char *got = NULL;

  g_ptr_array_add(names, (void *)name);
  file_inspect(scanner, content, names, "", 1, findings);
  got = links_text(findings);
  if (strcmp(got, want) != 0)
    fail_msg("%s:\ngot\n%swant\n%s", label, got, want);
}

#define RELS "word/_rels/document.xml.rels"
#define REL(id, kind, target)                                                                      \
  "<Relationship Id='" id "' Type='http://x/" kind "' Target='" target "' TargetMode='External'/>"
#define ICON(id, size)                                                                             \
  "<wp:inline><wp:extent cx='" size "' cy='" size "'/><wp:docPr><a:hlinkClick r:id='" id           \
  "'/></wp:docPr></wp:inline>"
#define MARK(kind) "<w:fldChar w:fldCharType='" kind "'/>"
#define A          "https://a.example/"

typedef struct part_case {
  const char *label, *document, *rels, *want;
} PartCase;

#define DOC "a.docx › word/document.xml "

static const PartCase part_cases[] = {
    {"a link with its words",
     "<w:hyperlink r:id='r1'><w:r><w:t>See </w:t></w:r><w:r><w:t>it</w:t></w:r></w:hyperlink>",
     REL("r1", "hyperlink", A), "a.docx › word/document.xml follow " A " = See it\n"},
    {"words that are another address",
     "<w:hyperlink r:id='r1'><w:t>www.hsbc.com.hk</w:t></w:hyperlink>", REL("r1", "hyperlink", A),
     "a.docx › word/document.xml follow " A " = www.hsbc.com.hk differs\n"},
    {"references", "", REL("r1", "hyperlink", "https&#58;//a.example/?a=1&amp;b"),
     "a.docx › word/document.xml follow https://a.example/?a=1&b\n"},
    {"a piece that is loaded", "", REL("r1", "image", A "p.png"),
     "a.docx › word/document.xml load " A "p.png\n"},
    {"outside in capitals, and without saying so", "",
     "<Relationship Id='r1' Type='x/hyperlink' Target='" A "1' TargetMode='EXTERNAL'/>"
     "<Relationship Id='r2' Type='x/hyperlink' Target='" A "2' TargetMode='Internal'/>"
     "<Relationship Id='r3' Type='x/image' Target='" A "3'/>"
     "<Relationship Id='r4' Type='x/image' Target='/word/media/a.png'/>",
     DOC "follow " A "1\n" DOC "follow " A "2\n" DOC "load " A "3\n"},
    {"beside the document, and in it", "",
     REL("r1", "hyperlink", "b.docx") REL("r2", "hyperlink", "#x")
         REL("r3", "hyperlink", "C:\\a.docx"),
     ""},
    {"a row of icons", ICON("r1", "228600") ICON("r2", "228600"),
     REL("r1", "hyperlink", A) REL("r2", "hyperlink", A "2"),
     "a.docx › word/document.xml follow " A " icon\na.docx › word/document.xml follow " A
     "2 icon\n"},
    {"one icon", ICON("r1", "228600"), REL("r1", "hyperlink", A),
     "a.docx › word/document.xml follow " A "\n"},
    {"large pictures", ICON("r1", "2286000") ICON("r2", "2286000"),
     REL("r1", "hyperlink", A) REL("r2", "hyperlink", A "2"),
     "a.docx › word/document.xml follow " A "\na.docx › word/document.xml follow " A "2\n"},
    {"words of a run",
     "<a:r><a:rPr><a:hlinkClick r:id='r1'/></a:rPr><a:t>it</a:t></a:r><a:r><a:t>not</a:t></a:r>",
     REL("r1", "hyperlink", A), "a.docx › word/document.xml follow " A " = it\n"},
    {"a field in pieces",
     MARK("begin") "<w:instrText>HYPER</w:instrText><w:instrText>LINK &quot;https:/</w:instrText>"
                   "<w:instrText>/a.example/&quot;</w:instrText>" MARK(
                       "separate") "<w:t>it</w:t>" MARK("end"),
     "", "a.docx › word/document.xml follow " A " = it\n"},
    {"a field in a field",
     MARK("begin") "<w:instrText>IF 1=1 </w:instrText>" MARK(
         "begin") "<w:instrText>HYPERLINK &quot;" A "&quot;</w:instrText>" MARK("end") MARK("end"),
     "", "a.docx › word/document.xml follow " A "\n"},
    {"a field that never ends", MARK("begin") "<w:instrText>HYPERLINK " A "</w:instrText>", "",
     "a.docx › word/document.xml follow " A "\n"},
    {"a simple field",
     "<w:fldSimple w:instr='HYPERLINK &quot;" A "&quot;'><w:t>it</w:t></w:fldSimple>", "",
     "a.docx › word/document.xml follow " A " = it\n"},
    {"a drawing of old", "<v:shape href='" A "'/>", "",
     "a.docx › word/document.xml follow " A "\n"},
    {"a formula", "<f>HYPER&#76;INK(&quot;" A "&quot;)</f>", "",
     "a.docx › word/document.xml follow " A "\n"},
    {"CDATA",
     "<w:instrText/>" MARK("begin") "<w:instrText><![CDATA[HYPERLINK \"" A
                                    "\"]]></w:instrText>" MARK("end"),
     "", "a.docx › word/document.xml follow " A "\n"},
    {"functions in any case, and blanks",
     "<f>HyperLinK(\"" A "1\")</f><f>_xlfn.ImAgE (\"" A "2\")</f><f>webService\n(\"" A "3\")</f>",
     "", DOC "follow " A "1\n" DOC "load " A "2\n" DOC "load " A "3\n"},
    {"a function alone", "<f>ImAgE\t(\"" A "\")</f>", "", DOC "load " A "\n"},
    {"a comment", "<!-- <v:shape href='" A "'/> -->", "", ""},
    {"a comment that another sign seems to end",
     "<!--><![CDATA[ --><v:shape href='" A "'/><!-- ]]> -->"
     "<!---><![CDATA[ --><v:shape href='" A "2'/><!-- ]]> -->",
     "", DOC "follow " A "\n" DOC "follow " A "2\n"},
    {"a field in a field",
     "<w:fldSimple w:instr='HYPERLINK \"" A "\"'><w:t>x</w:t>"
     "<w:fldSimple w:instr='HYPERLINK \"" A "2\"'><w:t>y</w:t></w:fldSimple></w:fldSimple>",
     "", DOC "follow " A " = x\n" DOC "follow " A "2 = y\n"},
    {"attributes of one name, by prefix",
     "<w:fldSimple z:instr='PAGE' w:instr='HYPERLINK \"" A "\"'><w:t>x</w:t></w:fldSimple>"
     "<v:shape z:href='" A "2' href='" A "3'/>",
     REL("r1", "hyperlink", A "4' z:Target='" A "5"),
     DOC "follow " A " = x\n" DOC "follow " A "2\n" DOC "follow " A "3\n" DOC "follow " A "4\n" DOC
         "follow " A "5\n"},
    {"a formula with comments in it", "<f>HYPER<!-- -->LINK(<![CDATA[\"]]>" A "\")</f>", "",
     DOC "follow " A "\n"},
    {"blanks before an attribute's value", "<v:fill src\n=\t'" A "'/>", "", DOC "load " A "\n"},
};

static GBytes *
pack(const char *document, const char *rels)
{
  ZipEntry entries[] = {{"[Content_Types].xml", "<?xml version='1.0'?><Types/>", 28, 0},
                        {"word/document.xml", document, strlen(document), 0},
                        {RELS, rels, strlen(rels), 0}};

  return g_byte_array_free_to_bytes(zip_make(entries, G_N_ELEMENTS(entries)));
}

static void
test_parts(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(part_cases); i++) {
    const PartCase *c = &part_cases[i];
    g_autofree char *document =
        g_strdup_printf("<?xml version='1.0'?><w:document>%s</w:document>", c->document);
    g_autofree char *rels =
        g_strdup_printf("<?xml version='1.0'?><Relationships>%s</Relationships>", c->rels);
    g_autoptr(GBytes) content = pack(document, rels);

    check_file(c->label, "a.docx", content, c->want);
  }
}

#define PDF(body) "%PDF-1.4\n1 0 obj\n<<" body ">>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

static const PartCase file_cases[] = {
    {"PDF: a string", PDF("/A<</S/URI/URI(" A ")>>"), "a.pdf", "a.pdf follow " A "\n"},
    {"PDF: escapes", PDF("/URI(https:\\/\\/a\\056example\\\n/\\(1\\))"), "a.pdf",
     "a.pdf follow https://a.example/(1)\n"},
    {"PDF: hex, a name with escapes", PDF("/U#52#49 % x\n <68747470733a2f2f612e6578616d706c652f>"),
     "a.pdf", "a.pdf follow " A "\n"},
    {"PDF: UTF-16", PDF("/URI<FEFF0068007400740070003A002F002F0061002E006200630064002F>"), "a.pdf",
     "a.pdf follow http://a.bcd/\n"},
    {"PDF: half a pair", PDF("/URI(\\376\\377\\330\\000)"), "a.pdf", ""},
    {"PDF: half a pair in an address", PDF("/URI<FEFF0068007400740070003A002F002F0061002FD800>"),
     "a.pdf", "a.pdf follow http://a/\xef\xbf\xbd\n"},
    {"PDF: NUL in an address", PDF("/URI(https://a.example\\000@b.example/)"), "a.pdf",
     "a.pdf follow https://a.example\na.pdf follow https://a.example%00@b.example/\n"},
    {"PDF: a comment before it", PDF("/URI%x\n(" A ")"), "a.pdf", "a.pdf follow " A "\n"},
    {"PDF: base, file, form", PDF("/URI<</Base(" A ")>>/F(" A "f)"), "a.pdf",
     "a.pdf base " A "\na.pdf submit " A "f\n"},
    {"PDF: a key that PDFium ends", PDF("/URI\x80%x\n\xff(" A ")"), "a.pdf",
     "a.pdf follow " A "\n"},
    {"PDF: a name", PDF("/A<</S/URI/URI/https:#2f#2fa.example#2f>>"), "a.pdf",
     "a.pdf follow " A "\n"},
    {"PDF: a name that is no address", PDF("/A<</S/URI/URI/a.example/F/https:#2f#2fa.example>>"),
     "a.pdf", ""},
    {"PDF: another key", PDF("/URIs(" A ")/Title(" A ")"), "a.pdf", ""},
    {"PDF: cut off", "%PDF-1.4\n/URI(" A, "a.pdf", "a.pdf follow " A "\n"},
    {"RTF", "{\\rtf1{\\field{\\*\\fldinst HYPERLINK \"" A "\"}{\\fldrslt x}} https://b.example/}",
     "a.bin", "a.bin follow " A "\n"},
    {"table", "a,b\n\"=HYPERLINK(\"\"" A "\"\",\"\"x\"\")\",2\n", "a.csv", "a.csv follow " A "\n"},
    {"table: functions in any case, and blanks", "a,=HyperLinK (\"" A "\")\n", "a.csv",
     "a.csv follow " A "\n"},
    {"table: a picture", "a,=IMAGE(\"" A "\")\n", "a.csv", "a.csv load " A "\n"},
    {"table: what a service says", "a,=WebService(\"" A "\")\n", "a.csv", "a.csv load " A "\n"},
    {"words alone", "see " A "\n", "a.txt", ""},
    {"page", "<!DOCTYPE html><html><body><a href=" A ">it</a> https://b.example/</body></html>",
     "a.html", "a.html follow " A " = it\n"},
};

static void
test_single(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(file_cases); i++) {
    const PartCase *c = &file_cases[i];
    g_autoptr(GBytes) content = g_bytes_new_static(c->document, strlen(c->document));

    check_file(c->label, c->rels, content, c->want);
  }
}

#define ODF "application/vnd.oasis.opendocument.text"

static void
test_odf(void **state)
{
  static const char content[] =
      "<?xml version='1.0'?><office:document-content "
      "xmlns:office='urn:x:opendocument:xmlns:y'><text:a xlink:href='" A "'>its <text:span>words"
      "</text:span></text:a><draw:image xlink:href='" A
      "p.png'/><draw:image xlink:href='Pictures/1.png'/>"
      "<form:form xlink:href='" A "f'/><text:a xlink:href='vnd.sun.star.script:x'>m</text:a>"
      "<table:table-cell table:formula='of:=HYPERLINK(&quot;" A "c&quot;)'/>"
      "</office:document-content>";
  ZipEntry entries[] = {{"mimetype", ODF, strlen(ODF), 0},
                        {"content.xml", content, strlen(content), 0}};
  g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 2));

  check_file("ODF", "a.odt", zip,
             "a.odt › content.xml follow " A " = its words\na.odt › content.xml load " A
             "p.png\na.odt › content.xml submit " A "f\na.odt › content.xml follow " A "c\n");
}

/* A part of any name, which a link in a link comes in, and an attribute of another namespace. */
static void
test_odf_odd(void **state)
{
  static const char content[] =
      "\n<!-- --><office:document-content xmlns:office='urn:x:opendocument:xmlns:y'><text:a "
      "xlink:href='" A "'>one<text:a z:href='" A "2' xlink:href='" A
      "3'/>two</text:a></office:document-content>";
  ZipEntry entries[] = {{"mimetype", ODF, strlen(ODF), 0},
                        {"content.foo", content, strlen(content), 0}};
  g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 2));

  check_file("ODF", "a.odt", zip,
             "a.odt › content.foo follow " A "2\na.odt › content.foo follow " A "3\na.odt › "
             "content.foo follow " A " = onetwo\n");
}

/* What a part says of itself hides nothing from the reader of the other kind. */
static void
test_both(void **state)
{
#define URN     "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
#define COMMENT "<!-- " URN " -->"
#define IN_PART "<w:fldSimple w:instr='HYPERLINK " A "f'/><f>HYPERLINK(&quot;" A "g&quot;)</f>"
  static const struct {
    const char *label, *name, *part, *want;
  } parts[] = {
      {"relationships behind a comment", RELS,
       COMMENT "<Relationships>" REL("r1", "hyperlink", A) "</Relationships>",
       DOC "follow " A "\n"},
      {"relationships with its namespace", RELS,
       "<Relationships xmlns:t='" URN "'>" REL("r1", "hyperlink", A) "</Relationships>",
       DOC "follow " A "\n"},
      {"a part behind a comment", "word/document.xml",
       COMMENT "<w:document>" IN_PART "<v:shape href='" A "'/></w:document>",
       DOC "follow " A "g\n" DOC "follow " A "\n" DOC "follow " A "f\n"},
      {"a part with its namespace", "word/document.xml",
       "<w:document xmlns:t='" URN "'>" IN_PART "<v:shape href='" A "'/></w:document>",
       DOC "load " A "\n" DOC "follow " A "g\n" DOC "follow " A "f\n"},
      {"a table of 2003 with its namespace", "xl/a.xml",
       "<Workbook xmlns:t='" URN "'><Cell ss:Formula='=HYPERLINK(&quot;" A "&quot;)'/></Workbook>",
       "a.docx › xl/a.xml follow " A "\n"},
      {"relationships under another name", "word\\_rels\\document.xml.rels",
       "<Relationships>" REL("r1", "hyperlink", A) "</Relationships>",
       "a.docx › word\\_rels\\document.xml.rels follow " A "\n"},
      {"a package in one piece", "word/chunk.xml",
       "<p:package><p:part><Relationships>" REL("r1", "hyperlink", A) "</Relationships></p:part>"
                                                                      "<v:shape href='" A
                                                                      "2'/></p:package>",
       "a.docx › word/chunk.xml follow " A "\na.docx › word/chunk.xml follow " A "2\n"},
      {"OpenDocument that says nothing", "content.xml",
       "<o:d><c:c c:formula='of:=HYPERLINK(&quot;" A "&quot;)'/><t:a x:href='" A "2'/></o:d>",
       "a.docx › content.xml follow " A "\na.docx › content.xml follow " A "2\n"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    ZipEntry entries[] = {{"[Content_Types].xml", "<?xml version='1.0'?><Types/>", 28, 0},
                          {parts[i].name, parts[i].part, strlen(parts[i].part), 0}};
    g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 2));

    check_file(parts[i].label, "a.docx", zip, parts[i].want);
  }
}

/* Which of two members of one name counts only who opens it knows; they may be of one length. */
static void
test_twice(void **state)
{
  static const char one[] = "<r>" REL("r1", "hyperlink", A "1") "</r>",
                    two[] = "<r>" REL("r1", "hyperlink", A "2") "</r>";
  ZipEntry entries[] = {{"[Content_Types].xml", "<?xml version='1.0'?><Types/>", 28, 0},
                        {RELS, one, strlen(one), 0},
                        {RELS, two, strlen(two), 0}};
  g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 3));

  check_file("two members", "a.docx", zip, DOC "follow " A "1\n" DOC "follow " A "2\n");
}

/* What stands in quotation marks of a document type begins no comment. */
static void
test_document_type(void **state)
{
  static const char content[] = "<!DOCTYPE a SYSTEM \"><!--\"><o:d><t:a x:href='" A "'/></o:d>",
                    torn[] = "<!DOCTYPE a SYSTEM \"><o:d><t:a x:href='" A "'/></o:d>";
  ZipEntry entries[] = {{"mimetype", ODF, strlen(ODF), 0},
                        {"content.xml", content, strlen(content), 0},
                        {"styles.xml", torn, strlen(torn), 0}};
  g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 3));

  check_file("ODF", "a.odt", zip,
             "a.odt › content.xml follow " A "\na.odt › styles.xml follow " A "\n");
}

/* Parts in which a parser reads something else than what stands there. */
static void
test_not_plain(void **state)
{
  static const struct {
    const char *label, *document;
    size_t len;
    gboolean corrupt;
  } parts[] = {
      {"plain", BYTES("<?xml version='1.0' encoding='UTF-8'?><a/>"), FALSE},
      {"without a declaration", BYTES("\xef\xbb\xbf \n<a/>"), FALSE},
      {"Big5", BYTES("<?xml version='1.0' encoding='big5'?><a/>"), FALSE},
      {"UTF-16", BYTES("\xff\xfe<\0a\0/\0>\0"), FALSE},
      {"a document type alone", BYTES("<!DOCTYPE a SYSTEM 'a.dtd'><a/>"), FALSE},
      {"UTF-7", BYTES("<?xml version='1.0' encoding='UTF-7'?>+ADw-a/>"), TRUE},
      {"EBCDIC", BYTES("\x4c\x6f\xa7\x94\x93\x40\x6f\x6e"), TRUE},
      {"UTF-32", BYTES("<\0\0\0a\0\0\0>\0\0\0"), TRUE},
      {"NUL", BYTES("<abc\0def/>"), TRUE},
      {"an entity", BYTES("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"), TRUE},
      {"a document type that hides a comment", BYTES("<!DOCTYPE a [<?x > <!-- ?>]><a/>"), TRUE},
      {"the same behind another", BYTES("<!-- <!DOCTYPE a> --><!DOCTYPE a [<?x > <!-- ?>]><a/>"),
       TRUE},
      {"the same behind a bracket", BYTES("<!DOCTYPE a SYSTEM '>' [<?x > <!-- ?>]><a/>"), TRUE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    ZipEntry entries[] = {{"[Content_Types].xml", "<?xml version='1.0'?><Types/>", 28, 0},
                          {"word/document.xml", parts[i].document, parts[i].len, 0}};
    g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 2));
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    const Finding *outer;

    file_inspect(scanner, zip, NULL, "", 1, findings);
    outer = g_ptr_array_index(findings, 0);
    if (!(outer->traits & TRAIT(CORRUPT)) != !parts[i].corrupt)
      fail_msg("%s: corrupt %d", parts[i].label, (outer->traits & TRAIT(CORRUPT)) != 0);
  }
}

/* --- pages of OneNote --- */

typedef struct page_case {
  const char *label, *text; /* ASCII, in which \1 stands for U+FDDF */
  size_t len;
  const char *want;
} PageCase;

#define PAGE_TEXT(text) text, sizeof(text) - 1
#define ONE             "a.one follow " A "\n"
#define WORD            "a.one text " A "\n"

static const PageCase page_cases[] = {
    {"a field", PAGE_TEXT("see \1HYPERLINK \"" A "\"it"), ONE WORD},
    {"a line end in its address", PAGE_TEXT("\1HYPERLINK \"https:\r//a.example/\"it\r\n"),
     "a.one follow https:\r//a.example/\n"},
    {"a line end behind it", PAGE_TEXT("\1HYPERLINK x\v\"https:\r//a.example/\"\n"), ""},
    {"a field in another's quotation marks", PAGE_TEXT("\1X \"\1HYPERLINK \"" A "\"it"), ONE WORD},
    {"words behind a NUL", PAGE_TEXT("it\0see " A), WORD},
    {"a field behind some", PAGE_TEXT("\0\0\1HYPERLINK \"" A "\""), ONE WORD},
};

static void
put_number(GByteArray *out, guint64 number, guint bytes)
{
  for (guint i = 0; i < bytes; i++, number >>= 8)
    g_byte_array_append(out, (const guint8[]){(guint8)number}, 1);
}

/* The id of a section, a set with a text, and a list with a node that refers to it. */
static GBytes *
section_of(const PageCase *c)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(
      out, (const guint8 *)"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3", 16);
  put_number(out, 0x80000000, 4);
  put_number(out, 1, 2);
  put_number(out, 0x1c001c22, 4);
  put_number(out, 2 * c->len, 4);
  for (size_t i = 0; i < c->len; i++)
    put_number(out, c->text[i] == 1 ? 0xfddf : (guint8)c->text[i], 2);
  g_byte_array_append(out, (const guint8 *)"\xc4\xf4\xf7\xf5\xb1\x7a\x56\xa4\7\0\0\0\0\0\0\0", 16);
  put_number(out, 0x800040a4, 4);
  put_number(out, 16, 8);
  put_number(out, 14 + 2 * c->len, 4);
  return g_byte_array_free_to_bytes(out);
}

static void
test_onenote(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(page_cases); i++) {
    g_autoptr(GBytes) content = section_of(&page_cases[i]);

    check_file(page_cases[i].label, "a.one", content, page_cases[i].want);
  }
}

/* --- in others --- */

/* Documents in an archive have their paths. */
static void
test_inside(void **state)
{
  g_autoptr(GBytes) inner =
      pack("<?xml version='1.0'?><w:document/>",
           "<?xml version='1.0'?><Relationships>" REL("r1", "hyperlink", A) "</Relationships>");
  gsize len;
  const char *bytes = g_bytes_get_data(inner, &len);
  ZipEntry entries[] = {{"b.docx", bytes, len, 0}};
  g_autoptr(GBytes) zip = g_byte_array_free_to_bytes(zip_make(entries, 1));

  /* Without compression its members are come upon in the outer archive, too. */
  check_file("in a zip", "a.zip", zip,
             "a.zip › b.docx › word/document.xml follow " A "\na.zip › word/document.xml follow " A
             "\n");
}

/* Keys in front of one comment, each with all of it behind itself: 150 GiB to read. */
static void
test_comments(void **state)
{
  static const char head[] = "%PDF-1.4\n", key[] = "/URI%";
  g_autoptr(GString) text = g_string_new(head);
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  g_autoptr(GBytes) content = NULL;

  for (int i = 0; i < 250000; i++)
    g_string_append(text, key);
  content = g_bytes_new(text->str, text->len);
  file_inspect(scanner, content, NULL, "", 1, findings);
  assert_true(((const Finding *)g_ptr_array_index(findings, 0))->traits & TRAIT(LIMIT));
}

/* Names of files in a PDF: of those beyond the limit nobody would know. */
static void
test_many_files(void **state)
{
  for (guint names = LIMIT_UNPACK_FILES; names <= LIMIT_UNPACK_FILES + 1; names++) {
    g_autoptr(GString) text = g_string_new("%PDF-1.4\n1 0 obj\n<<");
    g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
    g_autoptr(GBytes) content = NULL;
    BitSet traits;

    for (guint i = 0; i < names; i++)
      g_string_append_printf(text, "/F(%u.txt)", i);
    g_string_append(text, "/F(0.txt)>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n");
    content = g_bytes_new(text->str, text->len);
    file_inspect(scanner, content, NULL, "", 1, findings);
    traits = ((const Finding *)g_ptr_array_index(findings, 0))->traits;
    if (!(traits & TRAIT(LIMIT)) != (names <= LIMIT_UNPACK_FILES))
      fail_msg("%u names: limit %d", names, (traits & TRAIT(LIMIT)) != 0);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_parts),         cmocka_unit_test(test_single),
      cmocka_unit_test(test_odf),           cmocka_unit_test(test_inside),
      cmocka_unit_test(test_comments),      cmocka_unit_test(test_odf_odd),
      cmocka_unit_test(test_not_plain),     cmocka_unit_test(test_both),
      cmocka_unit_test(test_onenote),       cmocka_unit_test(test_many_files),
      cmocka_unit_test(test_document_type), cmocka_unit_test(test_twice),
  };

  return cmocka_run_group_tests(tests, scanner_start, scanner_stop);
}
