/* field_place.c - which header fields hold something for a reader, and what a worker may do to
 * them. The front asks too, so nothing is decoded here. */
#include "field_place.h"

#include <string.h>

static const struct {
  const char *name; /* a '*' at its end stands for anything */
  FieldPlace place;
} places[] = {
    {"subject", PLACE_TEXT},
    {"thread-topic", PLACE_TEXT},
    {"from", PLACE_NAMES},
    {"sender", PLACE_NAMES},
    {"reply-to", PLACE_NAMES},
    {"list-id", PLACE_NONE},
    {"list-unsubscribe-post", PLACE_NONE},
    {"list-unsubscribe", PLACE_LIST},
    {"list-subscribe", PLACE_LIST},
    {"list-archive", PLACE_LIST},
    {"list-help", PLACE_LIST},
    {"list-owner", PLACE_LIST},
    {"list-post", PLACE_LIST},
    {"list-*", PLACE_LIST},
    {"archived-at", PLACE_LIST},
    {"x-list-unsubscribe", PLACE_LIST},
    {"content-base", PLACE_ADDRESS},
    {"content-location", PLACE_ADDRESS},
    {"x-image-url", PLACE_ADDRESS},
    {"x-face-url", PLACE_ADDRESS},
    {"x-sharing-config-url", PLACE_ORDER},
    {"x-sharing-*", PLACE_ORDER},
    {"content-class", PLACE_ORDER},
};

static gboolean
name_matches(const char *pattern, const char *name)
{
  size_t n = strlen(pattern);
  if (pattern[n - 1] == '*')
    return g_ascii_strncasecmp(pattern, name, n - 1) == 0;
  return g_ascii_strcasecmp(pattern, name) == 0;
}

/* Its index in places, or -1. This is asked of every field of every message. */
static int
find_place(const char *name)
{
  char first = g_ascii_tolower(name[0]);
  for (guint i = 0; i < G_N_ELEMENTS(places); i++)
    if (places[i].name[0] == first && name_matches(places[i].name, name))
      return (int)i;
  return -1;
}

FieldPlace
field_place(const char *name)
{
  int i = find_place(name);
  return i >= 0 ? places[i].place : PLACE_NONE;
}

const char *
field_place_name(const char *name)
{
  int i = find_place(name);
  return i >= 0 ? places[i].name : NULL;
}

gboolean
field_place_may_change(const char *name)
{
  FieldPlace place = field_place(name);
  return place == PLACE_TEXT || place == PLACE_NAMES || place == PLACE_LIST;
}

gboolean
field_place_may_delete(const char *name)
{
  FieldPlace place = field_place(name);
  return place == PLACE_LIST || place == PLACE_ADDRESS || place == PLACE_ORDER ||
         g_ascii_strcasecmp(name, "List-Unsubscribe-Post") == 0;
}

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the comment that opens at i (RFC 5322 3.2.2). */
static size_t
comment_end(const char *value, size_t len, size_t i)
{
  unsigned depth = 0;
  for (; i < len; i++) {
    depth += value[i] == '(';
    if (value[i] == ')' && --depth == 0)
      return i + 1;
    i += value[i] == '\\';
  }
  return len;
}

size_t
field_close(const char *value, size_t len, size_t i)
{
  if (value[i] == '(')
    return comment_end(value, len, i);
  if (value[i] == '<') {
    const char *close = memchr(value + i, '>', len - i);
    return close != NULL ? (size_t)(close - value) + 1 : len;
  }
  for (i++; i < len && value[i] != '"'; i++)
    i += value[i] == '\\';
  return MIN(i + 1, len);
}

char *
field_addresses(const char *value, size_t len)
{
  g_autoptr(GString) waiting = g_string_new(NULL);
  GString *out = g_string_new(NULL);
  for (size_t i = 0, end; i < len; i = end) {
    char c = value[i];
    end = c != '\0' && strchr("<(\"", c) != NULL ? field_close(value, len, i) : i + 1;
    if (c == '<') {
      g_string_append_len(out, value + i, (gssize)(end - i));
      g_string_truncate(waiting, 0);
    } else if (c == ',' || c == ';') {
      g_string_append(out, waiting->str);
      g_string_append_c(out, c);
      g_string_truncate(waiting, 0);
    } else if (c != '(' && !is_blank(c)) {
      g_string_append_len(waiting, value + i, (gssize)(end - i));
    }
  }
  g_string_append(out, waiting->str);
  return g_string_free(out, FALSE);
}
