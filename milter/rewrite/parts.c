/* parts.c - from edits in a part's UTF-8 to edits of its own bytes.
 *
 * Two maps lead back: from UTF-8 to the decoded bytes (the charset), and from those to the bytes
 * of the message (the transfer encoding). Where both can carry the change, only the changed bytes
 * change. Where the charset cannot, or an insertion of ASCII would not be ASCII in it (UTF-16,
 * ISO-2022), the whole part becomes UTF-8. Where the transfer encoding cannot (an 8-bit byte in a
 * 7bit part, a line over LIMIT_LINE), the whole part becomes quoted-printable. A base64 part has no
 * places to splice at: it is encoded again. */
#include "rewriter.h"

#include <string.h>

#include "bounds.h"
#include "error.h"

const char *
part_eol(const Rewriter *r, const Part *part)
{
  return tree_layer(r->tree, part->layer)->lexed->eol;
}

static Edits *
part_edits(const Rewriter *r, const Part *part)
{
  return g_ptr_array_index(r->layers, part->layer);
}

/* The line end before a delimiter is not the body's: an encoder's last one goes, unless the body
 * reaches to the end of its layer. */
void
part_replace_body(Rewriter *r, const Part *part, GBytes *body)
{
  size_t total, len;
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, &total);
  const char *data = g_bytes_get_data(body, &len), *eol = part_eol(r, part);
  size_t tail = strlen(eol), end = range_end(part->body);
  gboolean inside = end < total && (part->body.len == 0 || bytes[end - 1] != '\n');
  if (inside && len >= tail && memcmp(data + len - tail, eol, tail) == 0)
    len -= tail;
  if (part->body.off == range_end(part->header) && part->parent != NULL)
    edits_add_string(part_edits(r, part), range_make(part->body.off, 0), eol);
  edits_add(part_edits(r, part), part->body, data, len);
}

static gboolean
is_ascii(const char *data, size_t len)
{
  for (size_t i = 0; i < len; i++)
    if ((unsigned char)data[i] >= 0x80)
      return FALSE;
  return TRUE;
}

static gboolean
bytes_ascii(GBytes *bytes)
{
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);
  return is_ascii(data, len);
}

/* The label that readers go by says what the text was read as. Latin-1 and its kin are read as
 * windows-1252, but may not be written so. */
static gboolean
label_holds(const Part *part, const Text *text)
{
  const char *named =
      part->charset != NULL ? charset_from_label(part->charset, strlen(part->charset)) : NULL;
  if (named == NULL || strcmp(named, text->charset) != 0)
    return FALSE;
  return strcmp(named, "windows-1252") != 0 || strstr(part->charset, "1252") != NULL;
}

/* Readers take GB2312 for GBK, its superset; strict ones do not. */
static gboolean
is_gb2312(GBytes *bytes)
{
  size_t len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  for (size_t i = 0; i < len; i++) {
    if (data[i] < 0x80)
      continue;
    if (i + 1 >= len || data[i] < 0xa1 || data[i] > 0xf7 || data[i + 1] < 0xa1 ||
        (data[i] > 0xa9 && data[i] < 0xb0))
      return FALSE;
    i++;
  }
  return TRUE;
}

/* Text in the charset that a part is labelled with; NULL if it cannot carry it. */
static GBytes *
encode_labelled(const Part *part, const Text *text, const char *with, size_t len)
{
  g_autoptr(GBytes) bytes = label_holds(part, text) ? text_encode(with, len, text->charset) : NULL;
  gboolean narrow = bytes != NULL && strstr(part->charset, "2312") != NULL;
  return bytes != NULL && (!narrow || is_gb2312(bytes)) ? g_steal_pointer(&bytes) : NULL;
}

/* The edits over the decoded bytes, in the part's charset; NULL if it cannot carry them. */
static Edits *
edits_in_charset(const Part *part, const Text *text, const Edits *edits)
{
  Edits *decoded = edits_new();
  gboolean fits = charset_is_ascii_based(text->charset);
  for (unsigned i = 0; fits && i < edits_count(edits); i++) {
    const Edit *edit = edits_get(edits, i);
    size_t len;
    const char *with = g_bytes_get_data(edit->with, &len);
    GBytes *bytes =
        is_ascii(with, len) ? g_bytes_ref(edit->with) : encode_labelled(part, text, with, len);
    fits = bytes != NULL;
    if (fits)
      edits_take(decoded, text_map_range(text->map, edit->at), bytes);
  }
  if (!fits)
    g_clear_pointer(&decoded, edits_free);
  return decoded;
}

