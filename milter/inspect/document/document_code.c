/* document_code.c - codes of fields (ECMA-376 part 1, 17.16) and formulas, as far as they lead
 * somewhere. Neither is read to the end: an address stands where a person writes it, and what is
 * put together by other means shows up as a piece of one. */
#include "document.h"

#include <string.h>

#include "../signs.h"
#include "finding.h"
#include "utf16.h"
#include "xml_scan.h"

static gboolean
is_blank(char c)
{
  return c != '\0' && strchr(" \t\r\n", c) != NULL;
}

/* Word takes typographic quotation marks too: U+201C to U+201E. */
static size_t
quote_length(const char *p)
{
  if (*p == '"')
    return 1;
  return (unsigned char)p[0] == 0xe2 && (unsigned char)p[1] == 0x80 &&
                 (unsigned char)p[2] >= 0x9c && (unsigned char)p[2] <= 0x9e
             ? 3
             : 0;
}

/* One argument: in quotation marks, with backslashes before those and before itself, or up to a
 * blank. *p moves behind it. */
static char *
read_argument(const char **p)
{
  GString *out = g_string_new(NULL);
  const char *at = *p;
  gboolean quoted = quote_length(at) > 0;

  at += quote_length(at);
  while (*at != '\0' && (quoted ? quote_length(at) == 0 : !is_blank(*at))) {
    if (at[0] == '\\' && (at[1] == '\\' || at[1] == '"'))
      at++;
    g_string_append_c(out, *at++);
  }
  *p = at + (quoted ? quote_length(at) : 0);
  return g_string_free(out, FALSE);
}

/* Behind a backslash: its letter and, for those that have one, its argument, which is no address:
 * of HYPERLINK a place, a frame and a tip (17.16.5.25), of any field how its result is shown. */
static void
skip_switch(const char **p)
{
  char letter = g_ascii_tolower(**p);

  if (letter != '\0')
    (*p)++;
  if (letter == '\0' || strchr("lot*#@", letter) == NULL)
    return;
  while (is_blank(**p))
    (*p)++;
  if (**p != '\0' && **p != '\\')
    g_free(read_argument(p));
}

/* Upper case. *code moves behind it. */
static char *
read_command(const char **code)
{
  const char *p = *code;
  size_t len;

  while (is_blank(*p) || quote_length(p) > 0)
    p += MAX(quote_length(p), 1);
  len = strcspn(p, " \t\r\n\"\\\xe2");
  *code = p + len;
  return g_ascii_strup(p, (gssize)len);
}

typedef struct command {
  const char *word;
  LinkUse use;
  gboolean picture;
} Command;

static const Command *
find_command(const char *word)
{
  static const Command commands[] = {
      {"HYPERLINK", LINK_FOLLOW, FALSE}, {"INCLUDEPICTURE", LINK_LOAD, TRUE},
      {"IMPORT", LINK_LOAD, TRUE},       {"INCLUDETEXT", LINK_LOAD, FALSE},
      {"INCLUDE", LINK_LOAD, FALSE},     {"LINK", LINK_LOAD, FALSE},
      {"RD", LINK_LOAD, FALSE},          {"DATABASE", LINK_LOAD, FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(commands); i++)
    if (strcmp(word, commands[i].word) == 0)
      return &commands[i];
  return NULL;
}

/* Of a field that loads, arguments of switches too: a style sheet, a connection. */
static void
read_arguments(const char *p, gboolean all, GPtrArray *arguments)
{
  for (;;) {
    while (is_blank(*p))
      p++;
    if (*p == '\0')
      return;
    /* "\\server\share" without quotation marks begins with two. */
    if (p[0] == '\\' && p[1] != '\\') {
      p++;
      if (!all)
        skip_switch(&p);
      else if (*p != '\0')
        p++;
      continue;
    }
    g_ptr_array_add(arguments, read_argument(&p));
  }
}

GPtrArray *
field_code_addresses(const char *code, LinkUse *use)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func(g_free);
  g_auto(GStrv) pieces = g_strsplit(code, FIELD_INSIDE, -1);
  g_autofree char *plain = g_strjoinv("", pieces);
  const char *p = plain;
  g_autofree char *word = read_command(&p);
  const Command *command = find_command(word);

  *use = command ? command->use : LINK_FOLLOW;
  if (command)
    read_arguments(p, command->use == LINK_LOAD, addresses);
  return addresses;
}

