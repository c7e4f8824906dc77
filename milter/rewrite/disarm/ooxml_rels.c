/* ooxml_rels.c - what relationships are called, and where they lead (ECMA-376 part 2, 9). */
#include "ooxml_rels.h"

#include <string.h>

#include "finding.h"

void
rels_free(void *data)
{
  Rels *rels = data;

  xml_free(rels->xml);
  g_free(rels->folder);
  g_free(rels->source);
  g_hash_table_unref(rels->gone);
  g_hash_table_unref(rels->dead);
  g_free(rels);
}

Rels *
rels_new(unsigned member, const char *name, Xml *xml)
{
  const char *slash = strrchr(name, '/');
  Rels *rels = g_new0(Rels, 1);

  rels->member = member;
  rels->xml = xml;
  rels->folder = g_strndup(name, (gsize)(slash - name) - strlen("_rels"));
  rels->source = g_strdup_printf("%s%.*s", rels->folder, (int)(strlen(slash + 1) - strlen(".rels")),
                                 slash + 1);
  rels->gone = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  rels->dead = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return rels;
}

gboolean
rels_is_name(const char *name)
{
  const char *slash = strrchr(name, '/');
  g_autofree char *lower = g_ascii_strdown(name, -1);

  return slash && g_str_has_suffix(lower, ".rels") && slash - name >= 5 &&
         g_ascii_strncasecmp(slash - 5, "_rels", 5) == 0 && (slash - name == 5 || slash[-6] == '/');
}

char *
rels_resolve(const Rels *rels, const char *target)
{
  g_autofree char *plain = g_uri_unescape_string(target, NULL);
  const char *relative = plain ? plain : target;
  g_autofree char *whole =
      *relative == '/' ? g_strdup(relative + 1) : g_strconcat(rels->folder, relative, NULL);
  g_auto(GStrv) steps = g_strsplit(whole, "/", -1);
  g_autoptr(GPtrArray) path = g_ptr_array_new();

  for (char **step = steps; *step; step++) {
    if (strcmp(*step, "..") == 0) {
      if (path->len > 0)
        g_ptr_array_set_size(path, (int)path->len - 1);
    } else if (**step && strcmp(*step, ".") != 0) {
      g_ptr_array_add(path, *step);
    }
  }
  g_ptr_array_add(path, NULL);
  return g_strjoinv("/", (char **)path->pdata);
}

const char *
rels_kind(const char *type)
{
  const char *slash = strrchr(type, '/');

  return slash ? slash + 1 : type;
}

/* Another workbook of the reader's own disk that this one takes numbers from is everyday. */
static gboolean
is_local_path(const char *target)
{
  return !strchr(target, ':') && !strstr(target, "//") && !strstr(target, "\\\\");
}

BitSet
rels_outside_traits(const char *type, const char *target)
{
  const char *kind = rels_kind(type);

  if (strcmp(kind, "hyperlink") == 0 ||
      (g_str_has_prefix(kind, "externalLink") && is_local_path(target)) ||
      (strcmp(kind, "xlPathMissing") == 0))
    return 0;
  return strcmp(kind, "attachedTemplate") == 0 ? TRAIT(REMOTE_TEMPLATE)
                                               : TRAIT(EXTERNAL_RELATIONSHIP);
}
