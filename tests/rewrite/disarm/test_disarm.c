/* Documents without what acts by itself. Each case is a few members of a package, what is said to
 * be gone, and what a member holds and does not hold then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../inspect/traits.h"
#include "disarm.h"
#include "documents.h"
#include "xml.h"

#define OLE "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 object"
static const Orders all = {.active = TRUE};

/* --- Office --- */

/* Twelve fields that begin. */
#define BEGIN "<w:fldChar w:fldCharType='begin'/>"
#define DEEP  BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN BEGIN

typedef struct document_case {
  const char *label;
  File files[6];
  const char *removed; /* "" for nothing to do, NULL for refused */
  const char *member;  /* then holds and does not hold */
  const char *holds, *lacks;
} DocumentCase;

static const DocumentCase documents[] = {
    {"nothing that acts",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<w:d" NS "><w:t>x</w:t></w:d>"},
      {"word/_rels/document.xml.rels", RELS(OUT("r1", R "/hyperlink", "https://x.example/"))}},
     "",
     NULL,
     NULL,
     NULL},
    {"macros under another name, by relationship",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<w:d" NS "/>"},
      {"word/_rels/document.xml.rels", RELS(IN("r1", MS "/vbaProject", "../a/b.dat"))},
      {"a/b.dat", "macros"}},
     "macro",
     "word/_rels/document.xml.rels",
     "<Relationships",
     "vbaProject"},
    {"macros under another name are gone",
     {{"[Content_Types].xml", TYPES("")},
      {"word/_rels/document.xml.rels", RELS(IN("r1", MS "/vbaProject", "/a/./c/../b.dat"))},
      {"word/document.xml", "<w:d/>"},
      {"A/B.dat", "macros"}},
     "macro",
     "a/b.dat",
     "",
     "macros"},
    {"macros by type alone",
     {{"[Content_Types].xml", TYPES(TYPE("/x.bin", "application/vnd.ms-office.vbaProject"))},
      {"x.bin", "macros"}},
     "macro",
     "[Content_Types].xml",
     "Default",
     "x.bin"},
    {"the keys and tool bars of macros, and their data",
     {{"[Content_Types].xml", TYPES("")},
      {"word/_rels/document.xml.rels",
       RELS(IN("r1", MS "/keyMapCustomizations", "c.xml") IN("r2", MS "/wordVbaData", "v.xml"))},
      {"word/document.xml", "<w:d/>"},
      {"word/c.xml", "<c/>"},
      {"word/v.xml", "<v/>"}},
     "macro",
     "word/c.xml",
     "",
     "<c"},
    {"a ribbon that calls",
     {{"[Content_Types].xml", TYPES("")},
      {"_rels/.rels", RELS(IN("r1", MS "/ui/extensibility", "customUI/c.xml"))},
      {"customUI/c.xml", "<customUI onLoad='x'/>"}},
     "macro",
     "_rels/.rels",
     "Relationships",
     "extensibility"},
    {"an object, by its bytes, and what quotes it",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:object><w:pict/><o:OLEObject r:id='r1'/></w:object></w:d>"},
      {"word/_rels/document.xml.rels", RELS(IN("r1", R "/package", "media/a.png"))},
      {"word/media/a.png", OLE}},
     "ole-object",
     "word/document.xml",
     "<w:object><w:pict/></w:object>",
     "OLEObject"},
    {"a picture from a share",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<w:d" NS "><a:blip r:embed='r2' r:link='r1'/></w:d>"},
      {"word/_rels/document.xml.rels",
       RELS(OUT("r1", R "/image", "\\\\host\\a.png") IN("r2", R "/image", "a.png"))},
      {"word/a.png", "x"}},
     "external-relationship",
     "word/document.xml",
     "<a:blip r:embed=\"r2\"/>",
     "r1"},
    {"a page inside",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<w:d" NS "><w:p/><w:altChunk r:id='r1'/></w:d>"},
      {"word/_rels/document.xml.rels", RELS(IN("r1", R "/aFChunk", "a.html"))},
      {"word/a.html", "<script>x</script>"}},
     "ole-object",
     "word/document.xml",
     "<w:p/>",
     "altChunk"},
    {"letters that are merged with a list from elsewhere",
     {{"[Content_Types].xml", TYPES("")},
      {"word/settings.xml",
       "<w:s" NS "><w:mailMerge><w:q/><w:dataSource r:id='r1'/></w:mailMerge><w:z/></w:s>"},
      {"word/_rels/settings.xml.rels",
       RELS(OUT("r1", R "/mailMergeSource", "https://x.example/"))}},
     "external-relationship",
     "word/settings.xml",
     "<w:z/>",
     "mailMerge"},
    {"one id twice",
     {{"[Content_Types].xml", TYPES("")},
      {"word/settings.xml", "<w:s" NS "><w:attachedTemplate r:id='r1'/></w:s>"},
      {"word/_rels/settings.xml.rels", RELS(OUT("r1", R "/hyperlink", "https://x.example/") OUT(
                                           "r1", R "/attachedTemplate", "https://x.example/t"))}},
     "remote-template",
     "word/_rels/settings.xml.rels",
     "<Relationships",
     "x.example"},
    {"a field without an end",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:fldChar w:fldCharType='begin'/><w:instrText>dde</w:instrText>"
       "<w:instrText>auto x</w:instrText><w:t>y</w:t></w:d>"}},
     "dde",
     "word/document.xml",
     "<w:t>y</w:t>",
     "instrText"},
    {"a field that another one spells goes with it",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='begin'/>"
       "<w:instrText>QUOTE 68 68 69</w:instrText><w:fldChar w:fldCharType='separate'/>"
       "<w:t>DDE</w:t><w:fldChar w:fldCharType='end'/><w:instrText> x</w:instrText>"
       "<w:fldChar w:fldCharType='separate'/><w:t>y</w:t><w:fldChar w:fldCharType='end'/></w:d>"}},
     "dde",
     "word/document.xml",
     "><w:t>y</w:t></w:d>",
     "DDE"},
    {"a link to a sheet of this disk, beside one that leads out",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:fldSimple w:instr='LINK Excel.Sheet.8 &quot;C:\\\\a.xls&quot;'/>"
       "<w:fldSimple w:instr='LINK Excel.Sheet.8 &quot;https://x.example/a.xls&quot;'/></w:d>"}},
     "external-relationship",
     "word/document.xml",
     "a.xls",
     "x.example"},
    {"fields too deep in each other",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<w:d" NS ">" DEEP DEEP DEEP "</w:d>"}},
     NULL,
     NULL,
     NULL,
     NULL},
    {"a field whose code is an attribute, with references",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:p><w:fldSimple w:instr=' &#68;DE x'><w:t>y</w:t></w:fldSimple></w:p></w:d>"}},
     "dde",
     "word/document.xml",
     "<w:p><w:t>y</w:t></w:p>",
     "fldSimple"},
    {"marks within marks",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml",
       "<w:d" NS "><w:fldChar w:fldCharType='begin'><w:instrText>DDE<w:instrText>y</w:instrText>"
       "</w:instrText></w:fldChar><w:t>z</w:t></w:d>"}},
     "dde",
     "word/document.xml",
     "<w:t>z</w:t>",
     "instrText"},
    {"a shape that starts a program",
     {{"[Content_Types].xml", TYPES("")},
      {"ppt/slides/slide1.xml",
       "<p:s" NS "><p:c><a:hlinkClick r:id='' action='ppaction://program'/></p:c></p:s>"}},
     "html-script",
     "ppt/slides/slide1.xml",
     "<p:c/>",
     "hlinkClick"},
    {"an object on a slide leaves its picture",
     {{"[Content_Types].xml", TYPES("")},
      {"ppt/slides/slide1.xml",
       "<p:s" NS "><p:graphicFrame><a:x><p:oleObj r:id='r1'><p:pic><a:blip r:embed='r2'/></p:pic>"
       "</p:oleObj></a:x></p:graphicFrame><p:y/></p:s>"},
      {"ppt/slides/_rels/slide1.xml.rels", RELS(OUT("r1", R "/oleObject", "file:///c:/a.doc"))}},
     "external-relationship",
     "ppt/slides/slide1.xml",
     "<p:pic><a:blip r:embed=\"r2\"/></p:pic><p:y/>",
     "graphicFrame"},
    {"other programs asked from a sheet",
     {{"[Content_Types].xml", TYPES("")},
      {"xl/externalLinks/externalLink1.xml",
       "<externalLink><ddeLink ddeService='cmd'/></externalLink>"}},
     "dde",
     "xl/externalLinks/externalLink1.xml",
     "<externalLink/>",
     "ddeLink"},
    {"another workbook of the same folder stays",
     {{"[Content_Types].xml", TYPES("")},
      {"xl/externalLinks/externalLink1.xml",
       "<externalLink" NS "><externalBook r:id='r1'/></externalLink>"},
      {"xl/externalLinks/_rels/externalLink1.xml.rels",
       RELS(OUT("r1", R "/externalLinkPath", "budget.xlsx"))}},
     "",
     NULL,
     NULL,
     NULL},
    {"a binary workbook with an object",
     {{"[Content_Types].xml", TYPES("")},
      {"xl/worksheets/sheet1.bin", "x"},
      {"xl/worksheets/_rels/sheet1.bin.rels",
       RELS(IN("r1", R "/oleObject", "../embeddings/o.bin"))},
      {"xl/embeddings/o.bin", OLE}},
     NULL,
     NULL,
     NULL,
     NULL},
    {"a sheet that cannot be lost",
     {{"[Content_Types].xml", TYPES("")},
      {"xl/workbook.xml", "<w" NS "><sheet r:id='r1'/></w>"},
      {"xl/_rels/workbook.xml.rels", RELS(OUT("r1", R "/worksheet", "https://x.example/"))}},
     NULL,
     NULL,
     NULL,
     NULL},
    {"a document type",
     {{"[Content_Types].xml", TYPES("")},
      {"word/document.xml", "<!DOCTYPE w [<!ENTITY a 'b'>]><w>&a;</w>"}},
     NULL,
     NULL,
     NULL,
     NULL},
    {"no types: a plain archive", {{"word/document.xml", "<w/>"}}, "", NULL, NULL, NULL},
    {"macros of OpenDocument",
     {{"mimetype", "application/vnd.oasis.opendocument.text"},
      {"content.xml",
       "<o><event-listeners><event-listener href='x'/></event-listeners><p>x</p></o>"},
      {"Basic/Standard/M.xml", "<m/>"},
      {"META-INF/manifest.xml",
       "<m><file-entry full-path='/'/><file-entry full-path='Basic/Standard/M.xml'/>"
       "<file-entry full-path='content.xml'/></m>"}},
     "macro",
     "META-INF/manifest.xml",
     "content.xml",
     "Basic"},
    {"what OpenDocument loads, and asks",
     {{"mimetype", "application/vnd.oasis.opendocument.spreadsheet"},
      {"content.xml",
       "<o><c formula='of:=DDE(&quot;x&quot;)'>7</c><section-source href='http://x.example/'/>"
       "<image href='https://x.example/a.png'/><a href='script:x'>y</a></o>"},
      {"META-INF/manifest.xml", "<m/>"}},
     "macro dde external-relationship",
     "content.xml",
     "<c>7</c><image href=\"https://x.example/a.png\"/>y</o>",
     "script:"},
    {"OpenDocument that does not say so first",
     {{"content.xml",
       "<o><s:event-listener xmlns:s='x' s:language='y'/><event-listener action='show'/></o>"},
      {"META-INF/manifest.xml", "<m/>"}},
     "macro",
     "content.xml",
     "<event-listener action=\"show\"/>",
     "language"},
    {"OpenDocument without a manifest",
     {{"mimetype", "application/vnd.oasis.opendocument.text"}, {"content.xml", "<o><script/></o>"}},
     NULL,
     NULL,
     NULL,
     NULL},
};

