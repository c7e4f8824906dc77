/* outline.c - what of a layer tells a second reader its structure.
 *
 * A reader makes a record of every field, of which a mail of today has forty, and reads every line
 * of a body for delimiters. Its answer depends on few of them. Left out are fields of the first
 * header whose name is letters, digits and "-" up to the colon and does not begin with "Content-",
 * whose lines end as the message's do, have no NUL, and go on in lines that are not blank: they
 * begin and end at the same places for everybody. Of a body that is no multipart and no message a
 * reader that agrees on this much makes one part, to its end. */
#include "outline.h"

#include <string.h>

#include "lexing.h"

/* Of a leaf: enough to show that its body begins here. */
#define LEAF_BYTES 256

/* A multipart longer than this is shown in place: to copy it costs memory, and its header is the
 * least of it. */
#define MOST_COPIED MIB(1)

static gboolean
is_plain_line(const unsigned char *p, size_t len, gboolean crlf)
{
  const unsigned char *cr = memchr(p, '\r', len);
  size_t blank = 0;

  while (is_blank(p[blank]))
    blank++;
  return memchr(p, 0, len) == NULL && cr == (crlf ? p + len - 2 : NULL) && p[blank] != '\r' &&
         p[blank] != '\n';
}

static gboolean
is_plain_name(const unsigned char *p, size_t len)
{
  static const char content[] = "content-";

  for (size_t i = 0; i < len; i++)
    if (!g_ascii_isalnum(p[i]) && (p[i] != '-' || i == 0))
      return FALSE;
  return len < strlen(content) ||
         g_ascii_strncasecmp((const char *)p, content, strlen(content)) != 0;
}

/* Is it certain that the field says nothing of structure and ends where the lexer says? */
static gboolean
is_idle(const unsigned char *bytes, const Field *field, gboolean crlf)
{
  const unsigned char *p = bytes + field->whole.off, *end = p + field->whole.len;

  if (!is_plain_name(p, field->name.len) || p[field->name.len] != ':' || end[-1] != '\n')
    return FALSE;
  while (p < end) {
    const unsigned char *next = (const unsigned char *)memchr(p, '\n', (size_t)(end - p)) + 1;

    if (!is_plain_line(p, (size_t)(next - p), crlf))
      return FALSE;
    p = next;
  }
  return TRUE;
}

/* Appends the first header without idle fields; the first one stays, so that there is one. */
static void
add_header(GByteArray *out, const Layer *layer, const Entity *entity)
{
  const unsigned char *bytes = g_bytes_get_data(layer->bytes, NULL);
  gboolean crlf = strcmp(layer->lexed->eol, "\r\n") == 0;
  size_t from = entity->header.off;

  for (guint i = 1; i < entity->nfields; i++) {
    const Field *field = &g_array_index(layer->lexed->fields, Field, entity->fields + i);

    if (!is_idle(bytes, field, crlf))
      continue;
    g_byte_array_append(out, bytes + from, (guint)(field->whole.off - from));
    from = range_end(field->whole);
  }
  g_byte_array_append(out, bytes + from, (guint)(range_end(entity->header) - from));
}

void
outline_make(Outline *outline, const Layer *layer)
{
  const Entity *entity = &g_array_index(layer->lexed->entities, Entity, 0);
  gboolean leaf = !entity->multipart && !entity->message;
  size_t size, header = range_end(entity->header), shown, kept;
  const unsigned char *bytes = g_bytes_get_data(layer->bytes, &size);
  GByteArray *out;

  outline->cut = leaf && entity->body.off + LEAF_BYTES < size;
  shown = outline->cut ? entity->body.off + LEAF_BYTES : size;
  if (shown - header > MOST_COPIED) {
    outline->base = entity->header.off;
    outline->bytes = g_bytes_new_from_bytes(layer->bytes, outline->base, size - outline->base);
    return;
  }
  out = g_byte_array_sized_new((guint)(shown - entity->header.off));
  add_header(out, layer, entity);
  kept = out->len;
  g_byte_array_append(out, bytes + header, (guint)(shown - header));
  outline->base = header - kept;
  outline->bytes = g_byte_array_free_to_bytes(out);
}

void
outline_clear(Outline *outline)
{
  g_clear_pointer(&outline->bytes, g_bytes_unref);
}
