/* The last step before effects. It reads the top header for one name only, so the front still
 * parses nothing that an attacker could make hard. */
#include "finish.h"

#include "header_lines.h"

#include <string.h>

#define OWN_NAME "X-Cordon"

static unsigned
count_name(GHashTable *seen, const char *name, size_t len)
{
  g_autofree char *key = g_ascii_strdown(name, (gssize)len);
  unsigned n = GPOINTER_TO_UINT(g_hash_table_lookup(seen, key)) + 1;

  g_hash_table_replace(seen, g_steal_pointer(&key), GUINT_TO_POINTER(n));
  return n;
}

static void
letter_body(const Letter *letter, const Reply *reply, const unsigned char **body, size_t *len)
{
  size_t size;
  const char *raw = g_bytes_get_data(letter->raw, &size);
  HeaderLines lines = header_lines(raw, size);

  if (reply->body != NULL) {
    *body = g_bytes_get_data(reply->body, len);
    return;
  }
  while (header_lines_next(&lines))
    ;
  *body = (const unsigned char *)raw + header_lines_body(&lines);
  *len = size - header_lines_body(&lines);
}

/* All fields of our name, when a new one will be added; else those whose seal is not good. */
static void
delete_fields(const Letter *letter, const Seal *seal, Reply *reply, gboolean all,
              const unsigned char *body, size_t len)
{
  size_t size;
  const char *raw = g_bytes_get_data(letter->raw, &size);
  HeaderLines lines = header_lines(raw, size);
  g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  while (header_lines_next(&lines)) {
    size_t n = lines.name_len;
    g_autofree char *value = NULL, *name = NULL;
    unsigned index;

    if (n < strlen(OWN_NAME) || g_ascii_strncasecmp(lines.name, OWN_NAME, strlen(OWN_NAME)) != 0)
      continue;
    index = count_name(seen, lines.name, n);
    value = g_strndup(lines.value, lines.value_len);
    if (!all && n == strlen(OWN_NAME) && seal_check(seal, value, body, len))
      continue;
    name = g_strndup(lines.name, n);
    reply_add_header(reply, HEADER_DELETE, name, index, NULL);
  }
}

gboolean
letter_is_sealed(const Letter *letter, const Seal *seal)
{
  size_t size;
  const char *raw = g_bytes_get_data(letter->raw, &size);
  HeaderLines lines = header_lines(raw, size), rest;
  g_autofree char *value = NULL;

  while (value == NULL && header_lines_next(&lines))
    if (lines.name_len == strlen(OWN_NAME) &&
        g_ascii_strncasecmp(lines.name, OWN_NAME, lines.name_len) == 0)
      value = g_strndup(lines.value, lines.value_len);
  if (value == NULL || strncmp(value + strspn(value, " \t"), "changed;", 8) != 0)
    return FALSE;
  rest = lines;
  while (header_lines_next(&rest))
    ;
  return seal_check(seal, value, (const guchar *)raw + header_lines_body(&rest),
                    size - header_lines_body(&rest));
}

static gboolean
is_own_change(const HeaderChange *change)
{
  return g_ascii_strncasecmp(change->name, OWN_NAME, strlen(OWN_NAME)) == 0;
}

const char *
reply_outcome(const Reply *reply)
{
  if (reply->verdict == VERDICT_HOLD)
    return "held";
  if (reply->verdict == VERDICT_REJECT)
    return "rejected";
  if (reply->verdict == VERDICT_TEMPFAIL)
    return "error";
  if (reply->body != NULL)
    return "changed";
  for (guint i = 0; i < reply->headers->len; i++)
    if (!is_own_change(g_ptr_array_index(reply->headers, i)))
      return "changed";
  return "unchanged";
}

void
finish_reply(const Letter *letter, const Seal *seal, Reply *reply)
{
  const char *outcome = reply_outcome(reply);
  gboolean ours = strcmp(outcome, "unchanged") != 0;
  const unsigned char *body;
  size_t len;

  if (reply->verdict != VERDICT_DELIVER && reply->verdict != VERDICT_HOLD)
    return;
  letter_body(letter, reply, &body, &len);
  delete_fields(letter, seal, reply, ours, body, len);
  if (ours) {
    g_autofree char *value = seal_make(seal, outcome, reply->classes, letter->ref, body, len);
    reply_add_header(reply, HEADER_ADD, OWN_NAME, 0, value);
  }
}
