#include "hostmap.h"

#include <string.h>

typedef struct path_pattern {
  char *pattern;
  size_t len;
  void *value;
} PathPattern;

/* What stands at one host name. A feed may have thousands of paths on one host: plain ones are in
 * a hash that is asked once for each length that occurs. */
typedef struct node {
  void *value;       /* of the host alone, or NULL */
  GHashTable *plain; /* path in lower case ─▶ value; or NULL */
  GArray *lengths;   /* size_t: lengths of those, longest first; or NULL */
  GArray *patterns;  /* PathPattern, with a star, longest first; or NULL */
  GHashTable *known; /* those patterns ─▶ value; or NULL */
} Node;

typedef struct glob {
  char *label; /* "*-my", "mta*" */
  Node node;
} Glob;

typedef struct entry {
  Node node;
  GPtrArray *globs;  /* Glob *, longest first: for labels in front of this name; or NULL */
  GHashTable *known; /* their labels ─▶ Glob *; or NULL */
} Entry;

struct hostmap {
  GHashTable *entries; /* char * ─▶ Entry * */
  unsigned count;
};

static void
path_pattern_clear(void *data)
{
  g_free(((PathPattern *)data)->pattern);
}

static void
node_clear(Node *node)
{
  g_clear_pointer(&node->plain, g_hash_table_unref);
  g_clear_pointer(&node->lengths, g_array_unref);
  g_clear_pointer(&node->known, g_hash_table_unref);
  g_clear_pointer(&node->patterns, g_array_unref);
}

static void
glob_free(void *data)
{
  Glob *glob = data;
  node_clear(&glob->node);
  g_free(glob->label);
  g_free(glob);
}

static void
entry_free(void *data)
{
  Entry *entry = data;
  node_clear(&entry->node);
  g_clear_pointer(&entry->known, g_hash_table_unref);
  g_clear_pointer(&entry->globs, g_ptr_array_unref);
  g_free(entry);
}

HostMap *
hostmap_new(void)
{
  HostMap *map = g_new0(HostMap, 1);
  map->entries = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, entry_free);
  return map;
}

void
hostmap_free(HostMap *map)
{
  if (!map)
    return;
  g_hash_table_unref(map->entries);
  g_free(map);
}

unsigned
hostmap_count(const HostMap *map)
{
  return map->count;
}

void
hostmap_each_name(const HostMap *map, void (*each)(const char *name, void *data), void *data)
{
  GHashTableIter iter;
  void *name;
  g_hash_table_iter_init(&iter, map->entries);
  while (g_hash_table_iter_next(&iter, &name, NULL))
    each(name, data);
}

/* Percent-escapes undone; servers take "//" for "/". */
static void
append_unescaped(GString *out, const char *text)
{
  for (; *text; text++) {
    int high = g_ascii_xdigit_value(text[0] == '%' ? text[1] : 0);
    int low = high >= 0 ? g_ascii_xdigit_value(text[2]) : -1;
    char c = *text;
    if (low >= 0) {
      c = (char)(high * 16 + low);
      text += 2;
    }
    if (c == '\0')
      continue;
    if (c == '/' && out->len && out->str[out->len - 1] == '/')
      continue;
    g_string_append_c(out, c);
  }
}

/* --- adding --- */

static Entry *
entry_at(HostMap *map, const char *name)
{
  Entry *entry = g_hash_table_lookup(map->entries, name);
  if (!entry) {
    entry = g_new0(Entry, 1);
    g_hash_table_insert(map->entries, g_strdup(name), entry);
  }
  return entry;
}

/* Where one of that length belongs in a list of `count` whose longest stand first: behind those
 * that are as long. */
static guint
place_for(size_t len, const void *list, guint count, size_t (*length)(const void *list, guint n))
{
  guint from = 0, to = count;
  while (from < to) {
    guint middle = (from + to) / 2;
    if (length(list, middle) >= len)
      from = middle + 1;
    else
      to = middle;
  }
  return from;
}

static size_t
glob_length(const void *globs, guint n)
{
  const Glob *glob = g_ptr_array_index((const GPtrArray *)globs, n);
  return strlen(glob->label);
}

static Node *
glob_at(Entry *entry, const char *label)
{
  if (!entry->globs) {
    entry->globs = g_ptr_array_new_with_free_func(glob_free);
    entry->known = g_hash_table_new(g_str_hash, g_str_equal);
  }
  Glob *glob = g_hash_table_lookup(entry->known, label);
  if (!glob) {
    glob = g_new0(Glob, 1);
    glob->label = g_strdup(label);
    guint at = place_for(strlen(label), entry->globs, entry->globs->len, glob_length);
    g_ptr_array_insert(entry->globs, (int)at, glob);
    g_hash_table_insert(entry->known, glob->label, glob);
  }
  return &glob->node;
}