static void
check_document(const DocumentCase *c)
{
  g_autoptr(GBytes) zip = pack(c->files, G_N_ELEMENTS(c->files));
  GBytes *once;
  Taken removed = {0}, again = {0};
  GBytes *clean = disarm_file(zip, &all, &removed, NULL);
  g_autofree char *traits = traits_text(removed.traits), *text = NULL;

  if (!clean != !c->removed || (clean && strcmp(traits, c->removed) != 0))
    fail_msg("%s: got %s \"%s\", want \"%s\"", c->label, clean ? "" : "refused", traits,
             c->removed ? c->removed : "refused");
  if (!clean)
    return;
  assert_true((clean == zip) == (removed.traits == 0));
  if (c->member) {
    text = member_text(clean, c->member);
    if (!strstr(text, c->holds) || strstr(text, c->lacks))
      fail_msg("%s: got %s, want %s without %s", c->label, text, c->holds, c->lacks);
  }
  once = disarm_file(clean, &all, &again, NULL);
  if (once != clean || again.traits)
    fail_msg("%s: twice is not once", c->label);
  g_bytes_unref(once);
  g_bytes_unref(clean);
}

static void
test_documents(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(documents); i++)
    check_document(&documents[i]);
}

/* --- documents within documents --- */

static GBytes *
pack_around(GBytes *inner)
{
  static const char types[] = TYPES(""), text[] = "<w" NS "><o:OLEObject r:id='r1'/></w>";
  static const char rels[] = RELS(IN("r1", R "/package", "embeddings/a.xlsx"));
  gsize len = 0;
  const char *bytes = g_bytes_get_data(inner, &len);
  ZipEntry entries[] = {{"[Content_Types].xml", types, strlen(types), 0},
                        {"word/document.xml", text, strlen(text), 0},
                        {"word/_rels/document.xml.rels", rels, strlen(rels), 0},
                        {"word/embeddings/a.xlsx", bytes, len, 0}};

  return g_byte_array_free_to_bytes(zip_make(entries, G_N_ELEMENTS(entries)));
}

