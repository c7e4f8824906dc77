/* cfb.c - the sectors of a compound file.
 *
 * Sectors of one stream are a chain in the FAT; the FAT's own sectors are listed in the header and
 * in further sectors (DIFAT). Streams of less than 4096 bytes lie in pieces of 64 in the stream of
 * the root, with a FAT of their own. Entries of a storage are a tree of siblings. Chains and trees
 * can loop or meet: a sector is one step of one stream's chain, each entry is given a parent once,
 * and all streams together yield no more than the file has. */
#include "cfb.h"

#include <string.h>

#include "octets.h"
#include "utf16.h"

#define MINI_SECTOR  64
#define MINI_LIMIT   4096
#define HEADER_FATS  109
#define END_OF_CHAIN 0xfffffffeu
#define NO_ENTRY     0xffffffffu
#define NAME_UNITS   32

/* Whose a sector is, and which of its chain, so that a stream can be read again. */
typedef struct taken {
  guint32 entry, step; /* from 1; 0: nobody's yet */
} Taken;

struct cfb {
  const unsigned char *bytes;
  size_t len;
  unsigned shift;   /* of a sector's size */
  GArray *fat;      /* guint32 */
  GArray *mini_fat; /* guint32 */
  GArray *entries;  /* CfbEntry */
  Taken *taken;     /* of each sector */
  GByteArray *directory;
  GBytes *mini; /* the root's stream; NULL until needed */
  Taken *mini_taken;
  guint64 read;
};

static const unsigned char *
sector_at(const Cfb *cfb, guint32 sector)
{
  guint64 at = ((guint64)sector + 1) << cfb->shift;

  return at < cfb->len && cfb->len - at >= (size_t)1 << cfb->shift ? cfb->bytes + at : NULL;
}

static gboolean
add_words(const Cfb *cfb, GArray *words, guint32 sector, size_t count)
{
  const unsigned char *p = sector_at(cfb, sector);

  for (size_t i = 0; p && i < count; i++) {
    guint32 word = le32(p + 4 * i);

    g_array_append_val(words, word);
  }
  return p != NULL;
}

/* Each sector that is listed; free slots are skipped. */
static gboolean
add_fat_sectors(Cfb *cfb, const unsigned char *list, size_t count)
{
  for (size_t i = 0; i < count; i++)
    if (le32(list + 4 * i) < END_OF_CHAIN - 1 &&
        !add_words(cfb, cfb->fat, le32(list + 4 * i), (size_t)1 << (cfb->shift - 2)))
      return FALSE;
  return (guint64)cfb->fat->len * 4 <= cfb->len;
}

static gboolean
read_fat(Cfb *cfb)
{
  guint32 next = le32(cfb->bytes + 68);
  size_t words = (size_t)1 << (cfb->shift - 2);

  if (!add_fat_sectors(cfb, cfb->bytes + 76, HEADER_FATS))
    return FALSE;
  for (size_t left = cfb->len >> cfb->shift; next < END_OF_CHAIN - 1; left--) {
    const unsigned char *list = left > 0 ? sector_at(cfb, next) : NULL;

    if (!list || !add_fat_sectors(cfb, list, words - 1))
      return FALSE;
    next = le32(list + 4 * (words - 1));
  }
  return TRUE;
}

/* FALSE if it is another's, or has been in this chain before. */
static gboolean
take(Taken *taken, guint32 entry, guint32 step)
{
  if (taken->step == 0)
    *taken = (Taken){entry, step};
  return taken->entry == entry && taken->step == step;
}

/* All sectors of a chain of the structure itself. */
static GByteArray *
read_whole_chain(const Cfb *cfb, guint32 sector)
{
  g_autoptr(GByteArray) out = g_byte_array_new();

  while (sector < END_OF_CHAIN - 1) {
    const unsigned char *p = sector < cfb->fat->len ? sector_at(cfb, sector) : NULL;

    if (!p || out->len > cfb->len)
      return NULL;
    g_byte_array_append(out, p, (guint)1 << cfb->shift);
    sector = g_array_index(cfb->fat, guint32, sector);
  }
  return g_steal_pointer(&out);
}

