/* opaque_part.c - S/MIME whose content had to be changed.
 *
 * Nobody but the sender can sign the new content, and a reader shows nothing of an object whose
 * signature does not fit. So the content itself comes to stand in its place: the body, and of its
 * header what describes content; other fields have no meaning in a part (RFC 2045 section 3). */
#include "rewriter.h"

#include <string.h>

#include "error.h"
#include "header_lines.h"

/* The last one counts, as for the lexer. */
static gboolean
stands_again(HeaderLines lines)
{
  g_autofree char *name = g_strndup(lines.name, lines.name_len);

  while (header_lines_next(&lines))
    if (header_lines_named(&lines, name))
      return TRUE;
  return FALSE;
}

static void
take_over_fields(Rewriter *r, const Part *carrier, const char *bytes, size_t len)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);

  for (HeaderLines lines = header_lines(bytes, len); header_lines_next(&lines);) {
    g_autofree char *name = g_strndup(lines.name, lines.name_len);
    g_autofree char *value = NULL;

    if (g_ascii_strncasecmp(name, "Content-", 8) != 0 || stands_again(lines))
      continue;
    value = header_value_plain(lines.value, lines.value_len);
    header_set(r, carrier, name, value);
    g_ptr_array_add(names, g_steal_pointer(&name));
  }
  g_ptr_array_add(names, g_strdup("Content-ID")); /* what it is called from outside */
  g_ptr_array_add(names, NULL);
  header_delete_content(r, carrier, (const char *const *)names->pdata);
}

/* It would mean something else with other line ends, or be cut by an MTA. */
static gboolean
is_binary(const char *bytes, size_t len)
{
  const char *end = bytes + len;

  if (memchr(bytes, 0, len) != NULL)
    return TRUE;
  for (const char *cr = bytes; (cr = memchr(cr, '\r', (size_t)(end - cr))) != NULL; cr++)
    if (cr + 1 == end || cr[1] != '\n')
      return TRUE;
  return FALSE;
}

int
opaque_write(Rewriter *r, const Part *carrier, GBytes *entity, GError **error)
{
  size_t len, start;
  const char *bytes = g_bytes_get_data(entity, &len);
  HeaderLines lines = header_lines(bytes, len);

  if (is_binary(bytes, len)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "binary content inside S/MIME");
    return -1;
  }
  take_over_fields(r, carrier, bytes, len);
  while (header_lines_next(&lines))
    ;
  start = header_lines_body(&lines);
  g_autoptr(GBytes) rest = g_bytes_new_from_bytes(entity, start, len - start);
  g_autoptr(GBytes) body = lines_with_eol(rest, part_eol(r, carrier));
  part_replace_body(r, carrier, body);
  return 0;
}
