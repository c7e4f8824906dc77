/* apply.c - a reply carried out on a letter's own bytes, as an MTA does it: for the command, for
 * verifying, for tests. Occurrences are counted in the header as it came. */
#include "rewrite.h"

#include <string.h>

#include "edit.h"
#include "error.h"
#include "header_lines.h"

typedef struct header {
  const char *bytes;
  size_t len;  /* of the fields, without the empty line */
  size_t body; /* where the body starts */
  const char *eol;
} Header;

static Header
header_read(const char *bytes, size_t len)
{
  Header header = {.bytes = bytes, .eol = "\n"};
  HeaderLines lines = header_lines(bytes, len);
  const char *lf = len > 0 ? memchr(bytes, '\n', len) : NULL;

  if (lf != NULL && lf > bytes && lf[-1] == '\r')
    header.eol = "\r\n";
  while (header_lines_next(&lines))
    ;
  header.len = lines.at;
  header.body = header_lines_body(&lines);
  return header;
}

static gboolean
find_field(const Header *header, const char *name, unsigned index, Range *field)
{
  HeaderLines lines = header_lines(header->bytes, header->len);
  unsigned seen = 0;

  while (header_lines_next(&lines))
    if (header_lines_named(&lines, name) && ++seen == index) {
      *field = lines.field;
      return TRUE;
    }
  return FALSE;
}

static char *
field_line(const HeaderChange *change, const char *eol)
{
  g_auto(GStrv) lines = g_strsplit(change->value, "\n", -1);
  g_autofree char *value = g_strjoinv(eol, lines);
  return g_strconcat(change->name, ": ", value, eol, NULL);
}

static int
apply_change(const Header *header, const HeaderChange *change, Edits *edits, GError **error)
{
  Range field = {header->len, 0};
  g_autofree char *line = change->op != HEADER_DELETE ? field_line(change, header->eol) : NULL;
  gboolean cut = header->len > 0 && header->bytes[header->len - 1] != '\n';
  if (change->op == HEADER_ADD && cut)
    edits_add_string(edits, field, header->eol);
  if (change->op != HEADER_ADD && !find_field(header, change->name, change->index, &field)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "no header field %s number %u",
                change->name, change->index);
    return -1;
  }
  edits_add_string(edits, field, line != NULL ? line : "");
  return 0;
}

GBytes *
reply_apply(const Letter *letter, const Reply *reply, GError **error)
{
  size_t len;
  const char *bytes = g_bytes_get_data(letter->raw, &len);
  Header header = header_read(bytes, len);
  g_autoptr(Edits) edits = edits_new();
  if (!reply_changes(reply))
    return g_bytes_ref(letter->raw);
  for (guint i = 0; i < reply->headers->len; i++)
    if (apply_change(&header, g_ptr_array_index(reply->headers, i), edits, error) != 0)
      return NULL;
  if (reply->body != NULL) {
    if (header.body == header.len)
      edits_add_string(edits, range_make(header.len, 0), header.eol);
    edits_take(edits, range_make(header.body, len - header.body), g_bytes_ref(reply->body));
  }
  return edits_splice(letter->raw, edits, error);
}
