/* The order of effects, the same for every sink. */
#include "sink.h"

#include "bounds.h"
#include "error.h"

#include <string.h>

#define PIECE MIB(1)

static int
compare_changes(gconstpointer a, gconstpointer b)
{
  const HeaderChange *first = *(HeaderChange *const *)a, *second = *(HeaderChange *const *)b;

  if (first->index != second->index)
    return first->index > second->index ? -1 : 1;
  return g_ascii_strcasecmp(first->name, second->name);
}

/* Changes and deletions, highest index first, each once. */
static GPtrArray *
sort_changes(const Reply *reply, GError **error)
{
  g_autoptr(GPtrArray) sorted = g_ptr_array_new();
  GPtrArray *unique = g_ptr_array_new();

  for (guint i = 0; i < reply->headers->len; i++) {
    HeaderChange *change = g_ptr_array_index(reply->headers, i);

    if (change->op != HEADER_ADD)
      g_ptr_array_add(sorted, change);
  }
  g_ptr_array_sort(sorted, compare_changes);
  for (guint i = 0; i < sorted->len; i++) {
    HeaderChange *change = g_ptr_array_index(sorted, i);
    const HeaderChange *before =
        unique->len > 0 ? g_ptr_array_index(unique, unique->len - 1) : NULL;

    if (before == NULL || compare_changes(&before, &change) != 0) {
      g_ptr_array_add(unique, change);
    } else if (before->op != change->op || g_strcmp0(before->value, change->value) != 0) {
      g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "field %s %u is changed in two ways",
                  change->name, change->index);
      g_ptr_array_unref(unique);
      return NULL;
    }
  }
  return unique;
}

static int
change_headers(const Sink *sink, void *data, const GPtrArray *changes, GError **error)
{
  for (guint i = 0; i < changes->len; i++) {
    const HeaderChange *change = g_ptr_array_index(changes, i);
    const char *value = change->op == HEADER_DELETE ? NULL : change->value;

    if (sink->change_header(data, change->name, change->index, value, error) != 0)
      return -1;
  }
  return 0;
}

static int
add_headers(const Sink *sink, void *data, const GPtrArray *headers, GError **error)
{
  for (guint i = 0; i < headers->len; i++) {
    const HeaderChange *change = g_ptr_array_index(headers, i);

    if (change->op == HEADER_ADD && sink->add_header(data, change->name, change->value, error) != 0)
      return -1;
  }
  return 0;
}

/* An empty body is written too: one empty piece. */
static int
write_body(const Sink *sink, void *data, GBytes *body, GError **error)
{
  size_t len, at = 0;
  const unsigned char *bytes = g_bytes_get_data(body, &len);

  do {
    size_t piece = MIN(len - at, PIECE);

    if (sink->write_body(data, len > 0 ? bytes + at : (const unsigned char *)"", piece, error) != 0)
      return -1;
    at += piece;
  } while (at < len);
  return 0;
}

int
sink_apply(const Sink *sink, void *data, const Reply *reply, GError **error)
{
  g_autoptr(GPtrArray) changes = sort_changes(reply, error);

  if (changes == NULL || change_headers(sink, data, changes, error) != 0 ||
      add_headers(sink, data, reply->headers, error) != 0)
    return -1;
  if (reply->body != NULL && write_body(sink, data, reply->body, error) != 0)
    return -1;
  return reply->verdict == VERDICT_HOLD ? sink->hold(data, reply->reason, error) : 0;
}
