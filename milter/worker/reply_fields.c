/* reply_fields.c - whom a message is from and whom an answer goes to is no worker's business: in
 * the fields that say so it may break an address in a name, and nothing else. */
#include "reply.h"

#include "error.h"
#include "field_place.h"

#include <string.h>

static const char *
line_end(const char *at, const char *end)
{
  const char *lf = memchr(at, '\n', (size_t)(end - at));

  return lf != NULL ? lf + 1 : end;
}

/* The value of the index-th field of that name, as smfi_chgheader counts them, or NULL. */
static const char *
find_value(const char *at, const char *end, const HeaderChange *change, size_t *len)
{
  size_t n = strlen(change->name);
  unsigned seen = 0;

  while (at < end && *at != '\n' && *at != '\r') {
    const char *start = at, *colon;

    at = line_end(at, end);
    while (at < end && (*at == ' ' || *at == '\t'))
      at = line_end(at, end);
    colon = memchr(start, ':', (size_t)(at - start));
    if (colon == NULL || (size_t)(colon - start) < n ||
        g_ascii_strncasecmp(start, change->name, n) != 0 ||
        start + n + strspn(start + n, " \t") != colon || ++seen != change->index)
      continue;
    *len = (size_t)(at - colon) - 1;
    return colon + 1;
  }
  return NULL;
}

static gboolean
keeps_addresses(const HeaderChange *change, GBytes *raw)
{
  size_t size, len;
  const char *bytes = g_bytes_get_data(raw, &size);
  const char *value = find_value(bytes, bytes + size, change, &len);
  g_autofree char *before = value != NULL ? field_addresses(value, len) : NULL;
  g_autofree char *after = field_addresses(change->value, strlen(change->value));

  return before != NULL && strcmp(before, after) == 0;
}

int
reply_check_fields(const Reply *reply, const Letter *letter, GError **error)
{
  for (guint i = 0; i < reply->headers->len; i++) {
    const HeaderChange *change = g_ptr_array_index(reply->headers, i);

    if (change->op != HEADER_CHANGE || field_place(change->name) != PLACE_NAMES ||
        keeps_addresses(change, letter->raw))
      continue;
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA,
                "reply breaks the protocol: another address in %s", change->name);
    return -1;
  }
  return 0;
}
