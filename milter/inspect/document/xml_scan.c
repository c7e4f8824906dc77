/* xml_scan.c - tags and texts of XML. */
#include "xml_scan.h"

#include <string.h>

#include "utf16.h"

static gboolean
is_space(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static gboolean
is_at(const XmlScan *scan, const char *text)
{
  size_t len = strlen(text);

  return (size_t)(scan->end - scan->at) >= len && memcmp(scan->at, text, len) == 0;
}

/* Behind what ends so, of which `begin` has been seen and is no part of the end: "<!-->" ends no
 * comment. */
static const char *
behind(const XmlScan *scan, const char *begin, const char *text)
{
  const char *from = scan->at + strlen(begin);
  const char *found = memmem(from, (size_t)(scan->end - from), text, strlen(text));

  return found ? found + strlen(text) : scan->end;
}

/* A '>' inside an attribute's value ends no tag. */
static const char *
tag_end(const char *p, const char *end)
{
  while (p < end && *p != '>') {
    if (*p == '"' || *p == '\'') {
      const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));

      if (!close)
        return end;
      p = close;
    }
    p++;
  }
  return p;
}

/* A document type has addresses in quotation marks, where nothing ends it. Where it would never
 * end, nobody takes it for one; nor is the next one looked through to the end. */
static const char *
behind_declaration(XmlScan *scan)
{
  const char *end = scan->torn ? scan->end : tag_end(scan->at, scan->end);

  scan->torn = end == scan->end;
  return scan->torn ? behind(scan, "<!", ">") : end + 1;
}

static void
read_tag(XmlScan *scan, XmlItem *item)
{
  const char *p = ++scan->at, *end = tag_end(p, scan->end);
  const char *stop;

  scan->at = end < scan->end ? end + 1 : end;
  item->kind = p < end && *p == '/' ? XML_CLOSE : XML_START;
  p += item->kind == XML_CLOSE;
  for (stop = p; stop < end && !is_space(*stop) && *stop != '/';)
    stop++;
  item->name = p;
  for (; p < stop; p++)
    if (*p == ':')
      item->name = p + 1;
  item->name_len = (size_t)(stop - item->name);
  item->empty = end > stop && end[-1] == '/';
  item->body = stop;
  item->len = (size_t)(end - stop) - (item->empty ? 1 : 0);
}

static void
read_text(XmlScan *scan, XmlItem *item, const char *end)
{
  item->kind = XML_TEXT;
  item->body = scan->at;
  item->len = (size_t)(end - scan->at);
  scan->at = end;
}

static void
read_cdata(XmlScan *scan, XmlItem *item)
{
  const char *end;

  scan->at += strlen("<![CDATA[");
  end = behind(scan, "", "]]>");
  item->kind = XML_TEXT;
  item->raw = TRUE;
  item->body = scan->at;
  item->len = (size_t)(end - scan->at);
  item->len -= item->len >= 3 && memcmp(end - 3, "]]>", 3) == 0 ? 3 : 0;
  scan->at = end;
}

gboolean
xml_scan_next(XmlScan *scan, XmlItem *item)
{
  *item = (XmlItem){0};
  while (scan->at < scan->end) {
    if (*scan->at != '<') {
      const char *next = memchr(scan->at, '<', (size_t)(scan->end - scan->at));

      read_text(scan, item, next ? next : scan->end);
      return TRUE;
    }
    if (is_at(scan, "<!--")) {
      scan->at = behind(scan, "<!--", "-->");
    } else if (is_at(scan, "<![CDATA[")) {
      read_cdata(scan, item);
      return TRUE;
    } else if (is_at(scan, "<?")) {
      scan->at = behind(scan, "<?", "?>");
    } else if (is_at(scan, "<!")) {
      scan->at = behind_declaration(scan);
    } else {
      read_tag(scan, item);
      return TRUE;
    }
  }
  return FALSE;
}

/* --- references --- */

gboolean
xml_has_references(const char *text, size_t len)
{
  const char *end = text + len;

  for (const char *p = text; (p = memchr(p, '&', (size_t)(end - p))) != NULL; p++)
    if (p + 1 < end && p[1] == '#')
      return TRUE;
  return FALSE;
}

/* The character that the reference at p stands for, and its length; 0 for none. */
static gunichar
reference(const char *p, const char *end, size_t *len)
{
  static const struct {
    const char *name;
    char c;
  } named[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  guint64 c = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(named); i++)
    if (g_str_has_prefix(p, named[i].name)) {
      *len = strlen(named[i].name);
      return (gunichar)named[i].c;
    }
  if (end - p > 3 && p[1] == '#') {
    gboolean hex = p[2] == 'x' || p[2] == 'X';
    const char *digits = p + 2 + hex;
    char *stop = NULL;

    if (hex ? g_ascii_isxdigit(*digits) : g_ascii_isdigit(*digits))
      c = g_ascii_strtoull(digits, &stop, hex ? 16 : 10);
    if (stop && *stop == ';' && c > 0 && c < 0x110000 && g_unichar_validate((gunichar)c)) {
      *len = (size_t)(stop + 1 - p);
      return (gunichar)c;
    }
  }
  return 0;
}

static char *
undo(const char *raw, size_t len)
{
  g_autofree char *text = g_strndup(raw, len);
  GString *out;
  const char *p = text, *end = text + strlen(text);

  if (!strchr(text, '&'))
    return g_steal_pointer(&text);
  out = g_string_sized_new(len);
  while (p < end) {
    size_t skip = 0;
    gunichar c = *p == '&' ? reference(p, end, &skip) : 0;

    if (skip)
      g_string_append_unichar(out, c);
    else
      g_string_append_c(out, *p);
    p += skip ? skip : 1;
  }
  return g_string_free(out, FALSE);
}

