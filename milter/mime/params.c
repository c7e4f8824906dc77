/* params.c - the file names that readers take from parameters.
 *
 * A name may be plain, plain with RFC 2047 words in it (against the RFC, and everywhere), extended
 * (`filename*=utf-8''…`) or cut into sections (`filename*0*=`, `filename*1=`, RFC 2231). Readers
 * differ on which of several wins, on the order of sections and on what to do with damaged ones,
 * so every one that a reader could show is collected; policy looks at all of them. */
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "field.h"
#include "text.h"

static gboolean
has_name(const GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (strcmp(g_ptr_array_index(names, i), name) == 0)
      return TRUE;
  return FALSE;
}

/* Takes the string. */
static void
add_name(GPtrArray *names, char *name)
{
  if (name == NULL || name[0] == '\0' || names->len >= LIMIT_NAMES || has_name(names, name))
    g_free(name);
  else
    g_ptr_array_add(names, name);
}

/* UTF-8 of bytes in a charset; what is not in it is U+FFFD, NUL too. */
static char *
to_utf8(const char *bytes, size_t len, const char *charset)
{
  g_autoptr(GBytes) source = g_bytes_new(bytes, len);
  g_autoptr(Text) text = text_decode(source, charset);
  gsize size;
  const char *utf8 = g_bytes_get_data(text->utf8, &size);

  return g_strndup(utf8 != NULL ? utf8 : "", size);
}

/* A name of raw eight bits, as the reader's system would show it: in the charset that the part
 * names, unless that cannot be or says nothing; else in the Chinese one that it looks like. */
static char *
raw_name(const char *bytes, size_t len, const char *charset)
{
  const char *label = charset != NULL ? charset_from_label(charset, strlen(charset)) : NULL;
  const char *guess = text_guess_name(bytes, len);
  g_autofree char *labelled = NULL;

  if (g_utf8_validate(bytes, (gssize)len, NULL))
    return NULL;
  if (label != NULL && strcmp(label, "windows-1252") != 0)
    labelled = to_utf8(bytes, len, charset);
  if (labelled != NULL && strstr(labelled, "\xef\xbf\xbd") == NULL)
    return g_steal_pointer(&labelled);
  return guess != NULL ? to_utf8(bytes, len, guess) : NULL;
}

static void
append_percent(GString *out, const char *value)
{
  for (const char *p = value; *p != '\0'; p++) {
    if (*p == '%' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2])) {
      g_string_append_c(out, (char)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2])));
      p += 2;
    } else {
      g_string_append_c(out, *p);
    }
  }
}

/* Bytes after undoing '%'. Readers that stop at a NUL see what stands before it. UTF-16 without
 * an order of bytes is read either way. */
static void
add_bytes(GPtrArray *names, const GString *bytes, const char *charset)
{
  size_t cut = strlen(bytes->str);

  if (charset != NULL && g_ascii_strncasecmp(charset, "utf-16", 6) == 0) {
    add_name(names, to_utf8(bytes->str, bytes->len, "utf-16be"));
    add_name(names, to_utf8(bytes->str, bytes->len, "utf-16le"));
    return;
  }
  add_name(names, raw_name(bytes->str, bytes->len, charset));
  add_name(names, to_utf8(bytes->str, bytes->len, charset));
  if (cut > 0 && cut < bytes->len)
    add_name(names, to_utf8(bytes->str, cut, charset));
}

/* Passes `charset'language'`, if it is there; the charset is a new string or NULL. */
static const char *
split_charset(const char *value, char **charset)
{
  const char *first = strchr(value, '\'');
  const char *second = first != NULL ? strchr(first + 1, '\'') : NULL;

  *charset = NULL;
  if (second == NULL)
    return value;
  *charset = g_strndup(value, (gsize)(first - value));
  return second + 1;
}

static char *decode_words(const char *text, const char *utf16);

static void
add_extended(const Param *param, const char *charset, GPtrArray *names)
{
  g_autofree char *own = NULL;
  const char *value = split_charset(param->value, &own);
  g_autoptr(GString) bytes = g_string_new(NULL);

  append_percent(bytes, value);
  add_bytes(names, bytes, own != NULL && own[0] != '\0' ? own : charset);
  add_name(names, to_utf8(param->value, strlen(param->value), charset));
  add_name(names, decode_words(value, NULL)); /* some readers undo both encodings */
}

/* One section `base*N` or `base*N*`. */
typedef struct section {
  const Param *param;
  unsigned number;
  gboolean encoded;
} Section;