gboolean
target_is_elsewhere(const char *target)
{
  g_autofree char *lower = g_strstrip(g_ascii_strdown(target, -1));
  size_t scheme = strspn(lower, "abcdefghijklmnopqrstuvwxyz0123456789+.-");

  if (strspn(lower, "\\/") > 1)
    return TRUE;
  if (!g_str_has_prefix(lower, "file:"))
    return scheme > 1 && lower[scheme] == ':';
  /* file:///C:/… is on the reader's own disk, file://host/… and file:///\\host are not. */
  return !(g_str_has_prefix(lower, "file:///") && g_ascii_isalpha(lower[8]) &&
           (lower[9] == ':' || lower[9] == '|')) &&
         strcmp(lower, "file:") != 0;
}

gboolean
target_is_file_server(const char *target)
{
  return target_is_elsewhere(target) && !g_str_has_prefix(target, "http") &&
         !g_str_has_prefix(target, "ftp");
}

BitSet
field_code_traits(const char *code)
{
  LinkUse use;
  const char *p = code;
  g_autofree char *word = read_command(&p);
  const Command *command = find_command(word);
  g_autoptr(GPtrArray) addresses = field_code_addresses(code, &use);
  gboolean (*leads_out)(const char *) =
      command && command->picture ? target_is_file_server : target_is_elsewhere;

  /* What command it is comes out of another field: nobody writes so. */
  if (strchr(word, *FIELD_INSIDE) || g_str_has_prefix(word, "DDE"))
    return TRAIT(DDE);
  for (guint i = 0; command && command->use == LINK_LOAD && i < addresses->len; i++)
    if (leads_out(g_ptr_array_index(addresses, i)))
      return TRAIT(EXTERNAL_RELATIONSHIP);
  return 0;
}

gboolean
slide_action_runs(const char *action)
{
  static const char program[] = "ppaction://program";

  while (is_blank(*action))
    action++;
  return g_ascii_strncasecmp(action, program, strlen(program)) == 0;
}

/* --- formulas --- */

