/* readings.c - a part in more charsets than one. A part can name several: twice in its field, or in
 * its field and, where a browser opens it as a file and the field is lost, in its own meta. And a
 * charset in which ASCII bytes may mean something else (UTF-7, HZ, ISO-2022) hides addresses from
 * whoever knows it and shows them to whoever does not. Such parts are rare, so they are simply read
 * once more for each charset. */
#include "readings.h"

#include <string.h>

#include "content.h"
#include "field.h"
#include "url.h"

static Structured *
content_type(const Tree *tree, const Part *part)
{
  const Field *field = part_field(tree, part, "Content-Type", 0);
  const unsigned char *bytes = g_bytes_get_data(tree_layer(tree, part->layer)->bytes, NULL);

  return field != NULL ? structured_parse(bytes + field->value.off, field->value.len) : NULL;
}

static gboolean
param_is(const Structured *type, const char *name, const char *want)
{
  const Param *param = structured_param(type, name);

  return param != NULL && g_ascii_strcasecmp(param->value, want) == 0;
}

gboolean
part_is_delsp(const Tree *tree, const Part *part)
{
  g_autoptr(Structured) type = NULL;

  if (part->flags & PART_HTML)
    return FALSE;
  type = content_type(tree, part);
  return type != NULL && param_is(type, "format", "flowed") && param_is(type, "delsp", "yes");
}

/* What has no ASCII bytes at all shows nothing to who takes it for ASCII. */
static gboolean
hides_ascii(const char *charset)
{
  return !charset_is_ascii_based(charset) && !g_str_has_prefix(charset, "utf-16") &&
         !g_str_has_prefix(charset, "utf-32");
}

static void
add_charset(GPtrArray *charsets, const Text *text, const char *label)
{
  const char *name = label != NULL ? charset_from_label(label, strlen(label)) : NULL;

  if (name != NULL && strcmp(name, text->charset) != 0 &&
      !g_ptr_array_find_with_equal_func(charsets, name, g_str_equal, NULL))
    g_ptr_array_add(charsets, (gpointer)name);
}

static void
add_declared(GPtrArray *charsets, const Tree *tree, const Part *part, const Text *text)
{
  g_autoptr(Structured) type = content_type(tree, part);

  for (guint i = 0; type != NULL && i < type->params->len; i++) {
    const Param *param = g_ptr_array_index(type->params, i);

    if (strcmp(param->name, "charset") == 0 || strcmp(param->name, "charset*") == 0)
      add_charset(charsets, text, param->value);
  }
}

/* ASCII in two charsets is the same but where one of them hides it. */
static GPtrArray *
charsets_of(const Tree *tree, Part *part, const Text *text)
{
  GPtrArray *charsets = g_ptr_array_new();
  gboolean file = (part->flags & PART_ATTACHMENT) || part->names->len > 0, hides;
  size_t len;
  const unsigned char *bytes = g_bytes_get_data(part_content(tree, part), &len);

  add_declared(charsets, tree, part, text);
  if (part->flags & PART_HTML) {
    g_autofree char *meta = charset_from_meta(bytes, len);
    add_charset(charsets, text, meta);
  }
  hides = hides_ascii(text->charset);
  if (hides && (file || !g_str_has_prefix(text->charset, "iso-2022")))
    add_charset(charsets, text, "windows-1252");
  for (guint i = charsets->len; i-- > 0 && !hides;)
    if (!hides_ascii(g_ptr_array_index(charsets, i)))
      g_ptr_array_remove_index(charsets, i);
  return charsets;
}

typedef struct known {
  GHashTable *targets;
  GHashTable *hosts; /* with all above them: of "https+ADoALwAv-a+AC4-b.com" ASCII shows b.com */
} Known;

static void
add_hosts(GHashTable *hosts, const Link *link)
{
  g_autoptr(Url) url = url_parse(link->target, strlen(link->target), TRUE);

  for (const char *host = url != NULL ? url->host : ""; *host != '\0';) {
    g_hash_table_add(hosts, g_strdup(host));
    host += strcspn(host, ".");
    host += *host == '.' ? 1 : 0;
  }
}

/* "a+AC4-b.com" in UTF-7: a reader who takes it for ASCII sees AC4-b.com, which is nobody's. */
static gboolean
is_utf7_rest(const Link *link, const Text *text, const Text *other)
{
  const char *utf8 = g_bytes_get_data(other->utf8, NULL);

  return strcmp(text->charset, "utf-7") == 0 && link->use == LINK_TEXT && link->span.off > 0 &&
         utf8[link->span.off - 1] == '+' &&
         memchr(link->target, '-', strcspn(link->target, ".")) != NULL;
}

/* Something acts in a page as one reads it that does not as the other does. */
static gboolean
acts_more(const Text *text, const Text *other)
{
  size_t len, more_len;
  const unsigned char *utf8 = g_bytes_get_data(text->utf8, &len);
  const unsigned char *more = g_bytes_get_data(other->utf8, &more_len);

  return (active_traits("text/html", "", more, more_len) &
          ~active_traits("text/html", "", utf8, len)) != 0;
}

/* Letters of ISO-2022 taken for ASCII make hosts of chance, but no whole address. */
static gboolean
is_by_chance(const Known *known, const Link *link, const Text *text, const Text *other)
{
  g_autoptr(Url) url = NULL;

  if (!(link->flags & LINK_BARE))
    return FALSE;
  if (g_str_has_prefix(text->charset, "iso-2022") || is_utf7_rest(link, text, other))
    return TRUE;
  url = url_parse(link->target, strlen(link->target), TRUE);
  return url != NULL && g_hash_table_contains(known->hosts, url->host);
}

static gboolean
shows_more(Part *part, const Text *text, const Text *other, const GArray *links)
{
  g_autoptr(GHashTable) targets = g_hash_table_new(g_str_hash, g_str_equal);
  g_autoptr(GHashTable) hosts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GArray) found = links_new();
  const Known known = {targets, hosts};
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(other->utf8, &len);

  for (guint i = 0; i < links->len; i++) {
    g_hash_table_add(targets, g_array_index(links, Link, i).target);
    add_hosts(hosts, &g_array_index(links, Link, i));
  }
  (void)(part->flags & PART_HTML ? html_links(utf8, len, found) : text_links(utf8, len, found));
  for (guint i = 0; i < found->len; i++) {
    const Link *link = &g_array_index(found, Link, i);

    if (!(link->flags & LINK_RELATIVE) && !g_hash_table_contains(targets, link->target) &&
        !is_by_chance(&known, link, text, other))
      return TRUE;
  }
  return FALSE;
}

gboolean
readings_differ(const Tree *tree, Part *part, const Text *text, const GArray *links)
{
  g_autoptr(GPtrArray) charsets = charsets_of(tree, part, text);

  for (guint i = 0; i < charsets->len; i++) {
    g_autoptr(Text) other = text_decode(part_content(tree, part), g_ptr_array_index(charsets, i));

    if (shows_more(part, text, other, links) ||
        ((part->flags & PART_HTML) && acts_more(text, other)))
      return TRUE;
  }
  return FALSE;
}