static void
add_length(GArray *lengths, size_t len)
{
  guint at = 0;
  while (at < lengths->len && g_array_index(lengths, size_t, at) > len)
    at++;
  if (at == lengths->len || g_array_index(lengths, size_t, at) != len)
    g_array_insert_val(lengths, at, len);
}

/* Takes the path. */
static void *
node_put_plain(Node *node, char *path, void *value)
{
  if (!node->plain) {
    node->plain = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    node->lengths = g_array_new(FALSE, FALSE, sizeof(size_t));
  }
  void *already = g_hash_table_lookup(node->plain, path);
  if (already) {
    g_free(path);
    return already;
  }
  add_length(node->lengths, strlen(path));
  g_hash_table_insert(node->plain, path, value);
  return NULL;
}

static size_t
pattern_length(const void *patterns, guint n)
{
  return g_array_index((const GArray *)patterns, PathPattern, n).len;
}

/* Takes the pattern. */
static void *
node_put_pattern(Node *node, char *pattern, void *value)
{
  PathPattern path = {.pattern = pattern, .len = strlen(pattern), .value = value};
  if (!node->patterns) {
    node->patterns = g_array_new(FALSE, FALSE, sizeof(PathPattern));
    g_array_set_clear_func(node->patterns, path_pattern_clear);
    node->known = g_hash_table_new(g_str_hash, g_str_equal);
  }
  void *already = g_hash_table_lookup(node->known, pattern);
  if (already) {
    g_free(pattern);
    return already;
  }
  guint at = place_for(path.len, node->patterns, node->patterns->len, pattern_length);
  g_array_insert_val(node->patterns, at, path);
  g_hash_table_insert(node->known, pattern, value);
  return NULL;
}

static void *
node_put_path(Node *node, const char *path, void *value)
{
  g_autoptr(GString) plain = g_string_new(NULL);
  append_unescaped(plain, path);
  char *lower = g_ascii_strdown(plain->str, (gssize)plain->len);
  return strchr(lower, '*') ? node_put_pattern(node, lower, value)
                            : node_put_plain(node, lower, value);
}

static void *
node_put(Node *node, const char *path, void *value)
{
  if (*path)
    return node_put_path(node, path, value);
  if (!node->value) {
    node->value = value;
    return NULL;
  }
  return node->value;
}

static gboolean
label_is_good(const char *label)
{
  for (const char *p = label; *p; p++)
    if (!g_ascii_isalnum(*p) && *p != '-' && *p != '_' && *p != '*')
      return FALSE;
  return *label != '\0';
}

/* The name as a browser would look it up, and whether it is a number; NULL if it is none. */
static char *
name_parse(const char *name, size_t len, gboolean *number)
{
  unsigned flags = 0;
  if (len && (name[len - 1] == '.' || name[0] == '.'))
    return NULL;
  char *host = len ? url_host_parse(name, len, TRUE, &flags) : NULL;
  *number = (flags & URL_IP) != 0;
  return host;
}

static const char *
host_put(HostMap *map, const char *host, size_t len, const char *path, void *value, void **already)
{
  g_autofree char *label = NULL;
  gboolean number;
  const char *dot = memchr(host, '.', len), *star = memchr(host, '*', len);
  if (star && (!dot || star < dot)) {
    if (!dot)
      return "has no name after \"*\"; write \"*.example.com\"";
    label = g_ascii_strdown(host, dot - host);
    len -= (size_t)(dot + 1 - host);
    host = dot + 1;
  }
  if (memchr(host, '*', len) || (label && strchr(strchr(label, '*') + 1, '*')))
    return "has a \"*\" that is not in its first label; write \"*-x.example.com\" or list the "
           "names";
  g_autofree char *name = name_parse(host, len, &number);
  gboolean hollow = g_strstr_len(host, (gssize)len, "..") != NULL; /* a label without letters */
  if (!name || hollow || (label && (number || !label_is_good(label))))
    return "is no host name; write one such as \"drive.example.com\"";
  if (!number && !strchr(name, '.'))
    return "would stand for a whole top-level domain; write a name such as \"example.com\"";
  Entry *entry = entry_at(map, name);
  *already = node_put(label ? glob_at(entry, label) : &entry->node, path, value);
  if (!*already)
    map->count++;
  return NULL;
}

/* "user@host:8080" of a list's URL without what is not the host. */
static const char *
authority_host(const char *authority, size_t *len)
{
  const char *at = memrchr(authority, '@', *len);
  if (at) {
    *len -= (size_t)(at + 1 - authority);
    authority = at + 1;
  }
  const char *colon = memrchr(authority, ':', *len);
  if (colon && strspn(colon + 1, "0123456789") + 1 == *len - (size_t)(colon - authority))
    *len = (size_t)(colon - authority);
  return authority;
}