static gboolean
read_mini_fat(Cfb *cfb)
{
  guint32 start = le32(cfb->bytes + 60);
  g_autoptr(GByteArray) bytes = NULL;

  if (start >= END_OF_CHAIN - 1)
    return TRUE;
  bytes = read_whole_chain(cfb, start);
  for (guint at = 0; bytes && at + 4 <= bytes->len; at += 4) {
    guint32 word = le32(bytes->data + at);

    g_array_append_val(cfb->mini_fat, word);
  }
  return bytes != NULL;
}

/* --- the directory --- */

static void
entry_clear(void *data)
{
  g_free(((CfbEntry *)data)->name);
}

static char *
entry_name(const unsigned char *p)
{
  size_t units = le16(p + 64) / 2;

  return utf16_decode_lossy(p, 2 * (CLAMP(units, 1, NAME_UNITS) - 1), UTF16_LE);
}

static void
add_entry(Cfb *cfb, const unsigned char *p)
{
  CfbEntry entry = {.name = entry_name(p),
                    .storage = p[66] == 1 || p[66] == 5,
                    .parent = -1,
                    .start = le32(p + 116),
                    .size = le32(p + 120),
                    .raw = p};

  if (cfb->shift > 9)
    entry.size |= (guint64)le32(p + 124) << 32;
  g_array_append_val(cfb->entries, entry);
}

typedef struct reached {
  GArray *storages; /* guint32: all that hang on the root, in the order that they were found */
  GArray *siblings; /* guint32: still to be looked at */
} Reached;

/* Gives every entry of a tree of siblings its parent. FALSE if two trees meet, or one leads out. */
static gboolean
adopt(Cfb *cfb, guint32 storage, const Reached *reached)
{
  const GByteArray *directory = cfb->directory;
  GArray *open = reached->siblings;
  guint32 first = le32(directory->data + (size_t)storage * CFB_ENTRY + 76);

  g_array_append_val(open, first);
  while (open->len > 0) {
    guint32 at = g_array_index(open, guint32, open->len - 1);
    CfbEntry *entry;

    g_array_set_size(open, open->len - 1);
    if (at == NO_ENTRY)
      continue;
    if (at == 0 || at >= cfb->entries->len)
      return FALSE;
    entry = &g_array_index(cfb->entries, CfbEntry, at);
    if (entry->parent >= 0)
      return FALSE;
    entry->parent = (int)storage;
    if (entry->storage)
      g_array_append_val(reached->storages, at);
    g_array_append_vals(open,
                        (guint32[]){le32(directory->data + (size_t)at * CFB_ENTRY + 68),
                                    le32(directory->data + (size_t)at * CFB_ENTRY + 72)},
                        2);
  }
  return TRUE;
}

static gboolean
read_directory(Cfb *cfb)
{
  const GByteArray *directory = cfb->directory = read_whole_chain(cfb, le32(cfb->bytes + 48));
  g_autoptr(GArray) storages = g_array_new(FALSE, TRUE, sizeof(guint32));
  g_autoptr(GArray) siblings = g_array_new(FALSE, FALSE, sizeof(guint32));
  const Reached reached = {storages, siblings};

  if (!directory || directory->len < CFB_ENTRY || directory->data[66] != 5)
    return FALSE;
  for (guint at = 0; at + CFB_ENTRY <= directory->len; at += CFB_ENTRY)
    add_entry(cfb, directory->data + at);
  g_array_set_size(storages, 1); /* the root */
  for (guint i = 0; i < storages->len; i++)
    if (!adopt(cfb, g_array_index(storages, guint32, i), &reached))
      return FALSE;
  return TRUE;
}

/* --- the whole --- */

/* Of what size pieces are, and which streams lie in them, may not be said otherwise ([MS-CFB] 2.2);
 * some programs believe it if it is. */
static gboolean
has_usual_pieces(const unsigned char *header)
{
  return (size_t)1 << MIN(le16(header + 32), 31) == MINI_SECTOR && le32(header + 56) == MINI_LIMIT;
}

Cfb *
cfb_open(const unsigned char *bytes, size_t len)
{
  g_autoptr(Cfb) cfb = g_new0(Cfb, 1);

  cfb->bytes = bytes;
  cfb->len = len;
  cfb->fat = g_array_new(FALSE, FALSE, sizeof(guint32));
  cfb->mini_fat = g_array_new(FALSE, FALSE, sizeof(guint32));
  cfb->entries = g_array_new(FALSE, FALSE, sizeof(CfbEntry));
  g_array_set_clear_func(cfb->entries, entry_clear);
  cfb->shift = len >= 512 ? le16(bytes + 30) : 0;
  if ((cfb->shift != 9 && cfb->shift != 12) || !has_usual_pieces(bytes) || !read_fat(cfb) ||
      !read_mini_fat(cfb) || !read_directory(cfb))
    return NULL;
  cfb->taken = g_new0(Taken, len >> cfb->shift);
  return g_steal_pointer(&cfb);
}

