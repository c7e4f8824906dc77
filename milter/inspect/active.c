/* active.c - what in a document acts by itself: macros, fields that start programs, templates
 * from elsewhere, embedded objects, scripts.
 *
 * libclamav unpacks; this looks at what came out, layer by layer. Nothing here needs a document
 * to be well formed: marks are searched in the bytes, because a reader repairs what a strict
 * parser refuses. A mark that stands there without effect only makes us more careful. Each search
 * is one pass over the bytes. */
#include "content.h"
#include "finding.h"

#include <string.h>

static gboolean
holds(const unsigned char *bytes, size_t len, const char *text)
{
  return memmem(bytes, len, text, strlen(text)) != NULL;
}

static gboolean
holds_any(const unsigned char *bytes, size_t len, const char *const *texts)
{
  for (; *texts; texts++)
    if (holds(bytes, len, *texts))
      return TRUE;
  return FALSE;
}

/* The first place of text, ASCII case ignored (text is lower case), or NULL. */
static const unsigned char *
find_fold(const unsigned char *bytes, size_t len, const char *text)
{
  size_t n = strlen(text);
  const unsigned char *end = bytes + len;
  const unsigned char *p = bytes;

  while (n <= (size_t)(end - p)) {
    size_t room = (size_t)(end - p) - n + 1;
    const unsigned char *low = memchr(p, text[0], room);
    const unsigned char *high = memchr(p, g_ascii_toupper(text[0]), low ? (size_t)(low - p) : room);

    p = high ? high : low;
    if (!p)
      return NULL;
    if (g_ascii_strncasecmp((const char *)p, text, n) == 0)
      return p;
    p++;
  }
  return NULL;
}

/* --- PDF --- */

/* Names are compared with #xx undone (ISO 32000 7.3.5). */
static gboolean
pdf_name_is(const unsigned char *p, const unsigned char *end, const char *name)
{
  for (; *name; name++) {
    unsigned char c;

    if (p >= end)
      return FALSE;
    c = *p++;
    if (c == '#' && end - p >= 2 && g_ascii_isxdigit(p[0]) && g_ascii_isxdigit(p[1])) {
      c = (unsigned char)(g_ascii_xdigit_value((char)p[0]) * 16 + g_ascii_xdigit_value((char)p[1]));
      p += 2;
    }
    if (c != (unsigned char)*name)
      return FALSE;
  }
  return p >= end || !(g_ascii_isalnum(*p) || *p == '#' || *p == '_' || *p == '-');
}

/* Not among these: forms (XFA, SubmitForm) and files kept inside, which are everyday; a script in a
 * form is seen as such, and such files are unpacked and judged themselves. */
static const char *const pdf_active[] = {"JavaScript", "JS",    "Launch",
                                         "RichMedia",  "GoToE", "ImportData"};

guint64
active_pdf_traits(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = memchr(p, '/', (size_t)(end - p))) != NULL;) {
    p++;
    /* Every name of interest begins with one of these, plain or escaped. */
    if (p < end && strchr("JLRGI#", *p) && *p)
      for (size_t i = 0; i < G_N_ELEMENTS(pdf_active); i++)
        if (pdf_name_is(p, end, pdf_active[i]))
          return TRAIT(ACTIVE_CONTENT);
  }
  return 0;
}

/* --- RTF --- */

static gboolean
is_elsewhere(const char *target)
{
  static const char *const prefixes[] = {"http:", "https:", "ftp:",   "mhtml:",  "\\\\",
                                         "//",    "mk:",    "script", "ms-its:", "data:"};
  g_autofree char *lower = g_ascii_strdown(target, -1);

  for (size_t i = 0; i < G_N_ELEMENTS(prefixes); i++)
    if (g_str_has_prefix(lower, prefixes[i]))
      return TRUE;
  if (!g_str_has_prefix(lower, "file:"))
    return FALSE;
  /* file:///C:/… is on the reader's own disk, file://host/… and file:///\\host are not. */
  return !(g_str_has_prefix(lower, "file:///") && g_ascii_isalpha(lower[8]) &&
           (lower[9] == ':' || lower[9] == '|')) &&
         strcmp(lower, "file:") != 0;
}

#define RTF_TARGET 1024

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
           is_elsewhere(target->str);
  g_string_free(target, TRUE);
  return remote;
}

