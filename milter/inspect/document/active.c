/* active.c - what in a document acts by itself: macros, fields that start programs, templates
 * from elsewhere, embedded objects, scripts. PDF is in active_pdf.c.
 *
 * libclamav unpacks; this looks at what came out, layer by layer. Nothing here needs a document
 * to be well formed: marks are searched in the bytes, because a reader repairs what a strict
 * parser refuses. A mark that stands there without effect only makes us more careful. Each search
 * is one pass over the bytes. */
#include "../content.h"
#include "../signs.h"
#include "document.h"
#include "finding.h"
#include "rtf.h"
#include "word_fields.h"
#include "xml_scan.h"

#include <string.h>

/* The first c in [p, end), or end. */
static const unsigned char *
find_byte(const unsigned char *p, const unsigned char *end, char c)
{
  const unsigned char *found = p < end ? memchr(p, c, (size_t)(end - p)) : NULL;

  return found ? found : end;
}

/* Where text begins in [bytes, end), or NULL; all of it can be read there. */
static const unsigned char *
find_fold_from(const unsigned char *bytes, const unsigned char *end, const char *text, size_t n)
{
  const unsigned char *low = find_byte(bytes, end, text[0]);
  const unsigned char *high = find_byte(bytes, end, g_ascii_toupper(text[0]));

  while (low < end || high < end) {
    const unsigned char *p = MIN(low, high);

    if (g_ascii_strncasecmp((const char *)p, text, n) == 0)
      return p;
    if (low == p)
      low = find_byte(p + 1, end, text[0]);
    if (high == p)
      high = find_byte(p + 1, end, g_ascii_toupper(text[0]));
  }
  return NULL;
}

/* A window at a time: what is found near costs no search of the whole for the letter in its other
 * case. */
const unsigned char *
find_fold(const unsigned char *bytes, size_t len, const char *text)
{
  enum { WINDOW = 1024 };
  size_t n = strlen(text);
  size_t starts = len >= n ? len - n + 1 : 0;
  const unsigned char *found = NULL;

  for (size_t at = 0; at < starts && !found; at += WINDOW)
    found = find_fold_from(bytes + at, bytes + MIN(at + WINDOW, starts), text, n);
  return found;
}

/* --- RTF --- */

#define RTF_TARGET 1024
#define RTF_FIELD  400

/* The destination of \template: anything but a plain path of a disk is elsewhere, since escapes
 * (\u-65432) are used to hide an address. */
static gboolean
rtf_template_is_remote(const unsigned char *p, size_t len)
{
  GString *target = g_string_new(NULL);
  gboolean remote, escaped = FALSE;

  for (size_t i = 0; i < len && i < RTF_TARGET && p[i] != '}'; i++) {
    if (p[i] == '\\' && i + 1 < len && (p[i + 1] == 'u' || p[i + 1] == '\''))
      escaped = TRUE;
    if (p[i] > ' ' && p[i] != '{' &&
        !(p[i] == '\\' && target->len && i + 1 < len && p[i + 1] == '\\'))
      g_string_append_c(target, (char)p[i]);
  }
  remote = escaped || strstr(target->str, "//") || g_str_has_prefix(target->str, "\\\\") ||
           target_is_elsewhere(target->str);
  g_string_free(target, TRUE);
  return remote;
}

/* Each target ends where the next one begins. */
static gboolean
rtf_has_remote_template(const unsigned char *p, const unsigned char *end)
{
  static const char word[] = "\\template";
  const size_t n = sizeof(word) - 1;
  gboolean remote = FALSE;

  for (p = memmem(p, (size_t)(end - p), word, n); p && !remote;) {
    const unsigned char *next = memmem(p + n, (size_t)(end - p) - n, word, n);

    p += n;
    remote = p < end && !g_ascii_isalpha(*p) &&
             rtf_template_is_remote(p, (size_t)((next ? next : end) - p));
    p = next;
  }
  return remote;
}

/* A word that is sought from place to place, each behind the last. */
typedef struct sought {
  const char *word;
  const unsigned char *at; /* where it stands next, or the end */
} Sought;