void
cfb_free(Cfb *cfb)
{
  if (!cfb)
    return;
  g_array_unref(cfb->fat);
  g_array_unref(cfb->mini_fat);
  g_array_unref(cfb->entries);
  g_clear_pointer(&cfb->mini, g_bytes_unref);
  g_clear_pointer(&cfb->directory, g_byte_array_unref);
  g_free(cfb->taken);
  g_free(cfb->mini_taken);
  g_free(cfb);
}

size_t
cfb_sector(const Cfb *cfb)
{
  return (size_t)1 << cfb->shift;
}

const unsigned char *
cfb_header(const Cfb *cfb)
{
  return cfb->bytes;
}

guint
cfb_count(const Cfb *cfb)
{
  return cfb->entries->len;
}

const CfbEntry *
cfb_entry(const Cfb *cfb, guint index)
{
  return &g_array_index(cfb->entries, CfbEntry, index);
}

gboolean
cfb_name_is(const char *name, const char *wanted)
{
  return g_ascii_strcasecmp(name, wanted) == 0;
}

const char *
cfb_name_after(const char *name, const char *beginning)
{
  size_t len = strlen(beginning);

  return g_ascii_strncasecmp(name, beginning, len) == 0 ? name + len : NULL;
}

static GBytes *
to_bytes(GByteArray *array)
{
  return array ? g_byte_array_free_to_bytes(array) : NULL;
}

static GByteArray *
read_chain(Cfb *cfb, guint32 index)
{
  const CfbEntry *entry = cfb_entry(cfb, index);
  g_autoptr(GByteArray) out = g_byte_array_new();
  guint32 sector = entry->start;

  for (guint32 step = 1; out->len < entry->size; step++) {
    const unsigned char *p = sector < cfb->fat->len ? sector_at(cfb, sector) : NULL;

    if (!p || !take(&cfb->taken[sector], index, step))
      return NULL;
    g_byte_array_append(out, p, (guint)MIN(entry->size - out->len, (guint64)1 << cfb->shift));
    sector = g_array_index(cfb->fat, guint32, sector);
  }
  return g_steal_pointer(&out);
}

/* It is tried once: what cannot be read is empty. */
static const unsigned char *
mini_stream(Cfb *cfb, gsize *len)
{
  if (!cfb->mini) {
    cfb->mini = to_bytes(read_chain(cfb, 0));
    if (!cfb->mini)
      cfb->mini = g_bytes_new(NULL, 0);
    cfb->mini_taken = g_new0(Taken, g_bytes_get_size(cfb->mini) / MINI_SECTOR + 1);
  }
  return g_bytes_get_data(cfb->mini, len);
}

static GByteArray *
read_mini_chain(Cfb *cfb, guint32 index)
{
  const CfbEntry *entry = cfb_entry(cfb, index);
  g_autoptr(GByteArray) out = g_byte_array_new();
  guint32 sector = entry->start;
  gsize len = 0;
  const unsigned char *mini = entry->size > 0 ? mini_stream(cfb, &len) : NULL;

  for (guint32 step = 1; out->len < entry->size; step++) {
    guint64 at = (guint64)sector * MINI_SECTOR, want = MIN(entry->size - out->len, MINI_SECTOR);

    if (sector >= cfb->mini_fat->len || at > len || want > len - at ||
        !take(&cfb->mini_taken[sector], index, step))
      return NULL;
    g_byte_array_append(out, mini + at, (guint)want);
    sector = g_array_index(cfb->mini_fat, guint32, sector);
  }
  return g_steal_pointer(&out);
}

GBytes *
cfb_read(Cfb *cfb, guint index)
{
  const CfbEntry *entry = cfb_entry(cfb, index);

  if (entry->storage || entry->size > cfb->len || cfb->read + entry->size > cfb->len)
    return NULL;
  cfb->read += entry->size;
  return to_bytes(entry->size < MINI_LIMIT ? read_mini_chain(cfb, index) : read_chain(cfb, index));
}