static guint64
rtf_traits(const unsigned char *bytes, size_t len)
{
  static const char *const objects[] = {"\\objdata", "\\objupdate", "\\objocx", "\\objautlink",
                                        "\\objlink", "\\objemb",    NULL};
  const unsigned char *end = bytes + len;
  const unsigned char *field = bytes;
  guint64 traits = 0;

  if (holds_any(bytes, len, objects))
    traits |= TRAIT(ACTIVE_CONTENT);
  while ((field = memmem(field, (size_t)(end - field), "\\fldinst", 8)) != NULL) {
    size_t room = MIN((size_t)(end - field), 400);

    if (find_fold(field, room, "dde"))
      traits |= TRAIT(ACTIVE_CONTENT);
    if (find_fold(field, room, "includetext") || find_fold(field, room, "includepicture"))
      traits |= holds(field, room, "//") ? TRAIT(REMOTE_TEMPLATE) : 0;
    field += 8;
  }
  for (const unsigned char *p = bytes;
       (p = memmem(p, (size_t)(end - p), "\\template", 9)) != NULL;) {
    p += 9;
    if (p < end && !g_ascii_isalpha(*p) && rtf_template_is_remote(p, (size_t)(end - p)))
      traits |= TRAIT(REMOTE_TEMPLATE);
  }
  return traits;
}

/* --- Office Open XML and its kin --- */

/* The value of an attribute in the tag that begins at p, in a new string, or NULL. */
static char *
attribute(const unsigned char *tag, size_t len, const char *name)
{
  g_autofree char *key = g_strdup_printf("%s=", name);
  const unsigned char *p = memmem(tag, len, key, strlen(key));
  const unsigned char *close;

  if (!p || p == tag || !g_ascii_isspace(p[-1]))
    return NULL;
  p += strlen(key);
  if (p >= tag + len || (*p != '"' && *p != '\''))
    return NULL;
  close = memchr(p + 1, *p, (size_t)(tag + len - p - 1));
  return close ? g_strndup((const char *)p + 1, (gsize)(close - p - 1)) : NULL;
}

/* One <Relationship>. What a reader clicks (a hyperlink) or merely sees (a picture) is no
 * template; a linked object, frame or part is loaded when the file is opened. */
static guint64
relationship_traits(const unsigned char *tag, size_t len)
{
  static const char *const loaded[] = {
      "/attachedTemplate", "/frame",   "/subDocument", "/oleObject",   "/package",
      "/externalLinkPath", "/aFChunk", "/settings",    "/webSettings", NULL};
  g_autofree char *mode = attribute(tag, len, "TargetMode");
  g_autofree char *target = attribute(tag, len, "Target");
  g_autofree char *type = attribute(tag, len, "Type");

  if (type && (strstr(type, "/vbaProject") || strstr(type, "/xlMacrosheet") ||
               strstr(type, "/xlIntlMacrosheet")))
    return TRAIT(MACRO);
  if (!mode || g_ascii_strcasecmp(mode, "External") != 0 || !target || !type)
    return 0;
  for (size_t i = 0; loaded[i]; i++)
    if (g_str_has_suffix(type, loaded[i]) && is_elsewhere(target))
      return TRAIT(REMOTE_TEMPLATE);
  return 0;
}

static guint64
relationships_traits(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;
  guint64 traits = 0;

  for (const unsigned char *p = bytes;
       (p = memmem(p, (size_t)(end - p), "Relationship ", 13)) != NULL;) {
    const unsigned char *close = memchr(p, '>', (size_t)(end - p));
    size_t n = close ? (size_t)(close - p) : (size_t)(end - p);

    traits |= relationship_traits(p, n);
    p += MAX(n, 13);
    if (p >= end)
      break;
  }
  return traits;
}

/* Field code is often split over runs on purpose, so all of it is strung together: the text of
 * <w:instrText>, and of w:instr attributes. */
static gboolean
fields_start_programs(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;
  GString *code = g_string_new(NULL);
  gboolean found;

  for (const unsigned char *p = bytes; (p = memmem(p, (size_t)(end - p), "instr", 5)) != NULL;) {
    const unsigned char *from =
        p + 5 < end && p[5] == '=' ? p + 6 : memchr(p, '>', (size_t)(end - p));
    const unsigned char *to;

    if (!from || from + 1 >= end)
      break;
    to = memchr(from + 1, from[0] == '>' ? '<' : from[0], (size_t)(end - from - 1));
    if (!to)
      break;
    g_string_append_len(code, (const char *)from + 1, (gssize)(to - from - 1));
    p = to;
    if (p < end && *p == '<') /* not the end tag again */
      p = memchr(p, '>', (size_t)(end - p));
    if (!p)
      break;
  }
  found = find_fold((const unsigned char *)code->str, code->len, "ddeauto") ||
          find_fold((const unsigned char *)code->str, code->len, "dde ");
  g_string_free(code, TRUE);
  return found;
}