static gboolean
is_within(Sought *sought, const unsigned char *p, size_t room, const unsigned char *end)
{
  if (!sought->at || sought->at < p)
    sought->at = find_fold(p, (size_t)(end - p), sought->word);
  if (!sought->at)
    sought->at = end;
  return (size_t)(sought->at - p) + strlen(sought->word) <= room;
}

/* Does a field near which there is an address load what is there? */
static gboolean
rtf_field_includes(const unsigned char *p, const unsigned char *end)
{
  static const char word[] = "\\fldinst";
  Sought text = {"includetext", NULL}, picture = {"includepicture", NULL}, address = {"//", NULL};

  for (; (p = memmem(p, (size_t)(end - p), word, sizeof(word) - 1)) != NULL; p++) {
    const size_t room = MIN((size_t)(end - p), RTF_FIELD);

    if (is_within(&address, p, room, end) &&
        (is_within(&text, p, room, end) || is_within(&picture, p, room, end)))
      return TRUE;
  }
  return FALSE;
}

static BitSet
rtf_traits(const unsigned char *bytes, size_t len)
{
  enum { OCX, FIELD, TEMPLATE, OBJECTS };
  static const char *const signs[] = {[OCX] = "\\objocx",
                                      [FIELD] = "\\fldinst",
                                      [TEMPLATE] = "\\template",
                                      [OBJECTS] = "\\objdata",
                                      "\\objupdate",
                                      "\\objautlink",
                                      "\\objlink",
                                      "\\objemb",
                                      NULL};
  guint64 found = signs_find(signs, bytes, len);
  BitSet traits = found >= SIGN(OBJECTS) ? TRAIT(OLE_OBJECT) : 0;

  if (found & SIGN(OCX))
    traits |= TRAIT(ACTIVEX);
  if (find_fold(bytes, len, "equation.3"))
    traits |= TRAIT(EQUATION);
  if (found & (SIGN(FIELD) | SIGN(TEMPLATE)))
    traits |= rtf_instructions_traits(bytes, len);
  if (found & SIGN(FIELD) && rtf_field_includes(bytes, bytes + len))
    traits |= TRAIT(EXTERNAL_RELATIONSHIP);
  if (found & SIGN(TEMPLATE) && rtf_has_remote_template(bytes, bytes + len))
    traits |= TRAIT(REMOTE_TEMPLATE);
  return traits;
}

/* --- Office Open XML and its kin --- */

static gboolean
ends_with_any(const char *text, const char *const *ends)
{
  while (*ends && !g_str_has_suffix(text, *ends))
    ends++;
  return *ends != NULL;
}

/* One <Relationship>. What a reader clicks (a hyperlink) or merely sees (a picture on the web) is
 * no template; a linked object, frame or part is loaded when the file is opened. */
static BitSet
relationship_traits(gboolean external, const char *type, const char *target)
{
  static const char *const loaded[] = {"/frame",
                                       "/subDocument",
                                       "/oleObject",
                                       "/package",
                                       "/externalLinkPath",
                                       "/aFChunk",
                                       "/settings",
                                       "/webSettings",
                                       "/mailMergeSource",
                                       "/mailMergeHeaderSource",
                                       "/slideUpdateUrl",
                                       NULL};

  if (strstr(type, "/xlMacrosheet") || strstr(type, "/xlIntlMacrosheet"))
    return TRAIT(MACRO) | TRAIT(XLM);
  if (strstr(type, "/vbaProject"))
    return TRAIT(MACRO);
  if (g_str_has_suffix(type, "/control") || strstr(type, "/activeXControl"))
    return TRAIT(ACTIVEX);
  if (strstr(type, "/webextension"))
    return TRAIT(HTML_SCRIPT);
  if (!external)
    return g_str_has_suffix(type, "/oleObject") ? TRAIT(OLE_OBJECT) : 0;
  if (g_str_has_suffix(type, "/attachedTemplate") && target_is_elsewhere(target))
    return TRAIT(REMOTE_TEMPLATE);
  if ((ends_with_any(type, loaded) && target_is_elsewhere(target)) ||
      (g_str_has_suffix(type, "/image") && target_is_file_server(target)))
    return TRAIT(EXTERNAL_RELATIONSHIP);
  return 0;
}