const char *
hostmap_add(HostMap *map, const char *pattern, HostForm form, void *value, void **already)
{
  const char *scheme = strstr(pattern, "://");
  *already = NULL;
  if (scheme && form != HOST_OR_URL)
    return "has a scheme; write the host without it";
  if (scheme)
    pattern = scheme + 3;
  size_t len = strcspn(pattern, "/?#");
  const char *path = pattern + len;
  if (form == HOST_ALONE && *path)
    return "has a path; write the host alone, or put it under \"paths\"";
  if (form == HOST_AND_PATH && strlen(path) < 2)
    return "has no path; put it under \"hosts\", or add one such as \"example.com/share/\"";
  if (form == HOST_OR_URL)
    pattern = authority_host(pattern, &len);
  return host_put(map, pattern, len, strcmp(path, "/") == 0 ? "" : path, value, already);
}

/* --- looking up --- */

gboolean
glob_prefix(const char *pattern, const char *text)
{
  const char *star = NULL, *retry = NULL;
  while (*pattern) {
    if (*pattern == '*') {
      star = ++pattern;
      retry = text;
    } else if (*text && g_ascii_tolower(*pattern) == g_ascii_tolower(*text)) {
      pattern++;
      text++;
    } else if (star && *retry) {
      pattern = star;
      text = ++retry;
    } else {
      return FALSE;
    }
  }
  return TRUE;
}

/* A label of len bytes against "*-my": there is one star. */
static gboolean
glob_label(const char *pattern, const char *label, size_t len)
{
  const char *star = strchr(pattern, '*');
  size_t head = (size_t)(star - pattern), tail = strlen(star + 1);
  return len >= head + tail && g_ascii_strncasecmp(label, pattern, head) == 0 &&
         g_ascii_strncasecmp(label + len - tail, star + 1, tail) == 0;
}

gboolean
host_is_under(const char *host, const char *suffix)
{
  size_t n = strlen(host), m = strlen(suffix);
  if (n < m || strcmp(host + n - m, suffix) != 0)
    return FALSE;
  return n == m || host[n - m - 1] == '.';
}

char *
hostmap_path(const Url *url)
{
  GString *rest = g_string_new(NULL);
  append_unescaped(rest, url->path);
  if (rest->len == 0)
    g_string_append_c(rest, '/');
  if (url->query) {
    g_string_append_c(rest, '?');
    append_unescaped(rest, url->query);
  }
  if (url->fragment) {
    g_string_append_c(rest, '#');
    append_unescaped(rest, url->fragment);
  }
  g_string_ascii_down(rest);
  return g_string_free(rest, FALSE);
}

typedef struct search {
  const Url *url;
  char *rest; /* made when first needed */
  size_t best;
  void *value;
} Search;

static void
search_plain(Search *search, const Node *node)
{
  size_t have = strlen(search->rest);
  for (guint i = 0; i < node->lengths->len; i++) {
    size_t len = g_array_index(node->lengths, size_t, i);
    if (len <= search->best)
      return;
    if (len > have)
      continue;
    char cut = search->rest[len];
    search->rest[len] = '\0';
    void *value = g_hash_table_lookup(node->plain, search->rest);
    search->rest[len] = cut;
    if (value) {
      search->best = len;
      search->value = value;
      return;
    }
  }
}

static void
search_patterns(Search *search, const Node *node)
{
  for (guint i = 0; i < node->patterns->len; i++) {
    const PathPattern *path = &g_array_index(node->patterns, PathPattern, i);
    if (path->len <= search->best)
      return;
    if (glob_prefix(path->pattern, search->rest)) {
      search->best = path->len;
      search->value = path->value;
      return;
    }
  }
}

/* Takes the node's value if it is more specific than what was found at this name before. */
static void
search_node(Search *search, const Node *node)
{
  if (node->value && !search->value)
    search->value = node->value;
  if (!search->rest && (node->plain || node->patterns))
    search->rest = hostmap_path(search->url);
  if (node->plain)
    search_plain(search, node);
  if (node->patterns)
    search_patterns(search, node);
}

static void
search_name(const HostMap *map, Search *search, const char *name)
{
  const Entry *entry = g_hash_table_lookup(map->entries, name);
  if (entry)
    search_node(search, &entry->node);
  const char *dot = strchr(name, '.');
  const Entry *above = dot ? g_hash_table_lookup(map->entries, dot + 1) : NULL;
  for (guint i = 0; above && above->globs && i < above->globs->len; i++) {
    const Glob *glob = g_ptr_array_index(above->globs, i);
    if (glob_label(glob->label, name, (size_t)(dot - name)))
      search_node(search, &glob->node);
  }
}

void *
hostmap_find(const HostMap *map, const Url *url)
{
  Search search = {.url = url};
  const char *name = url->host;
  while (*name && !search.value) {
    search_name(map, &search, name);
    const char *dot = (url->flags & URL_IP) ? NULL : strchr(name, '.');
    name = dot ? dot + 1 : "";
  }
  g_free(search.rest);
  return search.value;
}