static guint64
xml_traits(const unsigned char *bytes, size_t len)
{
  static const char *const macros[] = {"vnd.ms-office.vba", "macrosPresent=\"yes\"",
                                       "<script:event-listener", "vnd.ms-excel.macrosheet", NULL};
  static const char *const active[] = {"<ddeLink",     ":ddeLink",        "oleLink ", "activeX+xml",
                                       "<o:OLEObject", "<table:dde-link", NULL};
  guint64 traits = 0;

  if (holds(bytes, len, "Relationship "))
    traits |= relationships_traits(bytes, len);
  if (holds_any(bytes, len, macros))
    traits |= TRAIT(MACRO);
  if (holds_any(bytes, len, active) ||
      (holds(bytes, len, "instr") && fields_start_programs(bytes, len)))
    traits |= TRAIT(ACTIVE_CONTENT);
  if (holds(bytes, len, "manifest:encryption-data"))
    traits |= TRAIT(ENCRYPTED);
  return traits;
}

guint64
active_member_traits(const char *member)
{
  g_autofree char *lower = g_ascii_strdown(member, -1);

  if (strstr(lower, "vbaproject") || strstr(lower, "xl/macrosheets/") ||
      g_str_has_prefix(lower, "basic/") || g_str_has_prefix(lower, "scripts/"))
    return TRAIT(MACRO);
  if (strstr(lower, "/embeddings/oleobject") || strstr(lower, "/activex/"))
    return TRAIT(ACTIVE_CONTENT);
  return 0;
}

/* --- HTML, SVG --- */

/* An attribute on…= in a tag: onload, onclick. */
static gboolean
has_handler(const unsigned char *bytes, size_t len)
{
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = find_fold(p, (size_t)(end - p), "on")) != NULL;
       p += 2) {
    const unsigned char *q = p + 2;

    if (p == bytes || !strchr(" \t\r\n\f/\"'", p[-1]) || !p[-1])
      continue;
    while (q < end && g_ascii_isalpha(*q) && q - p < 24)
      q++;
    if (q > p + 3 && q < end && *q == '=')
      return TRUE;
  }
  return FALSE;
}

static guint64
html_traits(const unsigned char *bytes, size_t len)
{
  static const char *const marks[] = {
      "<script", "javascript:", "vbscript:", "<object", "<embed", "<applet"};

  for (size_t i = 0; i < G_N_ELEMENTS(marks); i++)
    if (find_fold(bytes, len, marks[i]))
      return TRAIT(ACTIVE_CONTENT);
  return has_handler(bytes, len) ? TRAIT(ACTIVE_CONTENT) : 0;
}

/* Word takes an MHTML document or an ActiveMime part wherever it stands in the file, even behind
 * a PDF header (THREATS A-038). */
static guint64
hidden_traits(const unsigned char *bytes, size_t len)
{
  if (holds(bytes, len, "QWN0aXZlTWltZQ") ||
      (holds(bytes, len, "MIME-Version:") && holds(bytes, len, "Content-Location:") &&
       holds(bytes, len, "editdata.mso")))
    return TRAIT(MACRO);
  return 0;
}

guint64
active_traits(const char *type, const char *name, const unsigned char *bytes, size_t len)
{
  guint64 traits = *name ? active_member_traits(name) : 0;

  if (compound_is(bytes, len))
    return traits | compound_traits(bytes, len);
  if (strcmp(type, "application/pdf") == 0)
    return traits | active_pdf_traits(bytes, len) | hidden_traits(bytes, len);
  if (strcmp(type, "text/rtf") == 0)
    return traits | rtf_traits(bytes, len);
  if (strcmp(type, "text/html") == 0 || strcmp(type, "image/svg+xml") == 0)
    traits |= html_traits(bytes, len);
  if (strcmp(type, "application/x-mimearchive") == 0)
    traits |= html_traits(bytes, len) | hidden_traits(bytes, len);
  if (strcmp(type, "application/x-activemime") == 0)
    traits |= TRAIT(MACRO);
  if (strcmp(type, "text/xml") == 0 || strcmp(type, "application/x-office-xml") == 0)
    traits |= xml_traits(bytes, len);
  return traits;
}
