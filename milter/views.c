#include "views.h"

#include "inspect.h"
#include "json.h"
#include "plain.h"

#include <string.h>

/* Cut between characters. */
static char *
text_cut(const Text *text, size_t max)
{
  size_t len;
  const char *utf8 = g_bytes_get_data(text->utf8, &len);

  if (len > max) {
    len = max;
    while (len > 0 && ((unsigned char)utf8[len] & 0xC0) == 0x80)
      len--;
  }
  return g_strndup(utf8, len);
}

static void
add_part(GString *json, const Tree *tree, Part *part, size_t *left)
{
  g_autoptr(Text) text = inspect_text(tree, part);
  g_autofree char *shown = text_cut(text, *left);
  gboolean html = (part->flags & PART_HTML) != 0;

  *left -= strlen(shown);
  if (json->str[json->len - 1] != '[')
    g_string_append_c(json, ',');
  g_string_append(json, "{\"part\":");
  json_add_string(json, part->path);
  g_string_append(json, ",\"type\":");
  json_add_string(json, part->type);
  g_string_append_printf(json, ",\"html\":%s,\"text\":", html ? "true" : "false");
  json_add_string(json, shown);
  if (html) {
    g_autofree char *plain = plain_from_html(shown, strlen(shown));

    g_string_append(json, ",\"plain\":");
    json_add_string(json, plain);
  }
  g_string_append_c(json, '}');
}

static void
add_tree(GString *json, const Tree *tree)
{
  size_t left = VIEWS_TEXT;

  for (guint i = 0; tree != NULL && i < tree->parts->len; i++) {
    Part *part = tree_part(tree, i);

    if ((part->flags & (PART_HTML | PART_TEXT)) && !(part->flags & (PART_MULTIPART | PART_MESSAGE)))
      add_part(json, tree, part, &left);
  }
}

char *
views_json(const Tree *before, const Tree *after)
{
  GString *json = g_string_new("{\"before\":[");

  add_tree(json, before);
  g_string_append(json, "],\"after\":[");
  add_tree(json, after);
  g_string_append(json, "]}");
  return g_string_free(json, FALSE);
}
