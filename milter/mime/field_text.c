/* field_text.c - the words and addresses in a header field, and words written back.
 *
 * A value is either plain, printable ASCII that means itself, where a change can be spliced in, or
 * it is decoded and written anew as encoded-words. The words of a From field are told from what
 * mail is sent to by one rule: a name has an angle bracket behind it. */
#include "field_place.h"

#include <string.h>

#include "field.h"
#include "text.h"

/* --- text --- */

static gboolean
is_plain(const char *value, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isprint(value[i]) && strchr("\t\r\n", value[i]) == NULL)
      return FALSE;
  return memmem(value, len, "=?", 2) == NULL && memchr(value, 0, len) == NULL;
}

/* Raw 8-bit text in whatever charset it looks like, unfolded, encoded-words undone. */
static char *
decode(const char *value, size_t len)
{
  g_autoptr(GString) line = g_string_sized_new(len);
  for (size_t i = 0; i < len; i++)
    if (value[i] != '\r' && value[i] != '\n')
      g_string_append_c(line, value[i]);
  g_autoptr(GBytes) bytes = g_bytes_new(line->str, line->len);
  g_autoptr(Text) text = text_decode(bytes, NULL);
  size_t n;
  const char *utf8 = g_bytes_get_data(text->utf8, &n);
  g_autofree char *copy = g_strndup(utf8, n);
  char *words = encoded_words_decode(copy);
  return words != NULL ? words : g_steal_pointer(&copy);
}

static void
text_clear(gpointer data)
{
  g_free(((FieldText *)data)->text);
}

static void
add_text(GArray *texts, const char *value, Range at)
{
  FieldText text = {.at = at, .plain = is_plain(value + at.off, at.len)};
  text.text = text.plain ? g_strndup(value + at.off, at.len) : decode(value + at.off, at.len);
  g_array_append_val(texts, text);
}

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static Range
trim(const char *value, size_t from, size_t to)
{
  while (from < to && is_blank(value[from]))
    from++;
  while (to > from && is_blank(value[to - 1]))
    to--;
  return range_make(from, to - from);
}

/* --- addresses between angles (RFC 2369: blanks inside count for nothing) --- */

static void
add_address(GArray *texts, const char *value, Range at, Range inner)
{
  GString *text = g_string_new(NULL);
  for (size_t i = inner.off; i < range_end(inner); i++)
    if (!is_blank(value[i]) && value[i] != '\0')
      g_string_append_c(text, value[i]);
  FieldText entry = {.at = at, .text = g_utf8_make_valid(text->str, (gssize)text->len)};
  g_string_free(text, TRUE);
  if (*entry.text != '\0')
    g_array_append_val(texts, entry);
  else
    g_free(entry.text);
}

static void
add_listed(GArray *texts, const char *value, size_t len)
{
  size_t from = 0;
  for (size_t i = 0; i <= len; i++) {
    if (i < len && value[i] == '<') {
      const char *close = memchr(value + i, '>', len - i);
      size_t end = close != NULL ? (size_t)(close - value) : len;
      add_address(texts, value, range_make(i, MIN(end + 1, len) - i),
                  range_make(i + 1, end - i - 1));
      i = end;
      from = end + 1;
    } else if (i == len || value[i] == ',') {
      Range bare = trim(value, MIN(from, i), i);
      if (bare.len > 0 && memchr(value + bare.off, ':', bare.len) != NULL)
        add_address(texts, value, bare, bare);
      from = i + 1;
    }
  }
}

/* --- names --- */

/* The words of a quoted-string without quotes and quoted pairs. */
static void
add_quoted(GArray *texts, const char *value, Range at)
{
  g_autoptr(GString) inner = g_string_new(NULL);
  size_t end = range_end(at);
  end -= at.len > 1 && value[end - 1] == '"';
  for (size_t i = at.off + 1; i < end; i++) {
    if (value[i] == '\\' && i + 1 < end)
      i++;
    g_string_append_c(inner, value[i]);
  }
  FieldText text = {.at = at, .shift = 1};
  text.plain = inner->len + 2 == at.len && is_plain(inner->str, inner->len);
  text.text = text.plain ? g_strndup(inner->str, inner->len) : decode(inner->str, inner->len);
  g_array_append_val(texts, text);
}

