/* change.c - what a message loses and gains, as lines that people can read: of the parts as their
 * readers see them, and of the header. */
#include "ctl.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

#include "log.h"

#define SHOWN_LINES 60  /* of one part, of each sign */
#define SHOWN_BYTES 300 /* of one line */

static const char *
member(JsonObject *object, const char *name)
{
  return json_object_get_string_member_with_default(object, name, "");
}

static GHashTable *
lines_of(char **lines)
{
  GHashTable *set = g_hash_table_new(g_str_hash, g_str_equal);

  for (; *lines != NULL; lines++)
    g_hash_table_add(set, *lines);
  return set;
}

static char **
split(const char *text)
{
  g_autoptr(GString) plain = g_string_new(text);

  g_string_replace(plain, "\r", "", 0);
  return g_strsplit(plain->str, "\n", -1);
}

static void
print_lines(char **lines, GHashTable *other, char sign, gboolean colour)
{
  const char *paint = !colour ? "" : sign == '+' ? "\033[32m" : "\033[31m";
  unsigned shown = 0;

  for (; *lines != NULL; lines++) {
    g_autofree char *safe = NULL;

    if (**lines == '\0' || g_hash_table_contains(other, *lines))
      continue;
    if (++shown > SHOWN_LINES)
      continue;
    safe = log_escape(*lines, -1, SHOWN_BYTES);
    printf("  %s%c %s%s\n", paint, sign, safe, colour ? "\033[0m" : "");
  }
  if (shown > SHOWN_LINES)
    printf("  %c … %u more lines\n", sign, shown - SHOWN_LINES);
}

static void
print_texts(const char *where, const char *before, const char *after, gboolean colour)
{
  g_auto(GStrv) old = split(before);
  g_auto(GStrv) new = split(after);
  g_autoptr(GHashTable) was = lines_of(old);
  g_autoptr(GHashTable) is = lines_of(new);

  if (strcmp(before, after) == 0)
    return;
  printf("\n  %s, before (-) and after (+):\n", where);
  print_lines(old, is, '-', colour);
  print_lines(new, was, '+', colour);
}

/* The header, a line for each field. New string. */
static char *
header_of(GBytes *bytes)
{
  GString *header;
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);
  g_autofree char *text = g_utf8_make_valid(data != NULL ? data : "", (gssize)len);
  const char *end = strstr(text, "\n\n"), *other = strstr(text, "\r\n\r\n");

  if (end == NULL || (other != NULL && other < end))
    end = other;
  header = g_string_new_len(text, end != NULL ? end - text : (gssize)strlen(text));
  g_string_replace(header, "\r", "", 0);
  g_string_replace(header, "\n\t", " ", 0);
  g_string_replace(header, "\n ", " ", 0);
  return g_string_free(header, FALSE);
}

static JsonObject *
view_of(JsonArray *views, const char *part)
{
  for (guint i = 0; views != NULL && i < json_array_get_length(views); i++) {
    JsonObject *view = json_array_get_object_element(views, i);

    if (strcmp(member(view, "part"), part) == 0)
      return view;
  }
  return NULL;
}

/* As it is read: HTML without its tags. */
static const char *
words_of(JsonObject *view)
{
  if (view == NULL)
    return "";
  return json_object_has_member(view, "plain") ? member(view, "plain") : member(view, "text");
}

static void
print_part(JsonObject *before, JsonObject *after, gboolean colour)
{
  JsonObject *any = before != NULL ? before : after;
  const char *part = member(any, "part");
  g_autofree char *type = log_escape(member(any, "type"), -1, SHOWN_BYTES);
  g_autofree char *where =
      g_strdup_printf("part %s, %s", *part != '\0' ? part : "1", *type != '\0' ? type : "text");

  print_texts(where, words_of(before), words_of(after), colour);
}

void
ctl_change_print(const CtlMessage *message, const CtlResult *result, gboolean colour)
{
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autofree char *old = header_of(message->raw), *new = header_of(result->out);
  JsonArray *before, *after;
  JsonObject *views;

  print_texts("header", old, new, colour);
  if (!json_parser_load_from_data(parser, result->views, -1, NULL))
    return;
  views = json_node_get_object(json_parser_get_root(parser));
  before = json_object_get_array_member(views, "before");
  after = json_object_get_array_member(views, "after");
  for (guint i = 0; i < json_array_get_length(before); i++) {
    JsonObject *view = json_array_get_object_element(before, i);

    print_part(view, view_of(after, member(view, "part")), colour);
  }
  for (guint i = 0; i < json_array_get_length(after); i++) {
    JsonObject *view = json_array_get_object_element(after, i);

    if (view_of(before, member(view, "part")) == NULL)
      print_part(NULL, view, colour);
  }
}
