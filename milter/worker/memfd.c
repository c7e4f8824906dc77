/* Records in sealed memory files. The writer gathers fields and writes once; the reader maps a
 * large file and hands out views into the mapping, so a 50 MB letter is never copied by a worker.
 */
#include "memfd.h"

#include "bounds.h"
#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to this size a copy costs less than a mapping, which takes page faults and, in a process of
 * many threads, an interrupt of the other processors at its end. */
#define COPIED KIB(64)

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

struct memfd_writer {
  GPtrArray *pieces; /* GBytes */
  GByteArray *small; /* what is gathered since the last large piece */
};

static void
put_raw_number(GByteArray *out, guint64 number)
{
  guint64 little = GUINT64_TO_LE(number);

  g_byte_array_append(out, (const guint8 *)&little, sizeof little);
}

MemfdWriter *
memfd_writer_new(guint64 magic)
{
  MemfdWriter *writer = g_new0(MemfdWriter, 1);

  writer->pieces = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  writer->small = g_byte_array_new();
  put_raw_number(writer->small, magic);
  return writer;
}

void
memfd_writer_free(MemfdWriter *writer)
{
  if (writer == NULL)
    return;
  g_ptr_array_unref(writer->pieces);
  g_byte_array_unref(writer->small);
  g_free(writer);
}

void
memfd_put_number(MemfdWriter *writer, guint64 number)
{
  put_raw_number(writer->small, sizeof number);
  put_raw_number(writer->small, number);
}

void
memfd_put_string(MemfdWriter *writer, const char *text)
{
  size_t len = text != NULL ? strlen(text) : 0;

  put_raw_number(writer->small, len);
  g_byte_array_append(writer->small, (const guint8 *)text, (guint)len);
}

static void
flush_small(MemfdWriter *writer)
{
  if (writer->small->len == 0)
    return;
  g_ptr_array_add(writer->pieces, g_byte_array_free_to_bytes(writer->small));
  writer->small = g_byte_array_new();
}

void
memfd_put_bytes(MemfdWriter *writer, GBytes *bytes)
{
  size_t len;
  const guint8 *data = g_bytes_get_data(bytes, &len);

  put_raw_number(writer->small, len);
  if (len <= COPIED) {
    g_byte_array_append(writer->small, data, (guint)len);
    return;
  }
  flush_small(writer);
  g_ptr_array_add(writer->pieces, g_bytes_ref(bytes));
}

static int
write_pieces(int fd, const GPtrArray *pieces)
{
  for (guint i = 0; i < pieces->len; i++) {
    size_t len;
    const char *data = g_bytes_get_data(g_ptr_array_index(pieces, i), &len);

    if (descriptor_write(fd, data, len) != 0)
      return -1;
  }
  return fcntl(fd, F_ADD_SEALS, ALL_SEALS);
}

int
memfd_writer_seal(MemfdWriter *writer, const char *name, GError **error)
{
  int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

  flush_small(writer);
  if (fd >= 0 && write_pieces(fd, writer->pieces) == 0)
    return fd;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "memory file: %s", g_strerror(errno));
  if (fd >= 0)
    close(fd);
  return -1;
}

struct memfd_reader {
  GBytes *whole; /* owns the copy or the mapping */
  size_t at;
  gboolean failed;
};

typedef struct mapping {
  void *data;
  size_t len;
} Mapping;

static void
mapping_free(gpointer data)
{
  Mapping *mapping = data;

  munmap(mapping->data, mapping->len);
  g_free(mapping);
}

static GBytes *
map_record(int fd, size_t len)
{
  void *data = mmap(NULL, len, PROT_READ, MAP_PRIVATE, fd, 0);
  Mapping *mapping;

  if (data == MAP_FAILED)
    return NULL;
  mapping = g_new(Mapping, 1);
  *mapping = (Mapping){data, len};
  return g_bytes_new_with_free_func(data, len, mapping_free, mapping);
}