static void
test_inner(void **state)
{
  static const File harmless[] = {{"[Content_Types].xml", TYPES("")}, {"xl/workbook.xml", "<w/>"}};
  static const File macros[] = {{"[Content_Types].xml", TYPES("")}, {"xl/vbaProject.bin", OLE}};
  g_autoptr(GBytes) plain = pack(harmless, 2), active = pack(macros, 2);
  Taken removed = {0};

  {
    g_autoptr(GBytes) outer = pack_around(plain), clean = disarm_file(outer, &all, &removed, NULL);
    assert_ptr_equal(clean, outer);
  }
  for (int depth = 1; depth <= 6; depth++) {
    g_autoptr(GBytes) around = g_bytes_ref(active), clean = NULL;

    for (int i = 0; i < depth; i++) {
      GBytes *next = pack_around(around);
      g_bytes_unref(around);
      around = next;
    }
    removed = (Taken){0};
    clean = disarm_file(around, &all, &removed, NULL);
    assert_non_null(clean);
    assert_true(clean != around);
    assert_true((removed.traits & TRAIT(MACRO)) || (removed.traits & TRAIT(OLE_OBJECT)));
    /* Not compressed, or gone: the name of the project would be seen. */
    assert_true(depth > 3 || (removed.traits & TRAIT(MACRO)));
  }
}