/* Which of several attributes of a name counts only a parser knows, so each does. */
static BitSet
relationships_traits(const XmlItem *item)
{
  gboolean external = xml_item_has_value(item, "TargetMode", "External");
  BitSet traits = 0;
  char *type;

  for (unsigned i = 0; (type = xml_item_attribute_at(item, "Type", i)) != NULL; i++) {
    char *target;

    traits |= relationship_traits(external, type, "");
    for (unsigned n = 0; (target = xml_item_attribute_at(item, "Target", n)) != NULL; n++) {
      traits |= relationship_traits(external || target_is_elsewhere(target), type, target);
      g_free(target);
    }
    g_free(type);
  }
  return traits;
}

/* What is gathered of a part: comments and tags may stand in the midst of a word. Code of fields is
 * often split over runs on purpose, so all of it is strung together, and taken field by field as
 * well. */
typedef struct gathered {
  GString *code;
  WordFields word;           /* fields that are open */
  GString *formula;          /* that is open */
  const char *open;          /* the name of its element */
  gboolean in_code;          /* the element that is open is one of code */
  gboolean in_words;         /* … or of words that stand in a field */
  gboolean fields, formulas; /* the part may have some */
} Gathered;

static BitSet
field_ended(WordField *field)
{
  BitSet traits = field_code_traits(field->code->str);

  word_field_clear(field);
  return traits;
}

static BitSet
gather_field(Gathered *gathered, const XmlItem *item)
{
  BitSet traits = 0;
  WordField ended;
  char *code;

  for (unsigned i = 0; (code = xml_item_attribute_at(item, "instr", i)) != NULL; i++) {
    traits |= field_code_traits(code);
    g_string_append(gathered->code, code);
    g_free(code);
  }
  if (xml_item_is(item, "fldChar") && word_fields_mark(&gathered->word, item, &ended))
    traits |= field_ended(&ended);
  return traits;
}

/* What a click, or the mostly unwanted touch of a mouse, does on a slide. */
static BitSet
action_traits(const XmlItem *item)
{
  BitSet traits = 0;
  char *action;

  if (item->name_len < 5 || memcmp(item->name, "hlink", 5) != 0)
    return 0;
  for (unsigned i = 0; (action = xml_item_attribute_at(item, "action", i)) != NULL; i++) {
    traits |= slide_action_runs(action) ? TRAIT(HTML_SCRIPT) : 0;
    g_free(action);
  }
  return traits;
}

/* Of Word's XML of 2003, which names it without a relationship. */
static BitSet
template_traits(const XmlItem *item)
{
  BitSet traits = 0;
  char *target;

  if (!xml_item_is(item, "attachedTemplate"))
    return 0;
  for (unsigned i = 0; (target = xml_item_attribute_at(item, "val", i)) != NULL; i++) {
    traits |= target_is_elsewhere(target) ? TRAIT(REMOTE_TEMPLATE) : 0;
    g_free(target);
  }
  return traits;
}

static void
gather_attributes(const XmlItem *item, const char *name, GString *to)
{
  char *value;

  for (unsigned i = 0; (value = xml_item_attribute_at(item, name, i)) != NULL; i++) {
    g_string_append(to, value);
    g_free(value);
  }
}

static gboolean
code_starts_program(const GString *code)
{
  const unsigned char *bytes = (const unsigned char *)code->str;

  return find_fold(bytes, code->len, "ddeauto") || find_fold(bytes, code->len, "dde ");
}

