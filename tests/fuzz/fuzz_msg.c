/* A message that Outlook has saved: read, with all its links made to lead nowhere, and read again
 * (posted.h). An even first byte: the rest is the file. An odd one: the rest is a list of streams,
 * each a byte that picks its name, a byte that picks its storage, a length of two bytes (the low
 * one first) and data; a compound file is laid out around them. seeds: saved messages behind a byte
 * 0; tests/fuzz/run makes them. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../milter/rewrite/disarm/cfb_write.h"
#include "msg.h"
#include "posted.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define SECTOR  512
#define STREAMS 40
#define END     0xfffffffeu
#define FREE    0xffffffffu

static const char *const storages[] = {"Root Entry", "__attach_version1.0_#00000000",
                                       "__substg1.0_3701000D", "__attach_version1.0_#00000000",
                                       "__nameid_version1.0"};
static const int parents[] = {-1, 0, 1, 2, 0}; /* of those */

static const char *const names[] = {
    "__substg1.0_1000001F", "__substg1.0_1000001E",    "__substg1.0_10130102",
    "__substg1.0_1013001E", "__substg1.0_1013001F",    "__substg1.0_10090102",
    "__substg1.0_370D001F", "__substg1.0_37010102",    "__substg1.0_3A50001F",
    "__substg1.0_3707001E", "__properties_version1.0", "__substg1.0_1035001F",
};

static void
put(unsigned char *p, guint32 n, guint bytes)
{
  for (guint i = 0; i < bytes; i++, n >>= 8)
    p[i] = (guint8)n;
}

/* --- a compound file with all streams in large sectors of their own -------------------------- */

typedef struct build {
  GByteArray *directory, *body;
  GArray *fat;
  guint32 last[G_N_ELEMENTS(storages)]; /* entry in a storage, or 0 */
} Build;

static guint32
add_entry(Build *build, const char *name, int parent, guint kind)
{
  guint8 entry[CFB_ENTRY] = {0};
  const guint32 index = build->directory->len / CFB_ENTRY;

  for (size_t i = 0; name[i]; i++)
    entry[2 * i] = (guint8)name[i];
  put(entry + 64, (guint32)(2 * strlen(name) + 2), 2);
  entry[66] = (guint8)kind;
  entry[67] = 1;
  memset(entry + 68, 0xff, 12);
  g_byte_array_append(build->directory, entry, sizeof entry);
  if (parent >= 0)
    put(build->directory->data + CFB_ENTRY * build->last[parent] +
            (build->last[parent] == (guint32)parent ? 76 : 72),
        index, 4);
  if (parent >= 0)
    build->last[parent] = index;
  return index;
}

static guint32
add_sectors(Build *build, const guint8 *bytes, guint len)
{
  const guint32 first = build->fat->len;
  const guint count = (len + SECTOR - 1) / SECTOR;

  for (guint i = 0; i < count; i++) {
    guint32 next = i + 1 < count ? first + i + 1 : END;

    g_array_append_val(build->fat, next);
  }
  g_byte_array_append(build->body, bytes, len);
  g_byte_array_set_size(build->body, build->fat->len * SECTOR);
  return first;
}

/* Those below 4096 bytes would belong in the mini stream: they are filled up. */
static void
add_stream(Build *build, const char *name, int parent, const uint8_t *data, guint len)
{
  g_autofree guint8 *padded = g_malloc0(MAX(len, 4096));
  const guint32 index = add_entry(build, name, parent, 2);
  unsigned char *entry = build->directory->data + (size_t)CFB_ENTRY * index;

  memcpy(padded, data, len);
  put(entry + 116, add_sectors(build, padded, MAX(len, 4096)), 4);
  put(entry + 120, MAX(len, 4096), 4);
}