/* --- PDF --- */

typedef struct pdf_case {
  const char *label, *objects; /* object 1 is the catalog, 2 the pages, 3 the page */
  const char *removed;
  const char *lacks;
} PdfCase;

#define PDF_PAGE "2 0 obj<</Type/Pages/Count 1/Kids[3 0 R]>>endobj\n"

static const PdfCase pdfs[] = {
    {"nothing that acts",
     "1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction[3 0 R/Fit]>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R/Annots[<</Subtype/Link/Rect[0 0 1 "
     "1]/A<</S/URI/URI(http://x.example/)>>>>]"
     "/Resources<</Font<</AA<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n",
     "", NULL},
    {"a chain of actions",
     "1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/GoTo/D[3 0 "
     "R/Fit]/Next[<</S/Named/N/NextPage>>"
     "<</S/JavaScript/JS(x)>>]>>>>endobj\n" PDF_PAGE "3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n",
     "pdf-javascript", "JavaScript"},
    {"a loop of actions",
     "1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction 4 0 R>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</S/GoTo/D[3 0 R/Fit]/Next 5 0 R>>endobj\n"
     "5 0 obj<</S/GoToR/F(x)/Next 4 0 R>>endobj\n",
     "pdf-action", "GoToR"},
    {"a link that is a script",
     "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R/Annots[<</Subtype/Link/Rect[0 0 1 1]/A<</S/URI/URI( "
     "JavaScript:x)>>>>]>>endobj\n",
     "pdf-javascript", "JavaScript:"},
    {"a script in a stream, in the names",
     "1 0 obj<</Type/Catalog/Pages 2 0 R/Names<</JavaScript<</Names[(a)4 0 "
     "R]>>>>>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R>>endobj\n4 0 obj<</S/JavaScript/JS 5 0 R>>endobj\n"
     "5 0 obj<</Length 1>>stream\nx\nendstream endobj\n",
     "pdf-javascript", "stream"},
    {"a signature stays unless something else goes",
     "1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R/V<</ByteRange[0 1 2 3]>>>>endobj\n",
     "", NULL},
    {"a signature that breaks",
     "1 0 obj<</Type/Catalog/Pages 2 0 R/OpenAction<</S/Launch/F(x)>>>>endobj\n" PDF_PAGE
     "3 0 obj<</Type/Page/Parent 2 0 R/V<</ByteRange[0 1 2 3]>>>>endobj\n",
     "pdf-launch pdf-open-action signed-document", "Launch"},
    {"no pages", "1 0 obj<</Type/Catalog/OpenAction<</S/JavaScript/JS(x)>>>>endobj\n", NULL, NULL},
};