/* "https://…": words that are an address by themselves, and not the end of one. */
static gboolean
begins_address(const char *words)
{
  size_t scheme = strspn(words, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-.");

  return scheme > 1 && strncmp(words + scheme, "://", 3) == 0;
}

/* One string of a formula, from its quotation mark; returns the place behind it. */
static const char *
read_string(const char *p, GString *out)
{
  for (p++; *p != '\0' && (*p != '"' || p[1] == '"'); p++) {
    p += *p == '"';
    g_string_append_c(out, *p);
  }
  return *p == '\0' ? p : p + 1;
}

static void
add_address(GString *words, LinkUse use, GPtrArray *addresses, GArray *uses)
{
  g_ptr_array_add(addresses, g_strdup(words->str));
  if (uses != NULL)
    g_array_append_val(uses, use);
  g_string_truncate(words, 0);
}

/* The words written out in the argument that begins here, strung together; each that is an address
 * by itself begins another one (IF(A1, "https://…", "https://…")). Returns the argument's end. */
static const char *
read_call(const char *p, LinkUse use, GPtrArray *addresses, GArray *uses)
{
  g_autoptr(GString) words = g_string_new(NULL), piece = g_string_new(NULL);
  unsigned depth = 0;

  while (*p != '\0' && (depth > 0 || strchr("),;", *p) == NULL)) {
    if (*p == '"') {
      g_string_truncate(piece, 0);
      p = read_string(p, piece);
      if (words->len > 0 && begins_address(piece->str))
        add_address(words, use, addresses, uses);
      g_string_append(words, piece->str);
      continue;
    }
    depth += *p == '(';
    depth -= *p == ')';
    p++;
  }
  add_address(words, use, addresses, uses);
  return p;
}

/* The parenthesis of a call of that function at p, or NULL. */
static const char *
call_at(const char *p, const char *function)
{
  size_t len = strlen(function);

  if (g_ascii_strncasecmp(p, function, len) != 0)
    return NULL;
  for (p += len; is_blank(*p);)
    p++;
  return *p == '(' ? p : NULL;
}

/* In step over a string, so that a name in one calls nothing. */
static const char *
skip_string(const char *p)
{
  for (p++; *p != '\0' && *p != '"';)
    p++;
  return *p == '\0' ? p : p + 1;
}

/* The name of a sheet, or in front of "#" the document that it is of ('https://…'#Sheet1.A1). A
 * name that is none, or never ends, hides no call; of its quotation marks half are left, so this
 * goes no deeper than the logarithm of their number. */
static const char *
read_quoted(const char *p, GPtrArray *addresses, GArray *uses)
{
  g_autoptr(GString) name = g_string_new(NULL);

  for (p++; *p != '\0' && (*p != '\'' || p[1] == '\''); p++) {
    p += *p == '\'';
    g_string_append_c(name, *p);
  }
  p += *p != '\0';
  if (*p == '#')
    add_address(name, LINK_LOAD, addresses, uses);
  else
    formula_addresses(name->str, addresses, uses);
  return p;
}

typedef struct function {
  const char *name;
  LinkUse use;
} Function;

static const Function functions[] = {
    {"HYPERLINK", LINK_FOLLOW}, {"IMAGE", LINK_LOAD}, {"WEBSERVICE", LINK_LOAD}};

/* That whose name ends before the parenthesis, in any case and with blanks between; or NULL. */
static const Function *
function_before(const char *text, const char *parenthesis)
{
  const char *end = parenthesis;

  while (end > text && is_blank(end[-1]))
    end--;
  for (size_t i = 0; i < G_N_ELEMENTS(functions); i++) {
    size_t len = strlen(functions[i].name);

    if ((size_t)(end - text) >= len && g_ascii_strncasecmp(end - len, functions[i].name, len) == 0)
      return &functions[i];
  }
  return NULL;
}

gboolean
formula_may_call(const char *text, size_t len)
{
  const char *end = text + len;

  for (const char *p = text; (p = memchr(p, '(', (size_t)(end - p))) != NULL; p++)
    if (function_before(text, p))
      return TRUE;
  return FALSE;
}

gboolean
table_call(const char *text, const char **at, GPtrArray *addresses, GArray *uses)
{
  const Function *function = NULL;
  const char *open = *at;
  const char *next;
  g_autofree char *call = NULL;

  while ((open = strchr(open, '(')) != NULL && !(function = function_before(text, open)))
    open++;
  if (!open)
    return FALSE;
  open++;
  for (next = open; (next = strchr(next, '(')) != NULL && !function_before(text, next);)
    next++;
  *at = next ? next : open + strlen(open);
  call = g_strndup(open, (size_t)(*at - open));
  read_call(call, function->use, addresses, uses);
  return TRUE;
}

void
formula_addresses(const char *formula, GPtrArray *addresses, GArray *uses)
{
  /* Few have one, or a document before its cell. */
  if (!strstr(formula, "'#") && !formula_may_call(formula, strlen(formula)))
    return;
  for (const char *p = formula; *p != '\0';) {
    gboolean start = p == formula || (!g_ascii_isalnum(p[-1]) && p[-1] != '_');

    if (*p == '"') {
      p = skip_string(p);
      continue;
    }
    if (*p == '\'') {
      p = read_quoted(p, addresses, uses);
      continue;
    }
    p++;
    for (size_t i = 0; start && i < G_N_ELEMENTS(functions); i++) {
      const char *open = call_at(p - 1, functions[i].name);

      if (open == NULL)
        continue;
      p = read_call(open + 1, functions[i].use, addresses, uses);
      break;
    }
  }
}

/* --- PDF --- */

static char *
text_of_latin1(const char *bytes, size_t len)
{
  GString *out = g_string_sized_new(2 * len);

  for (size_t i = 0; i < len; i++)
    g_string_append_unichar(out, (guchar)bytes[i]);
  return g_string_free(out, FALSE);
}

char *
pdf_string_text(const char *bytes, size_t len)
{
  const unsigned char *wide = (const unsigned char *)bytes + 2;
  size_t whole;

  if (len >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0)
    return utf16_decode_lossy(wide, len - 2, UTF16_BE);
  if (len >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0)
    return utf16_decode_lossy(wide, len - 2, UTF16_LE);
  if (len >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0)
    return g_utf8_make_valid(bytes + 3, (gssize)strnlen(bytes + 3, len - 3));
  whole = strnlen(bytes, len);
  return g_utf8_validate(bytes, (gssize)whole, NULL) ? g_strndup(bytes, whole)
                                                     : text_of_latin1(bytes, whole);
}

char *
pdf_string_beyond(const char *bytes, size_t len)
{
  const gboolean little = len >= 2 && memcmp(bytes, "\xff\xfe", 2) == 0;
  const gboolean big = len >= 2 && memcmp(bytes, "\xfe\xff", 2) == 0;
  const size_t step = big || little ? 2 : 1;
  static const char nul[] = "\0%\0"
                            "0\0"
                            "0";
  g_autoptr(GString) out = g_string_sized_new(len);
  gboolean any = FALSE;

  for (size_t i = 0; i + step <= len; i += step) {
    if (bytes[i] != 0 || bytes[i + step - 1] != 0) {
      g_string_append_len(out, bytes + i, (gssize)step);
      continue;
    }
    any = TRUE;
    if (step == 1)
      g_string_append(out, "%00");
    else
      g_string_append_len(out, little ? nul + 1 : nul, 6);
  }
  return any ? pdf_string_text(out->str, out->len) : NULL;
}

/* --- attributes --- */

/* Of drawings and connections; of Excel's and Word's XML of 2003; of XPS. */
const char *const office_addresses[] = {[OFFICE_HREF] = "href",  "src", "url", "HRef", "dest",
                                        "FixedPage.NavigateUri", NULL};
const LinkUse office_address_uses[] = {LINK_FOLLOW, LINK_LOAD,   LINK_LOAD,
                                       LINK_FOLLOW, LINK_FOLLOW, LINK_FOLLOW};

/* --- parts that need no look --- */

gboolean
ooxml_may_link(const char *text, size_t len, gboolean hrefs)
{
  static const char *const signs[] = {"href", /* the first */
                                      "yperlink", "HYPERLINK", "hlink", "nstrText", "fldSimple",
                                      "src=", "url=", "HRef", "NavigateUri", "Address",
                                      /* blanks in a tag, and what may part a word of a text */
                                      "src ", "src\t", "src\n", "src\r", "url ", "url\t", "url\n",
                                      "url\r", "<!--", "<![C", NULL};

  return xml_has_references(text, len) || formula_may_call(text, len) ||
         signs_any(signs + !hrefs, (const unsigned char *)text, len);
}

/* The end of a file's name in a formula, before a sheet. */
static gboolean
names_file(const char *text, const char *end)
{
  for (const char *p = text; (p = memchr(p, '\'', (size_t)(end - p))) != NULL; p++)
    if (p + 1 < end && p[1] == '#')
      return TRUE;
  return FALSE;
}

gboolean
odf_may_link(const char *text, size_t len)
{
  static const char *const signs[] = {"href", "&apos;#", "<!--", "<![C", NULL};

  return xml_has_references(text, len) || names_file(text, text + len) ||
         formula_may_call(text, len) || signs_any(signs, (const unsigned char *)text, len);
}