static gboolean
is_formula(const XmlItem *item)
{
  static const char *const names[] = {"f",        "definedName", "formula",
                                      "formula1", "formula2",    "Path"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (xml_item_is(item, names[i]))
      return TRUE;
  return FALSE;
}

/* "application|topic!item"; a path of a link may lack the item. */
static gboolean
asks_program(const char *text, gboolean path)
{
  const char *bar = strchr(text, '|');

  return bar && (path || strchr(bar, '!'));
}

/* The formula that is open ends. */
static gboolean
formula_asks_program(Gathered *gathered)
{
  gboolean asks = gathered->open && asks_program(gathered->formula->str, gathered->open[0] == 'P');

  gathered->open = NULL;
  g_string_truncate(gathered->formula, 0);
  return asks;
}

static BitSet
gather_start(Gathered *gathered, const XmlItem *item)
{
  BitSet traits = 0;

  if (xml_item_is(item, "Relationship"))
    traits |= relationships_traits(item);
  traits |= action_traits(item) | template_traits(item);
  if (gathered->fields)
    traits |= gather_field(gathered, item);
  gathered->in_words = gathered->word.depth > 0 && xml_item_is(item, "t") && !item->empty;
  if (xml_item_is(item, "instrText") || xml_item_is(item, "delInstrText"))
    gathered->in_code = !item->empty;
  if (!gathered->formulas)
    return traits;
  if (!gathered->open) {
    gather_attributes(item, "Formula", gathered->formula);
    traits |= asks_program(gathered->formula->str, FALSE) ? TRAIT(DDE) : 0;
    g_string_truncate(gathered->formula, 0);
  }
  if (is_formula(item) && !item->empty) {
    traits |= formula_asks_program(gathered) ? TRAIT(DDE) : 0;
    gathered->open = item->name;
  }
  return traits;
}

static BitSet
gather_close(Gathered *gathered, const XmlItem *item)
{
  if (xml_item_is(item, "instrText") || xml_item_is(item, "delInstrText"))
    gathered->in_code = FALSE;
  gathered->in_words &= !xml_item_is(item, "t");
  return is_formula(item) && formula_asks_program(gathered) ? TRAIT(DDE) : 0;
}

static void
gather_text(Gathered *gathered, const XmlItem *item)
{
  g_autofree char *text = xml_item_text(item);

  if (gathered->in_words) {
    word_fields_words(&gathered->word, text);
    return;
  }
  if (gathered->in_code)
    word_fields_code(&gathered->word, text);
  g_string_append(gathered->in_code ? gathered->code : gathered->formula, text);
}

/* Relationships, fields and formulas. */
static BitSet
markup_traits(const unsigned char *bytes, size_t len, gboolean fields, gboolean formulas)
{
  Gathered gathered = {.code = g_string_new(NULL),
                       .formula = g_string_new(NULL),
                       .fields = fields,
                       .formulas = formulas};
  XmlScan scan = {.at = (const char *)bytes, .end = (const char *)bytes + len};
  BitSet traits = 0;
  WordField ended;
  XmlItem item;

  while (xml_scan_next(&scan, &item))
    if (item.kind == XML_START) {
      traits |= gather_start(&gathered, &item);
    } else if (item.kind == XML_CLOSE) {
      traits |= gather_close(&gathered, &item);
    } else if (gathered.in_code || gathered.in_words || gathered.open) {
      gather_text(&gathered, &item);
    }
  while (gathered.word.depth > 0) /* never ended */
    if (word_fields_end(&gathered.word, &ended))
      traits |= field_ended(&ended);
  if (formula_asks_program(&gathered) || code_starts_program(gathered.code))
    traits |= TRAIT(DDE);
  g_string_free(gathered.code, TRUE);
  g_string_free(gathered.formula, TRUE);
  return traits;
}

/* A connection of a workbook that asks its server when the workbook is opened. */
static gboolean
refreshes_itself(const unsigned char *bytes, size_t len)
{
  XmlScan scan = {.at = (const char *)bytes, .end = (const char *)bytes + len};
  XmlItem item;

  while (xml_scan_next(&scan, &item)) {
    if (item.kind == XML_START &&
        (xml_item_is(&item, "connection") || xml_item_is(&item, "queryTable")) &&
        (xml_item_has_value(&item, "refreshOnLoad", "1") ||
         xml_item_has_value(&item, "refreshOnLoad", "true")))
      return TRUE;
  }
  return FALSE;
}

/* name: of a package's member, or "" for a file that is XML as a whole. */
static BitSet
utf8_traits(const char *name, const unsigned char *bytes, size_t len)
{
  enum {
    RELATIONSHIP,
    REFRESH,
    FIELD,
    FIELD_MARK,
    ACTION,
    TEMPLATE,
    OBJECT,
    ODF,
    ODF_OLD,
    XHTML,
    SVG,
    SURE
  };
  static const char *const signs[] = {
      [RELATIONSHIP] = "Relationship",
      [REFRESH] = "refreshOnLoad",
      [FIELD] = "instr",
      [FIELD_MARK] = "fldChar",
      [ACTION] = "hlink",
      [TEMPLATE] = "attachedTemplate",
      [OBJECT] = ":OLEObject",
      [ODF] = "opendocument:xmlns",
      [ODF_OLD] = "openoffice.org/2",
      [XHTML] = "www.w3.org/1999/xhtml",
      [SVG] = "www.w3.org/2000/svg",
      [SURE] = "vnd.ms-office.vba",
      "docSuppData", /* in Word's XML of 2003 */
      "vnd.ms-excel.macrosheet",
      "<ddeLink",
      ":ddeLink",
      "activeX+xml",
      "oleLink ",
      "oleLink\t",
      "oleLink\n",
      "oleLink\r",
      ":encryption-data",
      "<encryption-data",
      NULL,
  };
  static const BitSet means[] = {
      TRAIT(MACRO),      TRAIT(MACRO),      TRAIT(MACRO) | TRAIT(XLM), TRAIT(DDE),
      TRAIT(DDE),        TRAIT(ACTIVEX),    TRAIT(OLE_OBJECT),         TRAIT(OLE_OBJECT),
      TRAIT(OLE_OBJECT), TRAIT(OLE_OBJECT), TRAIT(ENCRYPTED),          TRAIT(ENCRYPTED),
  };
  guint64 found = signs_find(signs, bytes, len);
  gboolean references = xml_has_references((const char *)bytes, len);
  gboolean formulas = references || memchr(bytes, '|', len) != NULL;
  gboolean fields = (found & (SIGN(FIELD) | SIGN(FIELD_MARK))) != 0;
  BitSet traits = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(means); i++)
    if (found & SIGN(SURE + i))
      traits |= means[i];
  if (formulas || fields || found & (SIGN(RELATIONSHIP) | SIGN(ACTION) | SIGN(TEMPLATE)))
    traits |= markup_traits(bytes, len, fields, formulas);
  if (found & SIGN(REFRESH) && refreshes_itself(bytes, len))
    traits |= TRAIT(EXTERNAL_RELATIONSHIP);
  if (found & SIGN(OBJECT) && !*name)
    traits |= TRAIT(OLE_OBJECT);
  if (found & (SIGN(XHTML) | SIGN(SVG)) && !*name) /* browsers show it as a page */
    traits |= xml_page_traits((const char *)bytes, len);
  if (references || found & (SIGN(ODF) | SIGN(ODF_OLD)))
    traits |= odf_traits((const char *)bytes, len);
  return traits;
}

