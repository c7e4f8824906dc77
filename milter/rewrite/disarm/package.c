/* package.c - libzip.
 *
 * The directory's sizes are checked before anything is inflated, and a member that gives more than
 * it said is an error: so no more than LIMIT_UNPACK_TOTAL is ever unpacked. A member that is
 * replaced keeps its time, since the same message must give the same bytes whenever it comes. */
#include "package.h"

#include <stdlib.h>
#include <string.h>
#include <zip.h>

#include "bounds.h"
#include "error.h"

typedef struct member {
  char *name;
  guint64 size;
  time_t time;
  gboolean dropped, stored;
  GBytes *with; /* new content, or NULL */
} Member;

struct package {
  zip_source_t *source; /* outlives the archive, to be read again */
  zip_t *archive;
  GPtrArray *members;  /* Member * */
  GHashTable *by_name; /* lower case ─▶ index + 1 */
  unsigned original;   /* so many were there */
};

static void
refuse(GError **error, const char *why)
{
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "zip: %s", why);
}

static void
member_free(void *data)
{
  Member *member = data;

  g_free(member->name);
  g_clear_pointer(&member->with, g_bytes_unref);
  g_free(member);
}

static Member *
member_at(const Package *package, unsigned member)
{
  return g_ptr_array_index(package->members, member);
}

/* FALSE if the name was there before. */
static gboolean
member_add(Package *package, Member *member)
{
  char *lower = g_ascii_strdown(member->name, -1);

  g_ptr_array_add(package->members, member);
  return g_hash_table_insert(package->by_name, lower, GUINT_TO_POINTER(package->members->len));
}

static const char *
read_directory(Package *package)
{
  zip_int64_t count = zip_get_num_entries(package->archive, 0);
  guint64 total = 0;

  if (count <= 0 || count > LIMIT_UNPACK_FILES)
    return "no members, or too many";
  for (zip_int64_t i = 0; i < count; i++) {
    zip_stat_t stat;
    Member *member;

    if (zip_stat_index(package->archive, (zip_uint64_t)i, ZIP_FL_ENC_RAW, &stat) != 0 ||
        (stat.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD)) !=
            (ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_ENCRYPTION_METHOD))
      return "a member that cannot be read";
    if (stat.encryption_method != ZIP_EM_NONE)
      return "encrypted";
    total += MIN(stat.size, LIMIT_UNPACK_TOTAL);
    if (stat.size > LIMIT_UNPACK_FILE || total > LIMIT_UNPACK_TOTAL)
      return "too large";
    member = g_new0(Member, 1);
    member->name = g_strdup(stat.name);
    member->size = stat.size;
    member->time = stat.mtime;
    member->stored = stat.comp_method == ZIP_CM_STORE;
    if (!member_add(package, member))
      return "one name twice";
  }
  package->original = package->members->len;
  return NULL;
}

/* A copy of the bytes that libzip owns: of memory that is not its own 1.7.3 frees a part when it
 * writes an archive whose first members stay. */
static zip_source_t *
source_new(GBytes *zip, zip_error_t *failure)
{
  gsize len = 0;
  const void *bytes = g_bytes_get_data(zip, &len);
  void *copy = malloc(len + 1);
  zip_source_t *source;

  if (!copy)
    return NULL;
  memcpy(copy, bytes, len);
  source = zip_source_buffer_create(copy, len, 1, failure);
  if (!source)
    free(copy);
  return source;
}

Package *
package_open(GBytes *zip, GError **error)
{
  g_autoptr(Package) package = g_new0(Package, 1);
  const char *why;
  zip_error_t failure;

  zip_error_init(&failure);
  package->members = g_ptr_array_new_with_free_func(member_free);
  package->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  package->source = source_new(zip, &failure);
  if (package->source) {
    zip_source_keep(package->source); /* closing the archive takes one reference */
    package->archive = zip_open_from_source(package->source, ZIP_CHECKCONS, &failure);
    if (!package->archive)
      zip_source_free(package->source);
  }
  zip_error_fini(&failure);
  why = package->archive ? read_directory(package) : "cannot be opened";
  if (why) {
    refuse(error, why);
    return NULL;
  }
  return g_steal_pointer(&package);
}

void
package_free(Package *package)
{
  if (!package)
    return;
  if (package->archive)
    zip_discard(package->archive);
  if (package->source)
    zip_source_free(package->source);
  g_ptr_array_unref(package->members);
  g_hash_table_unref(package->by_name);
  g_free(package);
}

unsigned
package_count(const Package *package)
{
  return package->members->len;
}

const char *
package_name(const Package *package, unsigned member)
{
  return member_at(package, member)->name;
}

int
package_find(const Package *package, const char *name)
{
  g_autofree char *lower = g_ascii_strdown(name, -1);
  unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(package->by_name, lower));

  return found && !member_at(package, found - 1)->dropped ? (int)found - 1 : -1;
}

