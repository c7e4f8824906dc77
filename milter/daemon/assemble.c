#include "assemble.h"

#include "bounds.h"
#include "error.h"

#include <stdlib.h>
#include <string.h>

/* malloc and not GLib's containers, which end the process when memory is out: the front serves
 * other letters too. */
struct assembly {
  unsigned char *data;
  size_t len, room;
  guint64 seen;
  gboolean body, too_large, no_memory, broken;
};

Assembly *
assembly_new(void)
{
  return g_new0(Assembly, 1);
}

void
assembly_reset(Assembly *assembly)
{
  free(assembly->data);
  *assembly = (Assembly){0};
}

void
assembly_free(Assembly *assembly)
{
  if (assembly == NULL)
    return;
  assembly_reset(assembly);
  g_free(assembly);
}

static gboolean
make_room(Assembly *assembly, size_t len)
{
  size_t want = MAX(assembly->len + len, KIB(16)), room = MAX(assembly->room * 2, want);
  unsigned char *data;

  if (assembly->room - assembly->len >= len)
    return TRUE;
  data = realloc(assembly->data, room);
  if (data == NULL)
    return FALSE;
  assembly->data = data;
  assembly->room = room;
  return TRUE;
}

static void
put(Assembly *assembly, const void *data, size_t len)
{
  assembly->seen += len;
  if (assembly->seen > LIMIT_MESSAGE)
    assembly->too_large = TRUE;
  else if (!make_room(assembly, len))
    assembly->no_memory = TRUE;
  if (assembly->too_large || assembly->no_memory || len == 0)
    return;
  memcpy(assembly->data + assembly->len, data, len);
  assembly->len += len;
}

void
assembly_header(Assembly *assembly, const char *name, const char *value, gboolean exact)
{
  put(assembly, name, strlen(name));
  put(assembly, ":", 1);
  if (!exact)
    put(assembly, " ", 1);
  for (const char *lf; (lf = strchr(value, '\n')) != NULL; value = lf + 1) {
    size_t len = (size_t)(lf - value);

    if (lf[1] != ' ' && lf[1] != '\t')
      assembly->broken = TRUE;
    put(assembly, value, len > 0 && lf[-1] == '\r' ? len - 1 : len);
    put(assembly, "\r\n", 2);
  }
  put(assembly, value, strlen(value));
  put(assembly, "\r\n", 2);
}

void
assembly_end_header(Assembly *assembly)
{
  if (!assembly->body)
    put(assembly, "\r\n", 2);
  assembly->body = TRUE;
}

void
assembly_body(Assembly *assembly, const unsigned char *data, size_t len)
{
  assembly_end_header(assembly);
  put(assembly, data, len);
}

guint64
assembly_size(const Assembly *assembly)
{
  return assembly->seen;
}

gboolean
assembly_is_too_large(const Assembly *assembly)
{
  return assembly->too_large;
}

GBytes *
assembly_take(Assembly *assembly, GError **error)
{
  GBytes *bytes = NULL;

  assembly_end_header(assembly);
  if (assembly->too_large) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "message of more than %zu MiB",
                LIMIT_MESSAGE / MIB(1));
  } else if (assembly->broken) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA,
                        "a header field goes on in a line that is not indented");
  } else if (assembly->no_memory) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_TEMP, "no memory for the message");
  } else {
    bytes = g_bytes_new_with_free_func(assembly->data, assembly->len, free, assembly->data);
    assembly->data = NULL;
  }
  assembly_reset(assembly);
  return bytes;
}