static void
test_pdf(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(pdfs); i++) {
    const PdfCase *c = &pdfs[i];
    g_autofree char *text = g_strconcat("%PDF-1.7\n", c->objects, "trailer<</Root 1 0 R>>\n", NULL);
    g_autoptr(GBytes) file = g_bytes_new(text, strlen(text));
    Taken removed = {0};
    g_autoptr(GBytes) clean = disarm_file(file, &all, &removed, NULL);
    g_autofree char *traits = traits_text(removed.traits);

    if (!clean != !c->removed || (clean && strcmp(traits, c->removed) != 0))
      fail_msg("%s: got %s \"%s\", want \"%s\"", c->label, clean ? "" : "refused", traits,
               c->removed ? c->removed : "refused");
    if (clean && c->lacks &&
        memmem(g_bytes_get_data(clean, NULL), g_bytes_get_size(clean), c->lacks, strlen(c->lacks)))
      fail_msg("%s: %s is still there", c->label, c->lacks);
  }
}

/* --- RTF --- */

static void
test_rtf(void **state)
{
  static const struct {
    const char *label, *rtf, *want; /* NULL: refused */
    const char *removed;
  } cases[] = {
      {"plain", "{\\rtf1 a\\{b}", "{\\rtf1 a\\{b}", ""},
      {"nothing that acts", "{\\rtf1 {\\b a}\\'7d\\}}", "{\\rtf1 {\\b a}\\'7d\\}}", ""},
      {"an object leaves its result",
       "{\\rtf1 a{\\object\\objemb{\\*\\objclass P}{\\*\\objdata 01{\\x}05}{\\result {\\pict "
       "00}}}b}",
       "{\\rtf1 a{ {\\pict 00}}b}", "ole-object"},
      {"an object without one", "{\\rtf1 {\\object{\\*\\objdata 01}}b}", "{\\rtf1 b}",
       "ole-object"},
      {"bytes that look like braces", "{\\rtf1 {\\object{\\objdata\\bin3 }}}0}{\\result r}}b}",
       "{\\rtf1 { r}b}", "ole-object"},
      {"an object in an object", "{\\rtf1 {\\object{\\result x{\\object{\\objdata 0}}}}b}",
       "{\\rtf1 { x{\\object{\\objdata 0}}}b}", "ole-object"},
      {"a template", "{\\rtf1{\\*\\template http://x.example/}b}", "{\\rtf1b}", "remote-template"},
      {"a field that asks", "{\\rtf1{\\field{\\*\\fldinst {DDEAUTO c:}}{\\fldrslt 4}}b}",
       "{\\rtf1{\\field{\\*\\fldinst }{\\fldrslt 4}}b}", "dde"},
      {"a field that asks, in hexadecimal and groups",
       "{\\rtf1{\\field{\\*\\fldinst {\\'44}{\\b D}\\u69?AUTO c:}{\\fldrslt 4}}b}",
       "{\\rtf1{\\field{\\*\\fldinst }{\\fldrslt 4}}b}", "dde"},
      {"a field in the code of a field", "{\\rtf1{\\fldinst QUOTE{\\fldinst dde}}}",
       "{\\rtf1{\\*\\fldinst }}", "dde"},
      {"a field that links", "{\\rtf1{\\field{\\*\\fldinst HYPERLINK x}}}",
       "{\\rtf1{\\field{\\*\\fldinst HYPERLINK x}}}", ""},
      {"one brace too many", "{\\rtf1 a}}", NULL, NULL},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) file = g_bytes_new_static(cases[i].rtf, strlen(cases[i].rtf));
    Taken removed = {0};
    g_autoptr(GBytes) clean = disarm_file(file, &all, &removed, NULL);
    g_autofree char *traits = traits_text(removed.traits);
    gsize len = clean ? g_bytes_get_size(clean) : 0;

    if (!clean != !cases[i].want ||
        (clean && (len != strlen(cases[i].want) ||
                   memcmp(g_bytes_get_data(clean, NULL), cases[i].want, len) != 0 ||
                   strcmp(traits, cases[i].removed) != 0)))
      fail_msg("%s: got %.*s (%s)", cases[i].label, (int)len,
               clean ? (const char *)g_bytes_get_data(clean, NULL) : "", traits);
  }
}

