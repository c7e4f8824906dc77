/* yenc.c - files in yEnc (yenc-draft 1.3, of 2002): a line "=ybegin line=128 size=9 name=a.exe",
 * data as bytes plus 42, a line "=yend size=9 crc32=...". A file that is posted in parts has a
 * second line "=ypart begin=1 end=5" in each; the parts of one may follow each other. */
#include <string.h>

#include "checksum.h"
#include "opened.h"

typedef struct line {
  const unsigned char *p;
  size_t len; /* without its line end */
} Line;

typedef struct reader {
  const unsigned char *p, *end;
  GPtrArray *files;
  GByteArray *data; /* of the file that is being read; NULL before the first */
  char *name;
  guint64 size; /* that is promised for it */
  gboolean whole;
} Reader;

static gboolean
begins(const Line *line, const char *with)
{
  return line->len >= strlen(with) && memcmp(line->p, with, strlen(with)) == 0;
}

static gboolean
next_line(Reader *r, Line *line)
{
  const unsigned char *lf;

  if (r->p >= r->end)
    return FALSE;
  lf = memchr(r->p, '\n', (size_t)(r->end - r->p));
  line->p = r->p;
  line->len = (size_t)((lf ? lf : r->end) - r->p);
  r->p = lf ? lf + 1 : r->end;
  while (line->len > 0 && line->p[line->len - 1] == '\r')
    line->len--;
  return TRUE;
}

/* What follows " key=" in the line, or NULL. The name is the last and may hold anything. */
static const unsigned char *
find_value(const Line *line, const char *key, size_t *left)
{
  const unsigned char *name = memmem(line->p, line->len, " name=", 6);
  size_t len = name && strcmp(key, " name=") != 0 ? (size_t)(name - line->p) : line->len;
  const unsigned char *found = memmem(line->p, len, key, strlen(key));

  if (!found)
    return NULL;
  found += strlen(key);
  *left = (size_t)(line->p + len - found);
  return found;
}

static gboolean
read_number(const Line *line, const char *key, unsigned base, guint64 *number)
{
  size_t left = 0;
  const unsigned char *p = find_value(line, key, &left);
  g_autofree char *text = p ? g_strndup((const char *)p, MIN(left, 20)) : NULL;

  if (!text || g_ascii_xdigit_value(*text) < 0)
    return FALSE;
  *number = g_ascii_strtoull(text, NULL, base);
  return TRUE;
}

static void
decode_line(const Line *line, GByteArray *out)
{
  for (size_t i = 0; i < line->len; i++) {
    guint8 c = line->p[i];

    if (c == '=' && i + 1 < line->len)
      c = (guint8)(line->p[++i] - 64);
    c = (guint8)(c - 42);
    g_byte_array_append(out, &c, 1);
  }
}

static void
finish_file(Reader *r)
{
  if (!r->data)
    return;
  if (r->data->len != r->size)
    r->whole = FALSE;
  if (!opened_add(r->files, r->name, g_byte_array_free_to_bytes(r->data)))
    r->whole = FALSE;
  r->data = NULL;
  g_clear_pointer(&r->name, g_free);
}

/* Some put quotation marks around a name, and readers take them off. */
static char *
file_name(const unsigned char *at, size_t len)
{
  g_autofree char *name = g_strstrip(g_strndup((const char *)at, len));
  size_t n = strlen(name);

  return n >= 2 && name[0] == '"' && name[n - 1] == '"' ? g_strndup(name + 1, n - 2)
                                                        : g_steal_pointer(&name);
}

/* A further part of the same file, or another file. */
static void
begin_file(Reader *r, const Line *line)
{
  size_t left = 0;
  const unsigned char *at = find_value(line, " name=", &left);
  g_autofree char *name = at ? file_name(at, left) : g_strdup("");
  guint64 part = 1;

  (void)read_number(line, " part=", 10, &part);
  if (r->data && part > 1 && strcmp(name, r->name) == 0)
    return;
  finish_file(r);
  r->data = g_byte_array_new();
  r->name = g_steal_pointer(&name);
  if (!read_number(line, " size=", 10, &r->size))
    r->whole = FALSE;
}

/* pcrc32 is that of the part, crc32 that of the file: only of a file in one part both are known. */
static void
end_part(Reader *r, const Line *line, size_t start)
{
  guint64 size, crc;
  size_t len = r->data->len - start;
  const unsigned char *data = len > 0 ? r->data->data + start : NULL;

  if (!read_number(line, " size=", 10, &size) || size != len ||
      ((read_number(line, " pcrc32=", 16, &crc) ||
        (start == 0 && len == r->size && read_number(line, " crc32=", 16, &crc))) &&
       ~checksum_crc32(~0u, data, len) != crc))
    r->whole = FALSE;
}

/* A reader puts a part where it says. */
static void
check_place(Reader *r, const Line *line, size_t start)
{
  guint64 begin;

  if (r->data->len != start || !read_number(line, " begin=", 10, &begin) || begin != start + 1)
    r->whole = FALSE;
}

/* Lines up to the one that ends the part. */
static void
read_part(Reader *r)
{
  size_t start = r->data->len;
  Line line;

  while (next_line(r, &line)) {
    if (begins(&line, "=yend ")) {
      end_part(r, &line, start);
      return;
    }
    if (begins(&line, "=ybegin ")) {
      r->p = line.p;
      break;
    }
    if (begins(&line, "=ypart "))
      check_place(r, &line, start);
    else
      decode_line(&line, r->data);
  }
  r->whole = FALSE;
}

gboolean
yenc_is(const unsigned char *bytes, size_t len)
{
  static const char mark[] = "=ybegin ";
  const unsigned char *end = bytes + len;

  for (const unsigned char *p = bytes; (p = memmem(p, (size_t)(end - p), mark, strlen(mark)));
       p++) {
    const unsigned char *lf;

    if (p > bytes && p[-1] != '\n')
      continue;
    lf = memchr(p, '\n', (size_t)(end - p));
    if (lf && memmem(p, (size_t)(lf - p), " size=", 6))
      return TRUE;
  }
  return FALSE;
}

gboolean
yenc_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  Reader r = {bytes, bytes + len, files, NULL, NULL, 0, TRUE};
  Line line;

  while (next_line(&r, &line)) {
    if (!begins(&line, "=ybegin "))
      continue;
    begin_file(&r, &line);
    read_part(&r);
  }
  finish_file(&r);
  return r.whole && files->len > 0;
}
