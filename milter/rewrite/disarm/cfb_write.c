/* cfb_write.c - a compound file ([MS-CFB]) with streams that have changed.
 *
 * All is laid out anew: large streams one after the other, the mini stream with the small ones, its
 * FAT, the directory, then the FAT and the list of its sectors. The FAT is long enough for its own
 * sectors and for those of that list, which is found by trying. */
#include "cfb_write.h"

#include <string.h>

#include "bounds.h"
#include "error.h"
#include "octets.h"

#define MINI_SECTOR  64
#define MINI_LIMIT   4096
#define HEADER_FATS  109
#define HEADER       512
#define DIFAT_SECTOR 0xfffffffcu
#define FAT_SECTOR   0xfffffffdu
#define END_OF_CHAIN 0xfffffffeu
#define FREE         0xffffffffu

typedef struct layout {
  const Cfb *cfb;
  const GPtrArray *streams;
  size_t sector;
  GByteArray *body; /* all sectors behind the header */
  GArray *fat;      /* guint32 */
  GByteArray *mini;
  GArray *mini_fat; /* guint32 */
  GByteArray *directory;
} Layout;

static void
fill(GByteArray *to, size_t unit, guint8 with)
{
  while (to->len % unit)
    g_byte_array_append(to, &with, 1);
}

/* A chain of so many units behind those that are there: its first. */
static guint32
add_chain(GArray *fat, size_t units)
{
  const guint32 first = units > 0 ? fat->len : END_OF_CHAIN;

  for (size_t i = 0; i < units; i++) {
    guint32 next = i + 1 < units ? fat->len + 1 : END_OF_CHAIN;

    g_array_append_val(fat, next);
  }
  return first;
}

static guint32
add_sectors(Layout *layout, const guint8 *bytes, size_t len)
{
  g_byte_array_append(layout->body, bytes, (guint)len);
  fill(layout->body, layout->sector, 0);
  return add_chain(layout->fat, (len + layout->sector - 1) / layout->sector);
}

static guint32
add_mini_sectors(Layout *layout, const guint8 *bytes, size_t len)
{
  g_byte_array_append(layout->mini, bytes, (guint)len);
  fill(layout->mini, MINI_SECTOR, 0);
  return add_chain(layout->mini_fat, (len + MINI_SECTOR - 1) / MINI_SECTOR);
}

static guint32
add_words(Layout *layout, const GArray *words)
{
  g_autoptr(GByteArray) bytes = g_byte_array_new();

  for (guint i = 0; i < words->len; i++) {
    guint8 word[4];

    put_le32(word, g_array_index(words, guint32, i));
    g_byte_array_append(bytes, word, sizeof word);
  }
  fill(bytes, layout->sector, 0xff);
  return add_sectors(layout, bytes->data, bytes->len);
}

/* --- the directory --- */

static void
place(unsigned char *entry, guint32 start, gsize size)
{
  put_le32(entry + 116, start);
  put_le32(entry + 120, (guint32)size);
  put_le32(entry + 124, 0);
}

/* Nobody's: no name, no kind, no relatives ([MS-CFB] 2.6.3). */
static void
add_free_entry(GByteArray *directory)
{
  guint8 entry[CFB_ENTRY] = {0};

  memset(entry + 68, 0xff, 12);
  g_byte_array_append(directory, entry, sizeof entry);
}

static void
add_entry(Layout *layout, guint index)
{
  const CfbEntry *entry = cfb_entry(layout->cfb, index);
  GBytes *stream = g_ptr_array_index(layout->streams, index);
  gsize len = 0;
  const guint8 *bytes = stream ? g_bytes_get_data(stream, &len) : NULL;
  guint8 raw[CFB_ENTRY];
  guint32 start = entry->storage ? 0 : END_OF_CHAIN;

  if (index > 0 && entry->parent < 0) {
    add_free_entry(layout->directory);
    return;
  }
  memcpy(raw, entry->raw, sizeof raw);
  if (len > 0)
    start =
        len < MINI_LIMIT ? add_mini_sectors(layout, bytes, len) : add_sectors(layout, bytes, len);
  place(raw, start, len);
  g_byte_array_append(layout->directory, raw, sizeof raw);
}

/* --- the FAT --- */

static size_t
ceiling(size_t n, size_t unit)
{
  return (n + unit - 1) / unit;
}

static void
put_header(const Layout *layout, GByteArray *out, const GArray *fats, guint32 difat, guint32 difats)
{
  guint8 header[HEADER];

  memcpy(header, cfb_header(layout->cfb), HEADER);
  put_le32(header + 44, fats->len);
  put_le32(header + 56, MINI_LIMIT);
  put_le32(header + 68, difat);
  put_le32(header + 72, difats);
  for (guint i = 0; i < HEADER_FATS; i++)
    put_le32(header + 76 + 4 * (size_t)i, i < fats->len ? g_array_index(fats, guint32, i) : FREE);
  g_byte_array_append(out, header, HEADER);
  fill(out, layout->sector, 0);
}

