/* onenote.c - the files in a section of OneNote ([MS-ONESTORE] 2.6.13, FileDataStoreObject): id,
 * length (8 bytes), 12 bytes of nothing, the file. They are found by that id, whatever the store
 * says. Their names stand in properties of its pages (onestore.c): an object has a name and a file,
 * the file a GUID, and that a place. One that has several names, of several revisions or of several
 * objects, is each of them. One may lie in the bytes of another: the store can name either. */
#include <string.h>

#include "bounds.h"
#include "octets.h"
#include "onestore.h"
#include "opened.h"
#include "utf16.h"

static const char id[] = "\xe7\x16\xe3\xbd\x65\x26\x11\x45\xa4\xc4\x8d\x4d\x0b\x7a\x9e\xac";

#define ID   16
#define HEAD 36

/* Sections in sections, as deep as anybody keeps them. */
#define NESTED 4

/* Names of one object, one file or one place: more than a file is given on its way through the
 * revisions. */
#define NAMES 16

/* --- names --- */

typedef struct names {
  GHashTable *objects; /* list << 32 | number ─▶ GPtrArray of GRefString, its names */
  GHashTable *files;   /* GUID (GBytes) ─▶ the same */
  GHashTable *places;  /* offset ─▶ the same */
  gboolean cut;
} Names;

static GHashTable *
new_table(void)
{
  return g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free,
                               (GDestroyNotify)g_ptr_array_unref);
}

static void
names_clear(Names *names)
{
  g_hash_table_unref(names->objects);
  g_hash_table_unref(names->files);
  g_hash_table_unref(names->places);
}

/* What a key has in a table, or a new entry; NULL if there is no room for one. Takes key over. */
static GPtrArray *
entry_of(Names *names, GHashTable *table, void *key)
{
  const gboolean room = g_hash_table_size(table) < LIMIT_UNPACK_FILES;
  GPtrArray *all = g_hash_table_lookup(table, key);

  if (!all && room) {
    all = g_ptr_array_new_with_free_func((GDestroyNotify)g_ref_string_release);
    g_hash_table_insert(table, key, all);
    return all;
  }
  names->cut |= !all;
  (table == names->files ? (GDestroyNotify)g_bytes_unref : g_free)(key);
  return all;
}

/* Takes name over. */
static void
entry_add(Names *names, GPtrArray *all, char *name)
{
  const gboolean known =
      !all || !*name || g_ptr_array_find_with_equal_func(all, name, g_str_equal, NULL);

  if (!known && all->len < NAMES) {
    g_ptr_array_add(all, name);
    return;
  }
  names->cut |= !known;
  g_ref_string_release(name);
}

/* Several may lead to one: it has the names of all of them. */
static void
entry_join(Names *names, GPtrArray *all, const GPtrArray *from)
{
  for (guint i = 0; i < from->len; i++)
    entry_add(names, all, g_ref_string_acquire(g_ptr_array_index(from, i)));
}

static guint64
object_key(const OneObject *object)
{
  return (guint64)object->list << 32 | object->number;
}

static void
add_name(guint32 property, const unsigned char *bytes, size_t len, const OneObject *file,
         void *data)
{
  Names *names = data;
  g_autofree char *name = NULL;
  guint64 key;

  if (property != ONE_FILE_NAME || !file)
    return;
  key = object_key(file);
  names->cut |= len > LIMIT_EVIDENCE; /* how it ends is not known */
  name = utf16_decode_lossy(bytes, MIN(len, LIMIT_EVIDENCE), UTF16_LE);
  entry_add(names, entry_of(names, names->objects, g_memdup2(&key, sizeof key)),
            g_ref_string_new(name));
}

static void
add_file(const OneObject *object, const unsigned char *guid, void *data)
{
  Names *names = data;
  const guint64 key = object_key(object);
  const GPtrArray *from = g_hash_table_lookup(names->objects, &key);

  if (from)
    entry_join(names, entry_of(names, names->files, g_bytes_new(guid, 16)), from);
}

static void
add_place(const unsigned char *guid, guint64 offset, void *data)
{
  Names *names = data;
  g_autoptr(GBytes) key = g_bytes_new_static(guid, 16);
  const GPtrArray *from = g_hash_table_lookup(names->files, key);

  if (from)
    entry_join(names, entry_of(names, names->places, g_memdup2(&offset, sizeof offset)), from);
}

/* Each leads to the next, in whatever order they stand. FALSE if there are more than are read. */
static gboolean
names_read(Names *names, const unsigned char *bytes, size_t len)
{
  static const OneHandler steps[] = {
      {.property = add_name}, {.file = add_file}, {.place = add_place}};

  *names = (Names){new_table(),
                   g_hash_table_new_full(g_bytes_hash, g_bytes_equal, (GDestroyNotify)g_bytes_unref,
                                         (GDestroyNotify)g_ptr_array_unref),
                   new_table(), FALSE};
  for (size_t i = 0; i < G_N_ELEMENTS(steps); i++)
    names->cut |= !onestore_read(bytes, len, &steps[i], names);
  return !names->cut;
}

/* --- files --- */

/* Under each of its names, or none. */
static gboolean
add_named(GPtrArray *files, const Names *names, guint64 offset, GBytes *content, guint64 *most)
{
  const GPtrArray *all = g_hash_table_lookup(names->places, &offset);
  const guint count = all && all->len > 0 ? all->len : 1;

  for (guint i = 0; i < count; i++) {
    const char *name = all && all->len > 0 ? g_ptr_array_index(all, i) : "";

    if (g_bytes_get_size(content) > *most || !opened_add(files, name, g_bytes_ref(content)))
      return FALSE;
    *most -= g_bytes_get_size(content);
  }
  return TRUE;
}

static gboolean
read_files(const unsigned char *bytes, size_t len, const Names *names, GPtrArray *files)
{
  const unsigned char *end = bytes + len;
  guint64 most = (guint64)len * NESTED; /* bytes of all of them together */
  gboolean whole = TRUE;

  for (const unsigned char *p = bytes; (p = memmem(p, (size_t)(end - p), id, ID)) != NULL;) {
    size_t left = (size_t)(end - p);
    guint64 size = left >= HEAD ? le64(p + ID) : 0;
    g_autoptr(GBytes) content = NULL;

    if (left < HEAD || size > left - HEAD) {
      whole = FALSE;
      p += ID;
      continue;
    }
    if (size > most)
      return FALSE;
    content = g_bytes_new(p + HEAD, size);
    if (!add_named(files, names, (guint64)(p - bytes), content, &most))
      return FALSE;
    p += ID;
  }
  return whole;
}

gboolean
onenote_open(const unsigned char *bytes, size_t len, GPtrArray *files)
{
  Names names;
  gboolean whole = names_read(&names, bytes, len);

  whole = read_files(bytes, len, &names, files) && whole;
  names_clear(&names);
  return whole;
}