/* Office reads its parts in UTF-16 too. */
static BitSet
xml_traits(const char *name, const unsigned char *bytes, size_t len)
{
  gsize written = len;
  gboolean wide;
  g_autofree char *utf8 = xml_from_utf16(bytes, len, &written, &wide);
  const char *text = wide ? utf8 : (const char *)bytes;
  BitSet traits;

  if (!text)
    return TRAIT(CORRUPT);
  traits = utf8_traits(name, (const unsigned char *)text, written);
  return *name && written > 0 && !xml_is_plain(text, written) ? traits | TRAIT(CORRUPT) : traits;
}

/* An external link of a binary workbook ([MS-XLSB] 2.4.217, BrtBeginSupBook): 1 is DDE. */
static gboolean
binary_link_is_dde(const unsigned char *bytes, size_t len)
{
  size_t at = 2;

  if (len < 8 || bytes[0] != 0xe8 || bytes[1] != 0x02)
    return FALSE;
  while (at < 6 && bytes[at] & 0x80)
    at++;
  return bytes[at + 1] == 1 && at + 2 < len;
}

static BitSet
part_traits(const char *name, const unsigned char *bytes, size_t len)
{
  g_autofree char *lower = g_ascii_strdown(name, -1);
  BitSet traits = active_member_traits(name);

  return strstr(lower, "externallink") && binary_link_is_dde(bytes, len) ? traits | TRAIT(DDE)
                                                                         : traits;
}

BitSet
active_member_traits(const char *member)
{
  g_autofree char *lower = g_ascii_strdown(member, -1);

  if (strstr(lower, "xl/macrosheets/"))
    return TRAIT(MACRO) | TRAIT(XLM);
  if (strstr(lower, "vbaproject") || g_str_has_prefix(lower, "basic/") ||
      g_str_has_prefix(lower, "scripts/"))
    return TRAIT(MACRO);
  if (strstr(lower, "/embeddings/oleobject"))
    return TRAIT(OLE_OBJECT);
  if (strstr(lower, "/activex/"))
    return TRAIT(ACTIVEX);
  return strstr(lower, "webextensions/") ? TRAIT(HTML_SCRIPT) : 0;
}

