/* apply.c - a reply carried out on a letter's own bytes, as an MTA does it: for the command, for
 * verifying, for tests. Occurrences are counted in the header as it came. */
#include "rewrite.h"

#include <string.h>

#include "edit.h"
#include "error.h"

typedef struct header {
  const char *bytes;
  size_t len;  /* of the fields, without the empty line */
  size_t body; /* where the body starts */
  const char *eol;
} Header;

/* Length of the line at this place, with its end. */
static size_t
line_at(const char *bytes, size_t len, size_t at)
{
  const char *end = memchr(bytes + at, '\n', len - at);
  return end != NULL ? (size_t)(end - bytes) + 1 - at : len - at;
}

static Header
header_read(const char *bytes, size_t len)
{
  Header header = {.bytes = bytes, .len = len, .body = len, .eol = "\n"};
  size_t first = len > 0 ? line_at(bytes, len, 0) : 0;
  if (first >= 2 && bytes[first - 2] == '\r')
    header.eol = "\r\n";
  for (size_t at = 0, n; at < len; at += n) {
    n = line_at(bytes, len, at);
    if (bytes[at] == '\n' || (bytes[at] == '\r' && n == 2)) {
      header.len = at;
      header.body = at + n;
      break;
    }
  }
  return header;
}

static gboolean
is_named(const Header *header, size_t at, const char *name)
{
  size_t n = strlen(name), end = at + n;
  if (end >= header->len || g_ascii_strncasecmp(header->bytes + at, name, n) != 0)
    return FALSE;
  while (end < header->len && (header->bytes[end] == ' ' || header->bytes[end] == '\t'))
    end++;
  return end < header->len && header->bytes[end] == ':';
}

/* The whole field that starts here, its folds included. */
static Range
field_at(const Header *header, size_t at)
{
  size_t end = at + line_at(header->bytes, header->len, at);
  while (end < header->len && (header->bytes[end] == ' ' || header->bytes[end] == '\t'))
    end += line_at(header->bytes, header->len, end);
  return range_make(at, end - at);
}

static gboolean
find_field(const Header *header, const char *name, unsigned index, Range *field)
{
  unsigned seen = 0;
  for (size_t at = 0; at < header->len; at = range_end(*field)) {
    *field = field_at(header, at);
    if (is_named(header, at, name) && ++seen == index)
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