static void
add_comment(GArray *texts, const char *value, Range at)
{
  size_t end = range_end(at);
  end -= at.len > 1 && value[end - 1] == ')';
  if (end > at.off + 1)
    add_text(texts, value, range_make(at.off + 1, end - at.off - 1));
}

/* Between marks of structure; returns its end. */
static size_t
words_end(const char *value, size_t len, size_t i)
{
  while (i < len && strchr("<(\",;", value[i]) == NULL)
    i++;
  return i;
}

/* Words are a name only if an angle follows; comments are words for a reader anywhere. Takes what
 * stands at i, and returns its end; *known is where those texts begin that wait for an angle, and
 * `sure` has a byte for each text. */
static size_t
take_name(GArray *texts, GByteArray *sure, guint *known, const char *value, size_t len, size_t i)
{
  char c = value[i];
  gboolean opens = c == '<' || c == '(' || c == '"';
  size_t end = opens ? field_close(value, len, i) : i + 1;
  if (c == '<' && sure->len > *known)
    memset(sure->data + *known, 1, sure->len - *known);
  if (c == '<' || c == ',' || c == ';')
    *known = texts->len;
  else if (c == '"')
    add_quoted(texts, value, range_make(i, end - i));
  else if (c == '(')
    add_comment(texts, value, range_make(i, end - i));
  else {
    end = MAX(words_end(value, len, i), end);
    Range words = trim(value, i, end);
    if (words.len > 0)
      add_text(texts, value, words);
  }
  const guint8 is_sure = c == '(';
  if (sure->len < texts->len)
    g_byte_array_append(sure, &is_sure, 1);
  return end;
}

static void
add_names(GArray *texts, const char *value, size_t len)
{
  g_autoptr(GByteArray) sure = g_byte_array_new();
  guint known = 0, kept = 0;
  for (size_t i = 0; i < len;)
    i = take_name(texts, sure, &known, value, len, i);
  for (guint i = 0; i < texts->len; i++) {
    FieldText *text = &g_array_index(texts, FieldText, i);
    if (sure->data[i]) {
      FieldText moved = *text;
      text->text = NULL;
      g_array_index(texts, FieldText, kept++) = moved;
    } else {
      g_clear_pointer(&text->text, g_free);
    }
  }
  g_array_set_size(texts, kept);
}

GArray *
field_texts(const char *name, const unsigned char *bytes, size_t len)
{
  GArray *texts = g_array_new(FALSE, FALSE, sizeof(FieldText));
  const char *value = (const char *)bytes;
  Range whole = trim(value, 0, len);
  FieldPlace place = field_place(name);
  g_array_set_clear_func(texts, text_clear);
  if (whole.len == 0 || place == PLACE_NONE)
    return texts;
  if (place == PLACE_LIST)
    add_listed(texts, value, len);
  else if (place == PLACE_NAMES)
    add_names(texts, value, len);
  else if (place == PLACE_ADDRESS)
    add_address(texts, value, whole, whole);
  else if (g_ascii_strcasecmp(name, "Content-Class") != 0 ||
           g_ascii_strncasecmp(value + whole.off, "Sharing", MIN(whole.len, 7)) == 0)
    add_text(texts, value, whole);
  return texts;
}

/* --- encoded-words --- */

#define LINE 76
#define WRAPPER                                                                                    \
  strlen("=?utf-8?B?"                                                                              \
         "?=")

/* So many bytes of whole characters that a word of `room` characters holds; at least one
 * character. */
static size_t
word_bytes(const char *text, size_t room)
{
  size_t fits = room / 4 * 3, n = 0;
  while (text[n] != '\0') {
    size_t next = (size_t)(g_utf8_next_char(text + n) - text);
    if (n > 0 && next > fits)
      break;
    n = next;
  }
  return n;
}

char *
encoded_words_encode(const char *text, size_t column)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  GString *out = g_string_new(NULL);
  for (const char *p = valid; *p != '\0';) {
    size_t room = LINE - MIN(column, LINE / 2) - WRAPPER;
    size_t n = word_bytes(p, room);
    g_autofree char *word = g_base64_encode((const guchar *)p, n);
    g_string_append_printf(out, "%s=?utf-8?B?%s?=", out->len > 0 ? "\n " : "", word);
    column = 1;
    p += n;
  }
  return g_string_free(out, FALSE);
}