/* --- macros --- */

gboolean
active_macro_runs_itself(const unsigned char *source, size_t len)
{
  static const char *const names[] = {"autoopen",      "auto_open",         "autoexec",
                                      "autoclose",     "auto_close",        "autonew",
                                      "document_open", "document_new",      "document_close",
                                      "workbook_open", "workbook_activate", "workbook_beforeclose",
                                      "autoexit",      "_layout",           "_painted"};

  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (find_fold(source, len, names[i]))
      return TRUE;
  return FALSE;
}

/* --- files --- */

/* Word takes an MHTML document or an ActiveMime part wherever it stands in the file, even behind
 * a PDF header (THREATS A-038). */
static BitSet
hidden_traits(const unsigned char *bytes, size_t len)
{
  static const char *const signs[] = {"QWN0aXZlTWltZQ",
                                      "MIME-Version:", "Content-Location:", "editdata.mso", NULL};
  const guint64 page = SIGN(1) | SIGN(2) | SIGN(3);
  guint64 found = signs_find(signs, bytes, len);

  return found & SIGN(0) || (found & page) == page ? TRAIT(MACRO) : 0;
}

/* A part that is called XML is no page of its own. */
static gboolean
is_page(const char *type, const char *name)
{
  return (strcmp(type, "text/html") == 0 || strcmp(type, "image/svg+xml") == 0) &&
         !xml_is_part_name(name);
}

/* Of a package: a document says which of its parts are XML, whatever they look like, so this comes
 * first. A drawing or a page in it may declare what other parts may not. */
static BitSet
xml_part_traits(const char *type, const char *name, const unsigned char *bytes, size_t len)
{
  BitSet traits = xml_is_part(name, bytes, len) ? xml_traits(name, bytes, len) : 0;

  return is_page(type, name) ? traits & ~TRAIT(CORRUPT) : traits;
}

BitSet
active_traits(const char *type, const char *name, const unsigned char *bytes, size_t len)
{
  BitSet traits = *name ? part_traits(name, bytes, len) : 0;

  /* A damaged part acts no more than a whole one, and goes with the others that act. */
  if (compound_is(bytes, len))
    return traits | (compound_traits(bytes, len) & ~(*name ? TRAIT(CORRUPT) : 0));
  traits |= *name ? xml_part_traits(type, name, bytes, len) : 0;
  if (strcmp(type, "application/pdf") == 0)
    return traits | active_pdf_traits(bytes, len) | hidden_traits(bytes, len);
  if (strcmp(type, "text/rtf") == 0)
    return traits | rtf_traits(bytes, len);
  if (is_page(type, name))
    traits |= page_active_traits(bytes, len);
  if (strcmp(type, "application/x-mimearchive") == 0)
    traits |= page_active_traits(bytes, len) | hidden_traits(bytes, len);
  if (strcmp(type, "application/x-activemime") == 0)
    traits |= TRAIT(MACRO);
  if (!*name && (strcmp(type, "text/xml") == 0 || strcmp(type, "application/x-office-xml") == 0))
    traits |= xml_traits(name, bytes, len);
  return traits;
}

BitSet
active_umbrella(BitSet traits)
{
  static const BitSet active = TRAIT(MACRO) | TRAIT(REMOTE_TEMPLATE) | TRAIT(AUTO_RUN) |
                               TRAIT(XLM) | TRAIT(DDE) | TRAIT(EXTERNAL_RELATIONSHIP) |
                               TRAIT(OLE_OBJECT) | TRAIT(EQUATION) | TRAIT(ACTIVEX) |
                               TRAIT(PDF_JAVASCRIPT) | TRAIT(PDF_LAUNCH) | TRAIT(PDF_ACTION) |
                               TRAIT(PDF_MEDIA) | TRAIT(HTML_SCRIPT);

  return traits & active ? traits | TRAIT(ACTIVE_CONTENT) : traits;
}