/* --- XML and zip --- */

static void
test_xml(void **state)
{
  static const struct {
    const char *label, *bytes;
    size_t len;
    gboolean fine;
  } cases[] = {
#define CASE(label, text, fine) {label, text, sizeof(text) - 1, fine}
      CASE("plain", "<a/>", TRUE),
      CASE("declared", "<?xml version='1.0' encoding='UTF-8'?><a>\xe4\xb8\x80</a>", TRUE),
      CASE("with a mark", "\xef\xbb\xbf<a/>", TRUE),
      CASE("UTF-16", "\xff\xfe<\0a\0/\0>\0", TRUE),
      CASE("UTF-16 without a mark", "\0<\0a\0/\0>", TRUE),
      CASE("in ASCII, and says so", "<?xml version='1.0' encoding='us-ascii'?><a/>", TRUE),
      CASE("in another encoding", "<?xml version='1.0' encoding='big5'?><a/>", FALSE),
      CASE("UTF-7", "<?xml version='1.0' encoding='utf-7'?><a/>", FALSE),
      CASE("not what it says", "<?xml version='1.0' encoding='iso-8859-1'?><a>\xc3\xa9</a>", FALSE),
      CASE("not UTF-8", "<a>\xe9</a>", FALSE),
      CASE("a NUL", "<a>\0</a>", FALSE),
      CASE("a document type", "<!DOCTYPE a><a/>", FALSE),
      CASE("an entity", "<a>&b;</a>", FALSE),
      CASE("not closed", "<a><b></a>", FALSE),
      CASE("two roots", "<a/><a/>", FALSE),
      CASE("one attribute twice", "<a b='' b=''/>", FALSE),
      CASE("nothing", "", FALSE),
#undef CASE
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) bytes = g_bytes_new_static(cases[i].bytes, cases[i].len);
    g_autoptr(Xml) xml = xml_parse(bytes, NULL);

    if (!xml != !cases[i].fine)
      fail_msg("%s: %s", cases[i].label, xml ? "taken" : "refused");
  }
}

