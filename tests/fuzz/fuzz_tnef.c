/* winmail.dat through tnef_open(), and what it holds through tnef_open() again; then with all its
 * links made to lead nowhere (posted.h). An even first byte: the rest is the file. An odd one: the
 * rest is a list of attributes, each a byte that picks an id, a length of two bytes (the low one
 * first) and data; lengths and checksums are put around them. What comes out of a file was in it,
 * or was compressed in it.
 *   seeds: winmail.dat behind a byte 0; tests/fuzz/run makes them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "opened.h"
#include "posted.h"
#include "tnef.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const uint8_t ids[][4] = {
    "\x02\x90\x06\x00", "\x10\x80\x01\x00", "\x0f\x80\x06\x00",
    "\x05\x90\x06\x00", "\x03\x90\x06\x00", "\x06\x90\x08\x00",
    "\x0c\x80\x02\x00", "\x04\x80\x01\x00", "\x07\x90\x06\x00",
};

static GByteArray *
build(const uint8_t *data, size_t size)
{
  GByteArray *out = g_byte_array_new();
  const uint8_t *at = data, *end = data + size;

  g_byte_array_append(out, (const guint8 *)"\x78\x9f\x3e\x22\1\0", 6);
  while (end - at >= 3) {
    guint len = MIN(at[1] | (guint)at[2] << 8, (guint)(end - at - 3));
    const uint8_t length[] = {(uint8_t)len, (uint8_t)(len >> 8), 0, 0};

    g_byte_array_append(out, (const guint8 *)"\2", 1);
    g_byte_array_append(out, ids[*at % G_N_ELEMENTS(ids)], 4);
    g_byte_array_append(out, length, 4);
    g_byte_array_append(out, at + 3, len);
    g_byte_array_append(out, (const guint8 *)"\0", 2);
    at += 3 + len;
  }
  return out;
}

/* Only the body's Rich Text is compressed: a control byte and eight references of two bytes stand
 * for 136 bytes at most. */
static gboolean
came_out_of(const unsigned char *bytes, size_t len, const char *name, const unsigned char *content,
            size_t size)
{
  if (strcmp(name, "message.rtf") == 0 && size <= 8 * len)
    return TRUE;
  return size < len && (size == 0 || memmem(bytes, len, content, size));
}

static void
open_all(const unsigned char *bytes, size_t len, unsigned depth)
{
  gboolean whole;
  g_autoptr(GPtrArray) files = opened_read("application/vnd.ms-tnef", bytes, len, &whole);

  if (files->len > LIMIT_UNPACK_FILES)
    abort();
  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);
    gsize size = 0;
    const unsigned char *content = file->content ? g_bytes_get_data(file->content, &size) : NULL;

    if (!file->name || !came_out_of(bytes, len, file->name, content, size))
      abort();
    if (size && depth > 0)
      open_all(content, size, depth - 1);
  }
}

static void
try(const unsigned char *bytes, size_t len)
{
  open_all(bytes, len, LIMIT_OPEN_DEPTH);
  if (tnef_is(bytes, len))
    posted_edit("application/vnd.ms-tnef", bytes, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  posted_input(data, size, build, try);
  return 0;
}
