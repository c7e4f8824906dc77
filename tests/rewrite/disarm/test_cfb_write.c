/* Compound files written anew: what is in them, in both versions, with more sectors than the header
 * lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../../../milter/rewrite/disarm/cfb_write.h"
#include "msg.h"
#include "octets.h"

#define END  0xfffffffeu
#define FREE 0xffffffffu

/* Entries: root, a storage with a stream, a stream beside it, one that is nobody's. */
enum { ROOT, STORAGE, INNER, OUTER, LOST, ENTRIES };

static void
put(unsigned char *p, guint32 n, unsigned bytes)
{
  for (unsigned i = 0; i < bytes; i++, n >>= 8)
    p[i] = (guint8)n;
}

static void
put_entry(unsigned char *p, const char *name, guint kind, guint32 right, guint32 child)
{
  for (size_t i = 0; i < strlen(name); i++)
    p[2 * i] = (guint8)name[i];
  put(p + 64, (guint32)(2 * strlen(name) + 2), 2);
  p[66] = (guint8)kind;
  put(p + 68, FREE, 4);
  put(p + 72, right, 4);
  put(p + 76, child, 4);
  memset(p + 80, 0x5a, 16); /* its class */
  put(p + 116, kind == 2 ? END : 0, 4);
}

/* Header, FAT, directory; all streams are empty. */
static GByteArray *
empty_file(size_t sector)
{
  static const char *const names[] = {"Root Entry", "in", "a", "b", "lost"};
  GByteArray *file = g_byte_array_set_size(g_byte_array_new(), (guint)(4 * sector));
  unsigned char *p = memset(file->data, 0, file->len);

  memcpy(p, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  put(p + 26, sector == 512 ? 3 : 4, 2);
  put(p + 28, 0xfffe, 2);
  put(p + 30, sector == 512 ? 9 : 12, 2);
  put(p + 32, 6, 2);
  put(p + 44, 1, 4);
  put(p + 48, 1, 4);
  put(p + 56, 4096, 4);
  put(p + 60, END, 4);
  put(p + 68, END, 4);
  memset(p + 76, 0xff, 436);
  put(p + 76, 0, 4);
  memset(p + sector, 0xff, sector);
  put(p + sector, 0xfffffffd, 4);
  put(p + sector + 4, 2, 4); /* the directory has two sectors */
  put(p + sector + 8, END, 4);
  for (size_t i = 0; i < ENTRIES; i++)
    put_entry(p + 2 * sector + CFB_ENTRY * i, names[i],
              i == ROOT      ? 5
              : i == STORAGE ? 1
                             : 2,
              i == STORAGE ? OUTER : FREE,
              i == ROOT      ? STORAGE
              : i == STORAGE ? INNER
                             : FREE);
  return file;
}

static GBytes *
pattern(size_t len)
{
  guint8 *bytes = g_malloc(len + 1);

  for (size_t i = 0; i < len; i++)
    bytes[i] = (guint8)(i * 7 + i / 251);
  return g_bytes_new_take(bytes, len);
}

typedef struct write_case {
  const char *label;
  size_t sector, inner, outer;
} WriteCase;

static const WriteCase cases[] = {
    {"nothing", 512, 0, 0},
    {"in the mini stream", 512, 1, 4095},
    {"a whole mini sector, a whole sector", 512, 64, 4096},
    {"large ones", 512, 4097, 100 * 1000},
    {"more FAT sectors than the header lists", 512, 5, 8 * 1000 * 1000},
    {"more than one sector lists", 512, 100, 20 * 1000 * 1000},
    {"large sectors", 4096, 1, 4095},
    {"large sectors, large streams", 4096, 4096, 10 * 1000 * 1000},
};

static void
check_entry(const WriteCase *c, const Cfb *before, const Cfb *after, guint i)
{
  const CfbEntry *one = cfb_entry(before, i), *two = cfb_entry(after, i);

  if (i == LOST ? *two->name != '\0' : strcmp(one->name, two->name) != 0)
    fail_msg("%s: entry %u is \"%s\"", c->label, i, two->name);
  if (one->parent != two->parent || one->storage != (i == LOST ? one->storage : two->storage))
    fail_msg("%s: entry %u is elsewhere", c->label, i);
  if (i != LOST && memcmp(one->raw, two->raw, 116) != 0)
    fail_msg("%s: entry %u has changed", c->label, i);
}

static void
check_case(const WriteCase *c)
{
  g_autoptr(GByteArray) file = empty_file(c->sector);
  g_autoptr(Cfb) before = cfb_open(file->data, file->len), after = NULL;
  g_autoptr(GPtrArray) streams = g_ptr_array_new_with_free_func((GDestroyNotify)g_bytes_unref);
  g_autoptr(GBytes) written = NULL, inner = pattern(c->inner), outer = pattern(c->outer);
  g_autoptr(GBytes) got_inner = NULL, got_outer = NULL;
  const unsigned char *bytes;
  gsize len = 0;

  assert_non_null(before);
  g_ptr_array_set_size(streams, (int)cfb_count(before));
  streams->pdata[INNER] = g_bytes_ref(inner);
  streams->pdata[OUTER] = g_bytes_ref(outer);
  written = cfb_write(before, streams, NULL);
  assert_non_null(written);
  bytes = g_bytes_get_data(written, &len);
  after = cfb_open(bytes, len);
  if (!after || len % c->sector != 0)
    fail_msg("%s: %zu bytes that cannot be read", c->label, (size_t)len);
  for (guint i = 0; i < ENTRIES; i++)
    check_entry(c, before, after, i);
  got_inner = cfb_read(after, INNER);
  got_outer = cfb_read(after, OUTER);
  if (!got_inner || !got_outer || !g_bytes_equal(got_inner, inner) ||
      !g_bytes_equal(got_outer, outer))
    fail_msg("%s: another content", c->label);
}

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    check_case(&cases[i]);
}

/* Readers would not agree on what its sectors are. */
static void
test_unusual(void **state)
{
  static const struct {
    const char *label;
    size_t at;
    guint8 with;
  } wrong[] = {
      {"version", 26, 4}, {"mini sectors", 32, 7}, {"the limit of small streams", 57, 0x20}};

  for (size_t i = 0; i < G_N_ELEMENTS(wrong); i++) {
    g_autoptr(GByteArray) file = empty_file(512);
    g_autoptr(Cfb) cfb = cfb_open(file->data, file->len);
    g_autoptr(GPtrArray) streams = g_ptr_array_new();
    g_autoptr(GError) error = NULL;

    file->data[wrong[i].at] = wrong[i].with;
    g_ptr_array_set_size(streams, (int)cfb_count(cfb));
    if (cfb_write(cfb, streams, &error) || !error)
      fail_msg("%s: written", wrong[i].label);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_unusual)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