static gboolean
read_section(const Param *param, const char *base, Section *section)
{
  size_t len = strlen(base);
  const char *p = param->name + len;
  char *end;

  if (strncmp(param->name, base, len) != 0 || *p != '*' || !g_ascii_isdigit(p[1]))
    return FALSE;
  section->param = param;
  section->number = (unsigned)strtoul(p + 1, &end, 10);
  section->encoded = *end == '*';
  return TRUE;
}

static gint
section_compare(gconstpointer a, gconstpointer b)
{
  const Section *x = a;
  const Section *y = b;

  return (x->number > y->number) - (x->number < y->number);
}

/* Sections in the order given. `all`: '%' is undone in every section, as some readers do once
 * one of them is marked. `gaps`: goes on after a missing or repeated number. */
static void
join_sections(const GArray *sections, gboolean all, gboolean gaps, const char *charset,
              GPtrArray *names)
{
  g_autoptr(GString) bytes = g_string_new(NULL);
  g_autofree char *own = NULL;

  for (guint i = 0; i < sections->len; i++) {
    const Section *section = &g_array_index(sections, Section, i);
    const char *value = section->param->value;

    if (!gaps && section->number != i)
      break;
    if (i == 0 && (section->encoded || all))
      value = split_charset(value, &own);
    if (section->encoded || all)
      append_percent(bytes, value);
    else
      g_string_append(bytes, value);
  }
  if (bytes->len > 0)
    add_bytes(names, bytes, own != NULL && own[0] != '\0' ? own : charset);
}

static void
add_sections(const Structured *field, const char *base, const char *charset, GPtrArray *names)
{
  g_autoptr(GArray) sections = g_array_new(FALSE, FALSE, sizeof(Section));
  g_autoptr(GArray) sorted = NULL;

  for (guint i = 0; i < field->params->len; i++) {
    Section section;

    if (read_section(g_ptr_array_index(field->params, i), base, &section))
      g_array_append_val(sections, section);
  }
  if (sections->len == 0)
    return;
  sorted = g_array_copy(sections);
  g_array_sort(sorted, section_compare);
  join_sections(sorted, FALSE, FALSE, charset, names);
  join_sections(sorted, FALSE, TRUE, charset, names);
  join_sections(sorted, TRUE, TRUE, charset, names);
  join_sections(sections, FALSE, TRUE, charset, names);
  join_sections(sections, TRUE, TRUE, charset, names);
}

/* Some readers drop comments and single quotes from a value. */
static char *
without_comments(const char *value)
{
  GString *out = g_string_new(NULL);
  unsigned depth = 0;

  for (const char *p = value; *p != '\0'; p++) {
    if (*p == '(')
      depth++;
    else if (*p == ')' && depth > 0)
      depth--;
    else if (depth == 0 && *p != '\'')
      g_string_append_c(out, *p);
  }
  return g_string_free(out, FALSE);
}

/* A plain value: as it stands, with encoded-words undone, the words before an unquoted blank, and
 * whole across an unquoted ';'. */
static void
add_plain(const Structured *field, guint index, const char *charset, GPtrArray *names)
{
  const Param *param = g_ptr_array_index(field->params, index);

  add_name(names, raw_name(param->value, strlen(param->value), charset));
  add_name(names, decode_words(param->value, NULL));
  add_name(names, decode_words(param->value, "utf-16be"));
  add_name(names, to_utf8(param->value, strlen(param->value), charset));
  if (param->flags & (FIELD_JUNK | FIELD_ESCAPED | FIELD_COMMENT | FIELD_UNCLOSED | FIELD_DIVIDER))
    add_name(names, to_utf8(param->raw, strlen(param->raw), charset));
  if ((param->flags & (FIELD_BLANK | FIELD_DIVIDER)) != 0 && !(param->flags & FIELD_QUOTED))
    add_name(names, to_utf8(param->value, strcspn(param->value, " \t,(\""), charset));
  if (strpbrk(param->value, "('") != NULL) {
    g_autofree char *bare = without_comments(param->value);

    add_name(names, to_utf8(bare, strlen(bare), charset));
  }
  for (guint i = index + 1; i < field->params->len; i++) {
    const Param *next = g_ptr_array_index(field->params, i);
    g_autofree char *joined = NULL;

    if ((next->flags & FIELD_NO_VALUE) == 0)
      break;
    joined = g_strconcat(param->value, ";", next->raw, NULL);
    add_name(names, to_utf8(joined, strlen(joined), charset));
    add_name(names, to_utf8(next->raw, strlen(next->raw), charset));
  }
}

