/* Compound files whose chains of sectors meet or loop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cfb.h"
#include "octets.h"

#define END    0xfffffffeu
#define FREE   0xffffffffu
#define SECTOR ((size_t)512)

/* Sectors of the file, which is long enough for all to be read twice. */
enum { FAT, DIRECTORY, MINI_FAT = 3, MINI, LARGE = 6, OTHER_LARGE = 14, SECTORS = 80 };

/* Entries: the mini stream, two streams in it, two beside it. */
enum { ROOT, SMALL, OTHER_SMALL, BIG, OTHER_BIG, ENTRIES };

#define FAT_OF(sector)  ((1 + FAT) * SECTOR + 4 * (size_t)(sector))
#define MINI_OF(sector) ((1 + MINI_FAT) * SECTOR + 4 * (size_t)(sector))
#define START_OF(entry) ((1 + DIRECTORY) * SECTOR + CFB_ENTRY * (size_t)(entry) + 116)
#define SIZE_OF(entry)  (START_OF(entry) + 4)

static void
put_chain(unsigned char *words, guint32 first, guint32 count)
{
  for (guint32 i = first; i < first + count; i++)
    put_le32(words + 4 * (size_t)i, i + 1 < first + count ? i + 1 : END);
}

static void
put_entry(unsigned char *file, guint32 index, guint32 start, guint32 size)
{
  unsigned char *p = file + START_OF(index) - 116;

  p[0] = (guint8)('a' + index);
  p[64] = 4;
  p[66] = index == ROOT ? 5 : 2;
  put_le32(p + 68, FREE);
  put_le32(p + 72, index != ROOT && index + 1 < ENTRIES ? index + 1 : FREE);
  put_le32(p + 76, index == ROOT ? SMALL : FREE);
  put_le32(p + 116, start);
  put_le32(p + 120, size);
}

static unsigned char *
new_file(void)
{
  unsigned char *file = g_malloc0(SECTORS * SECTOR);

  file[30] = 9;
  file[32] = 6;
  put_le32(file + 48, DIRECTORY);
  put_le32(file + 56, 4096);
  put_le32(file + 60, MINI_FAT);
  put_le32(file + 68, END);
  memset(file + 76, 0xff, SECTOR - 76);
  put_le32(file + 76, FAT);
  memset(file + FAT_OF(0), 0xff, SECTOR);
  memset(file + MINI_OF(0), 0xff, SECTOR);
  put_chain(file + FAT_OF(0), DIRECTORY, 2);
  put_chain(file + FAT_OF(0), MINI_FAT, 1);
  put_chain(file + FAT_OF(0), MINI, 2);
  put_chain(file + FAT_OF(0), LARGE, 8);
  put_chain(file + FAT_OF(0), OTHER_LARGE, 8);
  put_chain(file + MINI_OF(0), 0, 2);
  put_chain(file + MINI_OF(0), 2, 2);
  put_entry(file, ROOT, MINI, 2 * SECTOR);
  put_entry(file, SMALL, 0, 128);
  put_entry(file, OTHER_SMALL, 2, 65);
  put_entry(file, BIG, LARGE, 4096);
  put_entry(file, OTHER_BIG, OTHER_LARGE, 4096);
  return file;
}

typedef struct chain_case {
  const char *label;
  struct {
    size_t at; /* 0: nothing is changed */
    guint32 with;
  } edits[2];
  const char *want; /* names of the streams that can be read, in their order */
} ChainCase;

static const ChainCase cases[] = {
    {"each its own", {{0}}, "bcde"},
    {"one sector for two", {{START_OF(OTHER_BIG), LARGE}}, "bcd"},
    {"the midst of another's",
     {{START_OF(OTHER_BIG), LARGE + 7}, {FAT_OF(LARGE + 7), OTHER_LARGE}},
     "bcd"},
    {"chains that meet", {{FAT_OF(OTHER_LARGE), LARGE + 1}}, "bcd"},
    {"chains that meet late", {{FAT_OF(OTHER_LARGE + 6), LARGE + 7}}, "bcd"},
    {"chains that meet behind the end", {{FAT_OF(LARGE + 7), OTHER_LARGE}}, "bcde"},
    {"a loop", {{FAT_OF(LARGE), LARGE}}, "bce"},
    {"a longer loop", {{FAT_OF(OTHER_LARGE + 6), OTHER_LARGE}}, "bcd"},
    {"a loop behind the end", {{FAT_OF(LARGE + 7), LARGE}}, "bcde"},
    {"one mini sector for two", {{START_OF(OTHER_SMALL), 0}}, "bde"},
    {"mini chains that meet", {{MINI_OF(2), 1}}, "bde"},
    {"mini chains that meet behind the end", {{MINI_OF(1), 2}}, "bcde"},
    {"a loop in the mini stream", {{MINI_OF(0), 0}}, "cde"},
    {"an empty one at another's", {{START_OF(OTHER_SMALL), 0}, {SIZE_OF(OTHER_SMALL), 0}}, "bcde"},
    {"one in the mini stream's", {{START_OF(BIG), MINI}, {FAT_OF(MINI + 1), LARGE}}, "bce"},
    {"the mini stream in another's", {{START_OF(ROOT), LARGE + 2}}, "bce"},
    {"a loop of the mini stream's", {{FAT_OF(MINI), MINI}}, "de"},
};

static char *
readable(Cfb *cfb)
{
  GString *out = g_string_new(NULL);

  for (guint i = SMALL; i < ENTRIES; i++) {
    g_autoptr(GBytes) content = cfb_read(cfb, i);

    if (content && g_bytes_get_size(content) == cfb_entry(cfb, i)->size)
      g_string_append(out, cfb_entry(cfb, i)->name);
  }
  return g_string_free(out, FALSE);
}

static void
test_chains(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    const ChainCase *c = &cases[i];
    g_autofree unsigned char *file = new_file();
    g_autoptr(Cfb) cfb = NULL;
    g_autofree char *got = NULL, *again = NULL;

    for (size_t k = 0; k < G_N_ELEMENTS(c->edits) && c->edits[k].at > 0; k++)
      put_le32(file + c->edits[k].at, c->edits[k].with);
    cfb = cfb_open(file, SECTORS * SECTOR);
    assert_non_null(cfb);
    got = readable(cfb);
    if (strcmp(got, c->want) != 0)
      fail_msg("%s: got %s, want %s", c->label, got, c->want);
    again = readable(cfb);
    if (strcmp(again, c->want) != 0)
      fail_msg("%s, again: got %s, want %s", c->label, again, c->want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_chains)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}
