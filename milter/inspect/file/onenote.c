/* onenote.c - the files in a section of OneNote ([MS-ONESTORE] 2.6.13, FileDataStoreObject): id,
 * length (8 bytes), 12 bytes of nothing, the file. They are found by that id, whatever the store
 * says. Their names stand in properties of its pages (onestore.c): an object has a name and a file,
 * the file a GUID, and that a place. One that has several names, of several revisions, is each of
 * them. One may lie in the bytes of another: the store can name either. */
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

/* --- names --- */

typedef struct names {
  GHashTable *objects; /* list << 32 | number ─▶ GPtrArray of names */
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

/* Takes key over. */
static void
remember(Names *names, GHashTable *table, void *key, GPtrArray *value)
{
  const gboolean room = g_hash_table_size(table) < LIMIT_UNPACK_FILES;

  names->cut |= !room;
  if (room && !g_hash_table_contains(table, key))
    g_hash_table_insert(table, key, g_ptr_array_ref(value));
  else
    (table == names->files ? (GDestroyNotify)g_bytes_unref : g_free)(key);
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
  GPtrArray *all;
  guint64 key;

  if (property != ONE_FILE_NAME || !file)
    return;
  key = object_key(file);
  name = utf16_decode_lossy(bytes, MIN(len, LIMIT_EVIDENCE), UTF16_LE);
  all = g_hash_table_lookup(names->objects, &key);
  if (!all) {
    g_autoptr(GPtrArray) fresh = g_ptr_array_new_with_free_func(g_free);

    remember(names, names->objects, g_memdup2(&key, sizeof key), fresh);
    all = g_hash_table_lookup(names->objects, &key);
  }
  if (!all || all->len >= LIMIT_UNPACK_FILES)
    names->cut = TRUE;
  else if (*name && !g_ptr_array_find_with_equal_func(all, name, g_str_equal, NULL))
    g_ptr_array_add(all, g_steal_pointer(&name));
}

static void
add_file(const OneObject *object, const unsigned char *guid, void *data)
{
  Names *names = data;
  const guint64 key = object_key(object);
  GPtrArray *all = g_hash_table_lookup(names->objects, &key);

  if (all)
    remember(names, names->files, g_bytes_new(guid, 16), all);
}

static void
add_place(const unsigned char *guid, guint64 offset, void *data)
{
  Names *names = data;
  g_autoptr(GBytes) key = g_bytes_new_static(guid, 16);
  GPtrArray *all = g_hash_table_lookup(names->files, key);

  if (all)
    remember(names, names->places, g_memdup2(&offset, sizeof offset), all);
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
    p += HEAD;
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
