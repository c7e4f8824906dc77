/* tnef.c - the names of the files in winmail.dat ([MS-OXTNEF]).
 *
 * A flat row of attributes: level (1 byte), id (4), length (4), data, checksum (2). An attachment
 * begins with attAttachRenddata; its name is in attAttachTitle, and a longer one in the MAPI
 * properties of attAttachment, which are searched for the property's tag rather than parsed: each
 * has a format of its own and a mistake in one would hide the rest. */
#include "content.h"

#include <string.h>

#define TNEF_SIGNATURE      0x223e9f78
#define ATT_ATTACH_RENDDATA 0x00069002
#define ATT_ATTACH_TITLE    0x00018010
#define ATT_ATTACHMENT      0x00069005

/* PidTagAttachLongFilename as 8-bit and as UTF-16 text. */
#define LONG_NAME_8  "\x1e\x00\x07\x37"
#define LONG_NAME_16 "\x1f\x00\x07\x37"

#define TNEF_NAME_MAX 4096

static guint32
le32(const unsigned char *p)
{
  return p[0] | (guint32)p[1] << 8 | (guint32)p[2] << 16 | (guint32)p[3] << 24;
}

static char *
text8(const unsigned char *bytes, size_t len)
{
  return g_strndup((const char *)bytes, MIN(len, TNEF_NAME_MAX));
}

static char *
text16(const unsigned char *bytes, size_t len)
{
  len = MIN(len, TNEF_NAME_MAX) & ~(size_t)1;
  while (len >= 2 && bytes[len - 1] == 0 && bytes[len - 2] == 0)
    len -= 2;
  return g_convert((const char *)bytes, (gssize)len, "UTF-8", "UTF-16LE", NULL, NULL, NULL);
}

/* After the tag: number of values (for text), length, text. */
static char *
long_name(const unsigned char *bytes, size_t len)
{
  const unsigned char *wide = memmem(bytes, len, LONG_NAME_16, 4);
  const unsigned char *at = wide ? wide : memmem(bytes, len, LONG_NAME_8, 4);
  size_t left = at ? (size_t)(bytes + len - at) : 0;
  size_t n;

  if (left < 12 || le32(at + 4) != 1)
    return NULL;
  n = MIN(le32(at + 8), left - 12);
  return wide ? text16(at + 12, n) : text8(at + 12, n);
}

static void
set_last(GPtrArray *names, char *name)
{
  if (!name || !*name || names->len == 0) {
    g_free(name);
    return;
  }
  g_free(g_ptr_array_index(names, names->len - 1));
  g_ptr_array_index(names, names->len - 1) = name;
}

GPtrArray *
tnef_names(const unsigned char *bytes, size_t len)
{
  g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
  size_t at = 6;

  if (len < 6 || le32(bytes) != TNEF_SIGNATURE)
    return NULL;
  while (at < len && len - at >= 11) {
    guint32 id = le32(bytes + at + 1);
    size_t size = le32(bytes + at + 5);
    const unsigned char *data = bytes + at + 9;

    if ((bytes[at] != 1 && bytes[at] != 2) || size > len - at - 11)
      return NULL;
    if (id == ATT_ATTACH_RENDDATA)
      g_ptr_array_add(names, g_strdup(""));
    else if (id == ATT_ATTACH_TITLE)
      set_last(names, text8(data, size));
    else if (id == ATT_ATTACHMENT)
      set_last(names, long_name(data, size));
    at += 11 + size;
  }
  return g_steal_pointer(&names);
}
