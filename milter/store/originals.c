/* A file appears under its name complete and on disk, or not at all: written and synced under a
 * name nobody looks for, then renamed without replacing, then the folder is synced. */
#include "originals.h"

#include "descriptor.h"
#include "error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REF_DIGITS 10

static int
fail(const char *ref, const char *what, GError **error)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_TEMP, "original %s: %s: %s", ref, what,
              g_strerror(errno));
  return -1;
}

static char
ref_digit(char c)
{
  c = g_ascii_toupper(c);
  if (c == 'I' || c == 'L')
    return '1';
  if (c == 'O')
    return '0';
  return g_ascii_isalnum(c) && c != 'U' ? c : '\0';
}

char *
ref_canonical(const char *ref)
{
  char digits[REF_DIGITS + 1] = "";
  size_t n = 0;

  for (; *ref != '\0'; ref++) {
    if (*ref == '-' || *ref == ' ')
      continue;
    if (n == REF_DIGITS || ref_digit(*ref) == '\0')
      return NULL;
    digits[n++] = ref_digit(*ref);
  }
  return n == REF_DIGITS ? g_strdup(digits) : NULL;
}

char *
original_path(const char *ref)
{
  return g_strdup_printf("originals/%.2s/%s", ref, ref);
}

static int
open_folder(int above, const char *name, gboolean create)
{
  if (create && mkdirat(above, name, 0700) == 0 && fsync(above) != 0)
    return -1;
  return openat(above, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

/* STATE/originals/K7, made if it is not there. */
static int
open_bucket(const char *state, const char *ref, gboolean create)
{
  int top = open(state, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  int originals = top >= 0 ? open_folder(top, "originals", create) : -1;
  char name[3] = {ref[0], ref[1], '\0'};
  int bucket = originals >= 0 ? open_folder(originals, name, create) : -1;
  int saved = errno;

  if (top >= 0)
    close(top);
  if (originals >= 0)
    close(originals);
  errno = saved;
  return bucket;
}

static int
write_bytes(int fd, GBytes *bytes)
{
  size_t len;
  const char *data = g_bytes_get_data(bytes, &len);

  return descriptor_write(fd, data, len) == 0 ? fsync(fd) : -1;
}

static GBytes *
read_at(int bucket, const char *ref, GError **error)
{
  int fd = openat(bucket, ref, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  g_autoptr(GMappedFile) file = fd >= 0 ? g_mapped_file_new_from_fd(fd, FALSE, NULL) : NULL;

  if (fd < 0 && errno == ENOENT)
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "no original %s", ref);
  else if (file == NULL)
    fail(ref, "read", error);
  if (fd >= 0)
    close(fd);
  return file != NULL ? g_mapped_file_get_bytes(file) : NULL;
}

/* Somebody was first: fine if with the same bytes. Its folder may not be on disk yet. */
static int
compare(int bucket, const char *ref, GBytes *bytes, GError **error)
{
  g_autoptr(GBytes) there = read_at(bucket, ref, error);

  if (there == NULL)
    return -1;
  if (!g_bytes_equal(there, bytes)) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE,
                "original %s is kept already, with other bytes", ref);
    return -1;
  }
  return fsync(bucket) == 0 ? 0 : fail(ref, "sync", error);
}

/* Without replacing; by link(2) where the file system cannot rename so. */
static int
take_name(int bucket, const char *temp, const char *ref)
{
  if (renameat2(bucket, temp, bucket, ref, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return -1;
  return linkat(bucket, temp, bucket, ref, 0) == 0 ? unlinkat(bucket, temp, 0) : -1;
}

static int
write_new(int bucket, const char *ref, GBytes *bytes, GError **error)
{
  g_autofree char *temp = g_strdup_printf(".%s.%08x%08x", ref, g_random_int(), g_random_int());
  int fd = openat(bucket, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  int result;

  if (fd < 0)
    return fail(ref, "make", error);
  result = write_bytes(fd, bytes);
  if (close(fd) != 0)
    result = -1;
  if (result == 0 && take_name(bucket, temp, ref) == 0)
    return fsync(bucket) == 0 ? 0 : fail(ref, "sync", error);
  if (result == 0 && errno == EEXIST)
    result = compare(bucket, ref, bytes, error);
  else
    result = fail(ref, "write", error);
  unlinkat(bucket, temp, 0);
  return result;
}

int
original_write(const char *state, const char *ref, GBytes *bytes, GError **error)
{
  int bucket = open_bucket(state, ref, TRUE);
  int result;

  if (bucket < 0)
    return fail(ref, "folder", error);
  if (faccessat(bucket, ref, F_OK, AT_SYMLINK_NOFOLLOW) == 0)
    result = compare(bucket, ref, bytes, error);
  else
    result = write_new(bucket, ref, bytes, error);
  close(bucket);
  return result;
}

GBytes *
original_read(const char *state, const char *ref, GError **error)
{
  int bucket = open_bucket(state, ref, FALSE);
  GBytes *bytes;

  if (bucket < 0) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "no original %s", ref);
    return NULL;
  }
  bytes = read_at(bucket, ref, error);
  close(bucket);
  return bytes;
}