/* --- the whole part in another charset or encoding -------------------------------------------- */

GBytes *
lines_with_eol(GBytes *text, const char *eol)
{
  size_t len;
  const char *data = g_bytes_get_data(text, &len);
  GString *out = g_string_sized_new(len + len / 32);
  for (size_t i = 0; i < len; i++) {
    if (data[i] == '\r' && i + 1 < len && data[i + 1] == '\n')
      continue;
    if (data[i] == '\n')
      g_string_append(out, eol);
    else
      g_string_append_c(out, data[i]);
  }
  return g_string_free_to_bytes(out);
}

/* Quoted-printable stays readable; text that is mostly not ASCII would treble in it. What came in
 * base64 stays so: its lines might mean something to a reader if they stood in the open. */
static Encoding
encoding_for(const Part *part, GBytes *content)
{
  size_t len, high = 0;
  const unsigned char *data = g_bytes_get_data(content, &len);
  for (size_t i = 0; i < len; i++)
    high += data[i] >= 0x80;
  gboolean block = part->encoding == ENCODING_BASE64 || part->encoding == ENCODING_UU;
  return block || high * 3 > len ? ENCODING_BASE64 : ENCODING_QP;
}

static void
write_whole(Rewriter *r, const Part *part, GBytes *content, Encoding encoding)
{
  size_t len;
  const char *eol = part_eol(r, part);
  g_autoptr(GBytes) lines =
      encoding == ENCODING_QP ? lines_with_eol(content, eol) : g_bytes_ref(content);
  const unsigned char *data = g_bytes_get_data(lines, &len);
  g_autoptr(GBytes) body = content_encode(data, len, encoding, eol);
  part_replace_body(r, part, body);
}

static int
write_utf8(Rewriter *r, Work *work, GError **error)
{
  size_t len;
  const unsigned char *utf8 = g_bytes_get_data(work->text->utf8, &len);
  if (work->part->flags & PART_HTML)
    html_meta_utf8(utf8, len, work->edits);
  g_autoptr(GBytes) content = edits_splice(work->text->utf8, work->edits, error);
  if (content == NULL)
    return -1;
  Encoding encoding = encoding_for(work->part, content);
  write_whole(r, work->part, content, encoding);
  header_set_utf8(r, work->part, encoding);
  return 0;
}

static int
write_base64(Rewriter *r, const Part *part, GBytes *content, Edits *decoded, GError **error)
{
  g_autoptr(GBytes) edited = edits_splice(content, decoded, error);
  if (edited == NULL)
    return -1;
  write_whole(r, part, edited, ENCODING_BASE64);
  if (part->encoding != ENCODING_BASE64)
    header_set(r, part, "Content-Transfer-Encoding", encoding_name(ENCODING_BASE64));
  return 0;
}

/* --- splices ------------------------------------------------------------------------------- */

/* Where decoded bytes come from in the layer. */
static Range
raw_range(const Part *part, Range decoded)
{
  Range at = part->content_map != NULL ? text_map_range(part->content_map, decoded) : decoded;
  return range_make(part->body.off + at.off, at.len);
}

static gboolean
declares_8bit(const Rewriter *r, const Part *part)
{
  const Field *field = part_field(r->tree, part, "Content-Transfer-Encoding", 0);
  size_t len;
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, &len);
  if (field == NULL)
    return FALSE;
  g_autofree char *value = g_strndup(bytes + field->value.off, field->value.len);
  g_strstrip(value);
  return g_ascii_strcasecmp(value, "8bit") == 0 || g_ascii_strcasecmp(value, "binary") == 0;
}

/* The length of the line that holds this place, as far as it matters. */
static size_t
line_len(const char *data, size_t len, size_t at)
{
  size_t start = at, end = at;
  while (start > 0 && data[start - 1] != '\n' && at - start <= LIMIT_LINE)
    start--;
  while (end < len && data[end] != '\n' && end - at <= LIMIT_LINE)
    end++;
  return end - start - (end > start && data[end - 1] == '\r');
}

