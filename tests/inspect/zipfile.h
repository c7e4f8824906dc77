/* zipfile.h - makes ZIP archives for tests: stored entries, and handles to damage them by. */
#ifndef CORDON_TEST_ZIPFILE_H
#define CORDON_TEST_ZIPFILE_H

#include <glib.h>
#include <string.h>

static inline guint32
zip_crc(const char *data, size_t len)
{
  guint32 crc = 0xffffffff;

  for (size_t i = 0; i < len; i++) {
    crc ^= (unsigned char)data[i];
    for (int bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc;
}

static inline void
zip_put(GByteArray *out, guint64 value, unsigned bytes)
{
  for (unsigned i = 0; i < bytes; i++) {
    guint8 byte = i < 8 ? (guint8)(value >> 8 * i) : 0;

    g_byte_array_append(out, &byte, 1);
  }
}

typedef struct zip_entry {
  const char *name;
  const char *data;
  size_t len;
  unsigned flags; /* general purpose bits of both headers */
} ZipEntry;

/* What both headers share, from the version on to the length of the name. */
static inline void
zip_put_common(GByteArray *out, const ZipEntry *entry)
{
  zip_put(out, 20, 2);
  zip_put(out, entry->flags, 2);
  zip_put(out, 0, 2);
  zip_put(out, 0x58210000, 4);
  zip_put(out, zip_crc(entry->data, entry->len), 4);
  zip_put(out, (guint32)entry->len, 4);
  zip_put(out, (guint32)entry->len, 4);
  zip_put(out, (guint32)strlen(entry->name), 2);
}

static inline GByteArray *
zip_make(const ZipEntry *entries, size_t n)
{
  GByteArray *out = g_byte_array_new(), *directory = g_byte_array_new();
  guint32 at;

  for (size_t i = 0; i < n; i++) {
    zip_put(directory, 0x02014b50, 4);
    zip_put(directory, 20, 2);
    zip_put_common(directory, &entries[i]);
    zip_put(directory, 0, 12 - 2);
    zip_put(directory, 0, 2);
    zip_put(directory, out->len, 4);
    g_byte_array_append(directory, (const guint8 *)entries[i].name, (guint)strlen(entries[i].name));
    zip_put(out, 0x04034b50, 4);
    zip_put_common(out, &entries[i]);
    zip_put(out, 0, 2);
    g_byte_array_append(out, (const guint8 *)entries[i].name, (guint)strlen(entries[i].name));
    g_byte_array_append(out, (const guint8 *)entries[i].data, (guint)entries[i].len);
  }
  at = out->len;
  g_byte_array_append(out, directory->data, directory->len);
  zip_put(out, 0x06054b50, 4);
  zip_put(out, 0, 4);
  zip_put(out, (guint32)n, 2);
  zip_put(out, (guint32)n, 2);
  zip_put(out, directory->len, 4);
  zip_put(out, at, 4);
  zip_put(out, 0, 2);
  g_byte_array_unref(directory);
  return out;
}

static inline GByteArray *
zip_one(const char *name, const char *data, size_t len)
{
  ZipEntry entry = {name, data, len, 0};

  return zip_make(&entry, 1);
}

#endif