char *
xml_item_text(const XmlItem *item)
{
  return item->raw ? g_strndup(item->body, item->len) : undo(item->body, item->len);
}

/* --- attributes --- */

static const char *
skip_space(const char *p, const char *end)
{
  while (p < end && is_space(*p))
    p++;
  return p;
}

char *
xml_item_attribute(const XmlItem *item, const char *name)
{
  return xml_item_attribute_at(item, name, 0);
}

char *
xml_item_attribute_at(const XmlItem *item, const char *name, unsigned n)
{
  const char *p = item->body, *end = item->body + item->len;
  size_t wanted = strlen(name);

  while ((p = skip_space(p, end)) < end) {
    const char *start = p, *close;
    size_t len;

    for (; p < end && *p != '=' && !is_space(*p); p++)
      if (*p == ':')
        start = p + 1;
    len = (size_t)(p - start);
    p = skip_space(p, end);
    if (p >= end || *p != '=')
      continue;
    p = skip_space(p + 1, end);
    if (p >= end || (*p != '"' && *p != '\''))
      continue;
    close = memchr(p + 1, *p, (size_t)(end - p - 1));
    if (!close)
      return NULL;
    if (len == wanted && memcmp(start, name, len) == 0 && n-- == 0)
      return undo(p + 1, (size_t)(close - p - 1));
    p = close + 1;
  }
  return NULL;
}

gboolean
xml_item_has_value(const XmlItem *item, const char *name, const char *value)
{
  gboolean has = FALSE;
  char *one;

  for (unsigned n = 0; !has && (one = xml_item_attribute_at(item, name, n)) != NULL; n++) {
    has = g_ascii_strcasecmp(one, value) == 0;
    g_free(one);
  }
  return has;
}

/* --- encodings --- */

static const char *
markup_start(const char *text, const char *end)
{
  if (end - text >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0)
    text += 3;
  return skip_space(text, end);
}

gboolean
xml_is_markup(const char *text, size_t len)
{
  const char *start = markup_start(text, text + len);

  return start < text + len && *start == '<';
}

gboolean
xml_is_part_name(const char *name)
{
  static const char *const endings[] = {".xml", ".rels", ".vml"};
  const size_t length = strlen(name);

  for (size_t i = 0; i < G_N_ELEMENTS(endings); i++) {
    const size_t tail = strlen(endings[i]);

    if (length >= tail && g_ascii_strcasecmp(name + length - tail, endings[i]) == 0)
      return TRUE;
  }
  return FALSE;
}

gboolean
xml_is_part(const char *name, const unsigned char *bytes, size_t len)
{
  Utf16Order order;

  return xml_is_part_name(name) || utf16_is_xml(bytes, len, &order) ||
         xml_is_markup((const char *)bytes, len);
}

/* The name in <?xml encoding="…"?>, in lower case; NULL if there is none. */
static char *
declared_encoding(const char *text, size_t len)
{
  XmlItem item = {.body = markup_start(text, text + len)};
  const char *end = text + len, *close = memmem(item.body, (size_t)(end - item.body), "?>", 2);
  g_autofree char *name = NULL;

  if (!close || close - item.body < 5 || memcmp(item.body, "<?xml", 5) != 0)
    return NULL;
  item.body += 5;
  item.len = (size_t)(close - item.body);
  name = xml_item_attribute(&item, "encoding");
  return name ? g_ascii_strdown(name, -1) : NULL;
}

/* Charsets in which every byte below 0x40 is that of ASCII; UTF-16 has been undone. */
static gboolean
is_ascii_based(const char *encoding)
{
  static const char *const begins[] = {"utf-8",     "utf8",  "utf-16", "utf16",   "us-ascii",
                                       "ascii",     "big5",  "gb",     "euc-",    "shift_jis",
                                       "iso-8859-", "koi8-", "tis-",   "windows-"};

  for (size_t i = 0; i < G_N_ELEMENTS(begins); i++)
    if (g_str_has_prefix(encoding, begins[i]))
      return TRUE;
  return FALSE;
}

/* Entities, default attributes, a subset of its own: what a reader may make of markup is then
 * elsewhere. The letter that all of that has is seldom in a part. */
static gboolean
declares(const char *text, const char *end)
{
  const char *close = text; /* of the last document type */

  for (const char *p = text; (p = memchr(p, '!', (size_t)(end - p))) != NULL; p++) {
    const XmlScan declared = {.at = p + 1, .end = end};

    if (p == text || p[-1] != '<')
      continue;
    if (is_at(&declared, "ENTITY") || is_at(&declared, "ATTLIST"))
      return TRUE;
    if (p < close || !is_at(&declared, "DOCTYPE"))
      continue;
    close = tag_end(p, end);
    if (close == end || memchr(p, '[', (size_t)(close - p)))
      return TRUE;
  }
  return FALSE;
}

gboolean
xml_is_plain(const char *text, size_t len)
{
  g_autofree char *encoding = declared_encoding(text, len);

  return xml_is_markup(text, len) && !memchr(text, 0, len) && !declares(text, text + len) &&
         (!encoding || is_ascii_based(encoding));
}

char *
xml_from_utf16(const unsigned char *bytes, size_t len, gsize *written, gboolean *wide)
{
  Utf16Order order;

  *wide = utf16_is_xml(bytes, len, &order);
  return *wide ? utf16_decode(bytes, len, order, written) : NULL;
}