static gboolean
has_long_line(GBytes *edited, const Edits *decoded)
{
  size_t len;
  const char *data = g_bytes_get_data(edited, &len);
  ssize_t shift = 0;
  for (unsigned i = 0; i < edits_count(decoded); i++) {
    const Edit *edit = edits_get(decoded, i);
    size_t start = edit->at.off + (size_t)shift, with = g_bytes_get_size(edit->with);
    if (line_len(data, len, start) > LIMIT_LINE || line_len(data, len, start + with) > LIMIT_LINE)
      return TRUE;
    shift += (ssize_t)with - (ssize_t)edit->at.len;
  }
  return FALSE;
}

static gboolean
has_8bit(const Edits *decoded)
{
  for (unsigned i = 0; i < edits_count(decoded); i++)
    if (!bytes_ascii(edits_get(decoded, i)->with))
      return TRUE;
  return FALSE;
}

static int
write_plain(Rewriter *r, const Part *part, GBytes *content, Edits *decoded, GError **error)
{
  g_autoptr(GBytes) edited = edits_splice(content, decoded, error);
  if (edited == NULL)
    return -1;
  gboolean widened = has_8bit(decoded) && bytes_ascii(content) && !declares_8bit(r, part);
  if (widened || has_long_line(edited, decoded)) {
    write_whole(r, part, edited, ENCODING_QP);
    header_set(r, part, "Content-Transfer-Encoding", encoding_name(ENCODING_QP));
    return 0;
  }
  for (unsigned i = 0; i < edits_count(decoded); i++) {
    const Edit *edit = edits_get(decoded, i);
    edits_take(part_edits(r, part), raw_range(part, edit->at), g_bytes_ref(edit->with));
  }
  return 0;
}

/* Whole lines before a line, or behind the last one: they need no soft break to stand apart. */
static gboolean
is_lines(const Rewriter *r, const Part *part, Range at, GBytes *with)
{
  size_t total, len, tail = strlen(part_eol(r, part));
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, &total);
  const char *data = g_bytes_get_data(with, &len);
  gboolean starts = at.off == part->body.off || bytes[at.off - 1] == '\n';
  return at.len == 0 && starts && len >= tail &&
         memcmp(data + len - tail, part_eol(r, part), tail) == 0;
}

/* A cut needs no soft break, unless it joins two lines: the joined one may be too long. */
static void
splice_qp(Rewriter *r, const Part *part, const Edit *edit)
{
  size_t total, len;
  const char *bytes = g_bytes_get_data(tree_layer(r->tree, part->layer)->bytes, &total);
  const unsigned char *with = g_bytes_get_data(edit->with, &len);
  Range at = raw_range(part, edit->at);
  gboolean cut = len == 0 && memchr(bytes + at.off, '\n', at.len) == NULL;
  if (cut)
    edits_add(part_edits(r, part), at, "", 0);
  else if (is_lines(r, part, at, edit->with))
    edits_take(part_edits(r, part), at, content_encode(with, len, ENCODING_QP, part_eol(r, part)));
  else
    edits_take(part_edits(r, part), at, qp_encode_insert(with, len, part_eol(r, part)));
}

static int
write_qp(Rewriter *r, const Part *part, Edits *decoded, GError **error)
{
  if (edits_sort(decoded, error) != 0)
    return -1;
  for (unsigned i = 0; i < edits_count(decoded); i++)
    splice_qp(r, part, edits_get(decoded, i));
  return 0;
}

void
part_write_file(Rewriter *r, const Part *part, const Disarmed *disarmed)
{
  write_whole(r, part, disarmed->content, ENCODING_BASE64);
  stale_fields_drop_size(r, part);
  if (disarmed->utf8 && g_str_has_prefix(part->type, "text/"))
    header_set_utf8(r, part, ENCODING_BASE64);
  else if (part->encoding != ENCODING_BASE64)
    header_set(r, part, "Content-Transfer-Encoding", encoding_name(ENCODING_BASE64));
}

int
part_write(Rewriter *r, Work *work, GError **error)
{
  Part *part = work->part;
  GBytes *content = part_content(r->tree, part);
  if (edits_sort(work->edits, error) != 0)
    return -1;
  if (edits_count(work->edits) == 0)
    return 0;
  g_autoptr(Edits) decoded = edits_in_charset(part, work->text, work->edits);
  if (decoded == NULL)
    return write_utf8(r, work, error);
  switch (part->encoding) {
  case ENCODING_QP:
    return write_qp(r, part, decoded, error);
  case ENCODING_BASE64:
  case ENCODING_UU:
    return write_base64(r, part, content, decoded, error);
  case ENCODING_NONE:
  case ENCODING_UNKNOWN:
    break;
  }
  return write_plain(r, part, content, decoded, error);
}