static GByteArray *
finish(Build *build)
{
  GByteArray *out = g_byte_array_new();
  guint8 header[SECTOR] = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
  const guint32 directory = add_sectors(build, build->directory->data, build->directory->len);
  const guint fats = (build->fat->len + 8) / (SECTOR / 4) + 1, first = build->fat->len;

  memset(header + 76, 0xff, SECTOR - 76);
  put(header + 24, 0x3e, 2);
  put(header + 26, 3, 2);
  put(header + 28, 0xfffe, 2);
  put(header + 30, 9, 2);
  put(header + 32, 6, 2);
  put(header + 44, fats, 4);
  put(header + 48, directory, 4);
  put(header + 56, 4096, 4);
  put(header + 60, END, 4);
  put(header + 68, END, 4);
  for (guint i = 0; i < fats; i++) {
    guint32 mark = 0xfffffffd;

    put(header + 76 + 4 * (size_t)i, first + i, 4);
    g_array_append_val(build->fat, mark);
  }
  for (guint32 none = FREE; build->fat->len < fats * SECTOR / 4;)
    g_array_append_val(build->fat, none);
  g_byte_array_append(out, header, SECTOR);
  g_byte_array_append(out, build->body->data, build->body->len);
  for (guint i = 0; i < build->fat->len; i++) {
    guint8 word[4];

    put(word, g_array_index(build->fat, guint32, i), 4);
    g_byte_array_append(out, word, 4);
  }
  return out;
}

static GByteArray *
build(const uint8_t *data, size_t size)
{
  g_autoptr(GByteArray) directory = g_byte_array_new(), body = g_byte_array_new();
  g_autoptr(GArray) fat = g_array_new(FALSE, FALSE, sizeof(guint32));
  Build build = {.directory = directory, .body = body, .fat = fat};
  const uint8_t *at = data, *end = data + size;
  guint streams = 0;

  for (guint i = 0; i < G_N_ELEMENTS(storages); i++)
    build.last[i] = add_entry(&build, storages[i], parents[i], i == 0 ? 5 : 1);
  add_stream(&build, "__properties_version1.0", 0, (const guint8 *)"", 0);
  for (; end - at >= 4 && streams < STREAMS; streams++) {
    guint len = MIN(at[2] | (guint)at[3] << 8, (guint)(end - at - 4));

    add_stream(&build, names[at[0] % G_N_ELEMENTS(names)], at[1] % (int)G_N_ELEMENTS(storages),
               at + 4, len);
    at += 4 + len;
  }
  return finish(&build);
}

/* Written with what it holds, it holds the same. */
static void
write_again(const unsigned char *bytes, size_t len)
{
  g_autoptr(Cfb) cfb = cfb_open(bytes, len), other = NULL;
  gboolean whole = cfb != NULL;
  g_autoptr(GPtrArray) streams = NULL, again = NULL;
  g_autoptr(GBytes) file = NULL;
  gsize size = 0;
  const unsigned char *copy;

  streams = cfb ? msg_streams(cfb, &whole) : NULL;
  file = whole ? cfb_write(cfb, streams, NULL) : NULL;
  if (!file)
    return;
  copy = g_bytes_get_data(file, &size);
  other = cfb_open(copy, size);
  check(other != NULL && cfb_count(other) >= cfb_count(cfb), "cannot be read");
  again = msg_streams(other, &whole);
  for (guint i = 0; i < streams->len; i++) {
    GBytes *one = g_ptr_array_index(streams, i), *two = g_ptr_array_index(again, i);

    check(!one == !two && (!one || g_bytes_equal(one, two)), "another content");
    check(strcmp(cfb_entry(cfb, i)->name, cfb_entry(other, i)->name) == 0 ||
              cfb_entry(cfb, i)->parent < 0,
          "another name");
    check(cfb_entry(cfb, i)->parent == cfb_entry(other, i)->parent, "another place");
  }
  check(whole, "a stream cannot be read");
}

static void
try(const unsigned char *bytes, size_t len)
{
  write_again(bytes, len);
  posted_edit("application/vnd.ms-outlook", bytes, len);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
  posted_input(data, size, build, try);
  return 0;
}