/* Up to len bytes; -1 on error. *more if there would be another one. */
static gint64
read_some(Package *package, unsigned member, unsigned char *to, size_t len, gboolean *more)
{
  zip_file_t *file = zip_fopen_index(package->archive, member, ZIP_FL_UNCHANGED);
  zip_int64_t got = 0;
  unsigned char byte;
  size_t done = 0;

  if (!file)
    return -1;
  while (done < len && (got = zip_fread(file, to + done, len - done)) > 0)
    done += (size_t)got;
  /* The read at the end compares the checksum. */
  got = got < 0 ? got : zip_fread(file, &byte, 1);
  zip_fclose(file);
  *more = got > 0;
  return got < 0 ? -1 : (gint64)done;
}

GBytes *
package_read(Package *package, unsigned index, GError **error)
{
  Member *member = member_at(package, index);
  g_autofree unsigned char *bytes = NULL;
  gboolean more = FALSE;

  if (member->with)
    return g_bytes_ref(member->with);
  bytes = g_malloc(member->size + 1);
  if (read_some(package, index, bytes, member->size, &more) != (gint64)member->size || more) {
    refuse(error, "a damaged member");
    return NULL;
  }
  return g_bytes_new_take(g_steal_pointer(&bytes), member->size);
}

size_t
package_head(Package *package, unsigned index, unsigned char *head, size_t len)
{
  const Member *member = member_at(package, index);
  gboolean more = FALSE;
  gint64 got;

  if (member->with) {
    len = MIN(len, g_bytes_get_size(member->with));
    memcpy(head, g_bytes_get_data(member->with, NULL), len);
    return len;
  }
  got = read_some(package, index, head, len, &more);
  return got < 0 ? 0 : (size_t)got;
}

void
package_drop(Package *package, unsigned member)
{
  member_at(package, member)->dropped = TRUE;
}

gboolean
package_is_dropped(const Package *package, unsigned member)
{
  return member_at(package, member)->dropped;
}

gboolean
package_has_lost(const Package *package, const char *name)
{
  g_autofree char *lower = g_ascii_strdown(name, -1);
  unsigned found = GPOINTER_TO_UINT(g_hash_table_lookup(package->by_name, lower));

  return found && member_at(package, found - 1)->dropped;
}

void
package_replace(Package *package, unsigned index, GBytes *bytes)
{
  Member *member = member_at(package, index);

  g_clear_pointer(&member->with, g_bytes_unref);
  member->with = bytes;
}

void
package_add(Package *package, const char *name, GBytes *bytes)
{
  Member *member = g_new0(Member, 1);

  member->name = g_strdup(name);
  member->with = bytes;
  member->time = package->original > 0 ? member_at(package, 0)->time : 0;
  member_add(package, member);
}

/* --- writing --- */

static zip_source_t *
source_of(Package *package, GBytes *bytes)
{
  gsize len = 0;
  const void *data = g_bytes_get_data(bytes, &len);

  return zip_source_buffer(package->archive, data, len, 0);
}

static gboolean
change_member(Package *package, unsigned index)
{
  const Member *member = member_at(package, index);
  zip_int64_t at = index;
  zip_source_t *source;

  if (member->dropped)
    return index >= package->original || zip_delete(package->archive, index) == 0;
  if (!member->with)
    return TRUE;
  source = source_of(package, member->with);
  if (!source)
    return FALSE;
  if (index < package->original) {
    if (zip_file_replace(package->archive, index, source, 0) != 0)
      at = -1;
  } else {
    at = zip_file_add(package->archive, member->name, source, ZIP_FL_ENC_UTF_8);
  }
  if (at < 0) {
    zip_source_free(source);
    return FALSE;
  }
  return zip_set_file_compression(package->archive, (zip_uint64_t)at,
                                  member->stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE, 0) == 0 &&
         zip_file_set_mtime(package->archive, (zip_uint64_t)at, member->time, 0) == 0;
}

static GBytes *
read_source(zip_source_t *source)
{
  zip_stat_t stat;
  g_autofree unsigned char *bytes = NULL;
  gboolean whole;

  if (zip_source_stat(source, &stat) != 0 || !(stat.valid & ZIP_STAT_SIZE) ||
      stat.size > LIMIT_MESSAGE || zip_source_open(source) != 0)
    return NULL;
  bytes = g_malloc(stat.size + 1);
  whole = zip_source_read(source, bytes, stat.size) == (zip_int64_t)stat.size;
  zip_source_close(source);
  return whole ? g_bytes_new_take(g_steal_pointer(&bytes), stat.size) : NULL;
}

GBytes *
package_write(Package *package, GError **error)
{
  gboolean done = TRUE;
  GBytes *bytes = NULL;

  for (unsigned i = 0; done && i < package->members->len; i++)
    done = change_member(package, i);
  if (done && zip_close(package->archive) == 0) {
    package->archive = NULL;
    bytes = read_source(package->source);
  }
  if (!bytes)
    refuse(error, "cannot be written");
  return bytes;
}