static void
test_xml_bounds(void **state)
{
  GString *wide = g_string_new("<a"), *deep = g_string_new(NULL);
  g_autoptr(GBytes) crowd = NULL, tower = NULL;
  g_autoptr(Xml) first = NULL, second = NULL;

  for (int i = 0; i < 3000; i++)
    g_string_append_printf(wide, " b%d=''", i);
  g_string_append(wide, "/>");
  for (int i = 0; i < 100000; i++)
    g_string_append(deep, "<a>");
  crowd = g_string_free_to_bytes(wide);
  tower = g_string_free_to_bytes(deep);
  assert_null(first = xml_parse(crowd, NULL));
  assert_null(second = xml_parse(tower, NULL));
}

/* Members that are not touched keep their bytes as they are stored, and their order. */
static void
test_package(void **state)
{
  static const File files[] = {{"a.txt", "first"}, {"b.txt", "second"}, {"c.txt", "third"}};
  static const File twice[] = {{"a.txt", "first"}, {"A.TXT", "second"}};
  g_autoptr(GBytes) zip = pack(files, 3), doubled = pack(twice, 2), out = NULL;
  g_autoptr(Package) package = package_open(zip, NULL), refused = package_open(doubled, NULL);
  const char *bytes, *first, *third;
  gsize len = 0;

  assert_null(refused);
  package_drop(package, 1);
  package_add(package, "d.txt", g_bytes_new_static("fourth", 6));
  assert_int_equal(package_find(package, "B.txt"), -1);
  assert_true(package_has_lost(package, "B.txt"));
  out = package_write(package, NULL);
  assert_non_null(out);
  bytes = g_bytes_get_data(out, &len);
  first = memmem(bytes, len, "a.txtfirst", 10);
  third = memmem(bytes, len, "c.txtthird", 10);
  assert_true(first && third && first < third);
  assert_null(memmem(bytes, len, "second", 6));
}

/* A member that is longer than the directory says, or damaged. */
static void
test_package_lies(void **state)
{
  static const File files[] = {{"a.txt", "first"}};
  g_autoptr(GBytes) zip = pack(files, 1);
  gsize len = 0;
  g_autofree char *bytes = g_memdup2(g_bytes_get_data(zip, &len), g_bytes_get_size(zip));
  g_autoptr(GBytes) broken = NULL, content = NULL;
  g_autoptr(Package) package = NULL;

  len = g_bytes_get_size(zip);
  *(char *)memmem(bytes, len, "first", 5) = 'F';
  broken = g_bytes_new(bytes, len);
  package = package_open(broken, NULL);
  content = package ? package_read(package, 0, NULL) : NULL;
  assert_null(content);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_documents), cmocka_unit_test(test_inner),
      cmocka_unit_test(test_pdf),       cmocka_unit_test(test_rtf),
      cmocka_unit_test(test_xml),       cmocka_unit_test(test_xml_bounds),
      cmocka_unit_test(test_package),   cmocka_unit_test(test_package_lies),
  };

  disarm_start();
  return cmocka_run_group_tests(tests, NULL, NULL);
}