void
structured_names(const Structured *field, const char *base, const char *charset, GPtrArray *names)
{
  g_autofree char *extended = g_strconcat(base, "*", NULL);

  /* A header is made of single bytes, whatever the content is made of. */
  if (charset != NULL && (g_ascii_strncasecmp(charset, "utf-16", 6) == 0 ||
                          g_ascii_strncasecmp(charset, "utf-32", 6) == 0 ||
                          g_ascii_strncasecmp(charset, "unicode", 7) == 0))
    charset = NULL;
  for (guint i = 0; i < field->params->len; i++) {
    const Param *param = g_ptr_array_index(field->params, i);

    if (strcmp(param->name, extended) == 0)
      add_extended(param, charset, names);
  }
  add_sections(field, base, charset, names);
  for (guint i = 0; i < field->params->len; i++) {
    const Param *param = g_ptr_array_index(field->params, i);

    if (strcmp(param->name, base) == 0)
      add_plain(field, i, charset, names);
  }
}

/* One `=?charset?B?data?=` at p; returns what is after it, or NULL if there is none. */
static const char *
read_word(const char *p, char **charset, GString *bytes)
{
  const char *encoding = p + 2 + strcspn(p + 2, "? \t");
  const char *data = *encoding == '?' && encoding[1] != '\0' ? encoding + 3 : NULL;
  const char *end = data != NULL && data[-1] == '?' ? strstr(data, "?=") : NULL;
  char kind = data != NULL ? g_ascii_tolower(encoding[1]) : '\0';

  if (end == NULL || (kind != 'b' && kind != 'q'))
    return NULL;
  *charset = g_strndup(p + 2, strcspn(p + 2, "?*"));
  if (kind == 'b') {
    g_autofree char *text = g_strndup(data, (gsize)(end - data));
    gsize len = 0;
    g_autofree guchar *raw = g_base64_decode(text, &len);

    g_string_append_len(bytes, (const char *)raw, (gssize)len);
    return end + 2;
  }
  for (; data < end; data++) {
    if (*data == '=' && g_ascii_isxdigit(data[1]) && g_ascii_isxdigit(data[2])) {
      g_string_append_c(bytes,
                        (char)(g_ascii_xdigit_value(data[1]) * 16 + g_ascii_xdigit_value(data[2])));
      data += 2;
    } else {
      g_string_append_c(bytes, *data == '_' ? ' ' : *data);
    }
  }
  return end + 2;
}

/* Writes what was gathered of one charset, so that a character cut in two words is whole again. */
static void
flush_word(GString *out, GString *bytes, char **charset)
{
  if (bytes->len > 0) {
    g_autofree char *text = to_utf8(bytes->str, bytes->len, *charset);

    g_string_append(out, text);
  }
  g_string_truncate(bytes, 0);
  g_clear_pointer(charset, g_free);
}

static char *
decode_words(const char *text, const char *utf16)
{
  g_autoptr(GString) out = g_string_new(NULL);
  g_autoptr(GString) bytes = g_string_new(NULL);
  g_autofree char *charset = NULL;
  gboolean found = FALSE;
  const char *last = g_strrstr(text, "?="); /* so that each search below finds its end */
  const char *p = text;

  while (*p != '\0') {
    const char *start = p + strspn(p, found ? " \t\r\n" : "");
    char *label = NULL;
    g_autoptr(GString) word = g_string_new(NULL);
    const char *next =
        start < last && strncmp(start, "=?", 2) == 0 ? read_word(start, &label, word) : NULL;

    if (next == NULL) {
      flush_word(out, bytes, &charset);
      g_string_append_c(out, *p++);
      continue;
    }
    if (utf16 != NULL && g_ascii_strcasecmp(label, "utf-16") == 0) {
      g_free(label);
      label = g_strdup(utf16);
    }
    if (charset != NULL && g_ascii_strcasecmp(charset, label) != 0)
      flush_word(out, bytes, &charset);
    g_string_append_len(bytes, word->str, (gssize)word->len);
    g_free(charset);
    charset = label;
    found = TRUE;
    p = next;
  }
  flush_word(out, bytes, &charset);
  return found ? g_string_free(g_steal_pointer(&out), FALSE) : NULL;
}

char *
encoded_words_decode(const char *text)
{
  return decode_words(text, NULL);
}
