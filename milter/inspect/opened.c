/* opened.c - which containers we open ourselves. */
#include "opened.h"

#include <string.h>

typedef struct kind {
  const char *type;
  gboolean (*open)(const unsigned char *bytes, size_t len, GPtrArray *files);
} Kind;

static const Kind kinds[] = {
    {"application/vnd.ms-tnef", tnef_open},
    {"application/applefile", apple_open},
};

static void
opened_free(void *data)
{
  Opened *opened = data;

  g_free(opened->name);
  g_clear_pointer(&opened->content, g_bytes_unref);
  g_free(opened);
}

Opened *
opened_new(const char *name, GBytes *content)
{
  Opened *opened = g_new0(Opened, 1);

  opened->name = g_strdup(name);
  opened->content = content;
  return opened;
}

static const Kind *
find_kind(const char *type)
{
  for (size_t i = 0; i < G_N_ELEMENTS(kinds); i++)
    if (strcmp(kinds[i].type, type) == 0)
      return &kinds[i];
  return NULL;
}

gboolean
opened_is(const char *type)
{
  return find_kind(type) != NULL;
}

GPtrArray *
opened_read(const char *type, const unsigned char *bytes, size_t len, gboolean *whole)
{
  GPtrArray *files = g_ptr_array_new_with_free_func(opened_free);
  const Kind *kind = find_kind(type);

  *whole = kind != NULL && kind->open(bytes, len, files);
  return files;
}