/* Sectors of the list: each ends with the number of the next. */
static GArray *
difat_words(const Layout *layout, const GArray *fats, guint32 first, size_t sectors)
{
  const size_t each = layout->sector / 4 - 1;
  GArray *words = g_array_new(FALSE, FALSE, sizeof(guint32));

  for (size_t i = 0; i < sectors * each; i++) {
    const size_t fat = HEADER_FATS + i;
    guint32 word = fat < fats->len ? g_array_index(fats, guint32, fat) : FREE;

    g_array_append_val(words, word);
    if ((i + 1) % each)
      continue;
    word = (i + 1) / each < sectors ? first + (guint32)((i + 1) / each) : END_OF_CHAIN;
    g_array_append_val(words, word);
  }
  return words;
}

static void
add_kind(GArray *fat, size_t count, guint32 kind)
{
  for (size_t i = 0; i < count; i++)
    g_array_append_val(fat, kind);
}

/* The FAT behind all other sectors, and the whole file. */
static GByteArray *
finish(Layout *layout)
{
  const size_t words = layout->sector / 4, used = layout->fat->len;
  size_t fats = 0, difats = 0, need;
  g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GArray) list = NULL;
  GByteArray *out = g_byte_array_new();

  while ((need = ceiling(used + fats + difats, words)) > fats) {
    fats = need;
    difats = fats > HEADER_FATS ? ceiling(fats - HEADER_FATS, words - 1) : 0;
  }
  for (size_t i = 0; i < fats; i++) {
    guint32 sector = (guint32)(used + i);

    g_array_append_val(places, sector);
  }
  add_kind(layout->fat, fats, FAT_SECTOR);
  add_kind(layout->fat, difats, DIFAT_SECTOR);
  add_kind(layout->fat, fats * words - layout->fat->len, FREE);
  list = difat_words(layout, places, (guint32)(used + fats), difats);
  put_header(layout, out, places, difats > 0 ? (guint32)(used + fats) : END_OF_CHAIN,
             (guint32)difats);
  add_words(layout, layout->fat);
  add_words(layout, list);
  g_byte_array_append(out, layout->body->data, layout->body->len);
  return out;
}

/* --- the whole --- */

static GBytes *
lay_out(Layout *layout)
{
  guint32 directory, mini_fat, start;
  GByteArray *out;

  for (guint i = 0; i < cfb_count(layout->cfb); i++)
    add_entry(layout, i);
  while (layout->directory->len % layout->sector)
    add_free_entry(layout->directory);
  start = add_sectors(layout, layout->mini->data, layout->mini->len);
  place(layout->directory->data, start, layout->mini->len);
  mini_fat = add_words(layout, layout->mini_fat);
  directory = add_sectors(layout, layout->directory->data, layout->directory->len);
  out = finish(layout);
  /* Version 3 does not count its directory. */
  put_le32(out->data + 40,
           layout->sector > HEADER ? (guint32)ceiling(layout->directory->len, layout->sector) : 0);
  put_le32(out->data + 48, directory);
  put_le32(out->data + 60, mini_fat);
  put_le32(out->data + 64, (guint32)ceiling(layout->mini_fat->len, layout->sector / 4));
  return g_byte_array_free_to_bytes(out);
}

static gboolean
is_usual(const Cfb *cfb, const GPtrArray *streams)
{
  const unsigned char *header = cfb_header(cfb);
  guint64 all = 0;

  for (guint i = 0; i < streams->len; i++)
    all += g_ptr_array_index(streams, i) ? g_bytes_get_size(g_ptr_array_index(streams, i)) : 0;
  return le16(header + 26) == (cfb_sector(cfb) == HEADER ? 3 : 4) && le16(header + 32) == 6 &&
         le32(header + 56) == MINI_LIMIT && all <= LIMIT_UNPACK_TOTAL;
}

GBytes *
cfb_write(const Cfb *cfb, const GPtrArray *streams, GError **error)
{
  g_autoptr(GByteArray) body = g_byte_array_new(), mini = g_byte_array_new();
  g_autoptr(GByteArray) directory = g_byte_array_new();
  g_autoptr(GArray) fat = g_array_new(FALSE, FALSE, sizeof(guint32));
  g_autoptr(GArray) mini_fat = g_array_new(FALSE, FALSE, sizeof(guint32));
  Layout layout = {cfb, streams, cfb_sector(cfb), body, fat, mini, mini_fat, directory};

  if (is_usual(cfb, streams))
    return lay_out(&layout);
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "compound file: of no usual version");
  return NULL;
}