static GBytes *
copy_record(int fd, size_t len)
{
  g_autofree guint8 *data = g_malloc(len);

  for (size_t done = 0; done < len;) {
    ssize_t n = pread(fd, data + done, len - done, (off_t)done);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return NULL;
    done += (size_t)n;
  }
  return g_bytes_new_take(g_steal_pointer(&data), len);
}

static GBytes *
read_sealed(int fd, size_t max, GError **error)
{
  struct stat st;
  GBytes *record;
  int seals = fcntl(fd, F_GET_SEALS);

  if (seals < 0 || (seals & ALL_SEALS) != ALL_SEALS || fstat(fd, &st) != 0) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, "record is not sealed");
    return NULL;
  }
  if (st.st_size < 8 || (guint64)st.st_size > max) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "record of %" G_GINT64_FORMAT " bytes",
                (gint64)st.st_size);
    return NULL;
  }
  record = (size_t)st.st_size <= COPIED ? copy_record(fd, (size_t)st.st_size)
                                        : map_record(fd, (size_t)st.st_size);
  if (record == NULL)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "read a record: %s", g_strerror(errno));
  return record;
}

static guint64
read_raw_number(const guint8 *at)
{
  guint64 little;

  memcpy(&little, at, sizeof little);
  return GUINT64_FROM_LE(little);
}

MemfdReader *
memfd_reader_new(int fd, guint64 magic, size_t max, GError **error)
{
  g_autoptr(GBytes) whole = read_sealed(fd, max, error);
  MemfdReader *reader;

  if (whole == NULL)
    return NULL;
  if (read_raw_number(g_bytes_get_data(whole, NULL)) != magic) {
    g_set_error_literal(error, CORDON_ERROR, CORDON_ERROR_DATA, "record of another kind");
    return NULL;
  }
  reader = g_new0(MemfdReader, 1);
  reader->whole = g_steal_pointer(&whole);
  reader->at = 8;
  return reader;
}

void
memfd_reader_free(MemfdReader *reader)
{
  if (reader == NULL)
    return;
  g_bytes_unref(reader->whole);
  g_free(reader);
}

/* The next field of at most max bytes, or NULL once anything failed. */
static const guint8 *
next_field(MemfdReader *reader, size_t max, size_t *len)
{
  size_t size;
  const guint8 *data = g_bytes_get_data(reader->whole, &size);
  guint64 n;

  *len = 0;
  if (reader->failed || size - reader->at < 8) {
    reader->failed = TRUE;
    return NULL;
  }
  n = read_raw_number(data + reader->at);
  if (n > max || n > size - reader->at - 8) {
    reader->failed = TRUE;
    return NULL;
  }
  *len = (size_t)n;
  data += reader->at + 8;
  reader->at += 8 + *len;
  return data;
}

guint64
memfd_get_number(MemfdReader *reader, guint64 max)
{
  size_t len;
  const guint8 *field = next_field(reader, 8, &len);
  guint64 number;

  if (field == NULL || len != 8) {
    reader->failed = TRUE;
    return 0;
  }
  number = read_raw_number(field);
  if (number > max)
    reader->failed = TRUE;
  return number > max ? 0 : number;
}

char *
memfd_get_string(MemfdReader *reader, size_t max)
{
  size_t len;
  const guint8 *field = next_field(reader, max, &len);

  if (field == NULL || memchr(field, 0, len) != NULL) {
    reader->failed = TRUE;
    return g_strdup("");
  }
  return g_strndup((const char *)field, len);
}

GBytes *
memfd_get_bytes(MemfdReader *reader, size_t max)
{
  size_t len, start;
  const guint8 *field = next_field(reader, max, &len);

  if (field == NULL)
    return NULL;
  start = (size_t)(field - (const guint8 *)g_bytes_get_data(reader->whole, NULL));
  return g_bytes_new_from_bytes(reader->whole, start, len);
}

int
memfd_reader_done(MemfdReader *reader, GError **error)
{
  if (!reader->failed && reader->at == g_bytes_get_size(reader->whole))
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "record is broken near byte %zu", reader->at);
  return -1;
}
