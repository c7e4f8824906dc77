/* What a 7z archive would take, by its header alone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sevenzip.h"

#define BYTES(text) (const unsigned char *)(text), sizeof(text) - 1

/* One packed stream of 6 bytes; folders of one coder each. */
#define PACK       "\x06\0\1\x09\6\0"
#define LZMA       "\1\x23\3\1\1\5\x5d\0\0\1\0"
#define UNPACK     "\x07\x0b"
#define SIZES      "\x0c"
#define FILES      "\5\1\0\0"
#define ONE_LZMA   UNPACK "\1\0" LZMA SIZES "\x81\0\0"
#define PPMD       "\1\x23\3\4\1\5\6\0\0\x10\0"
#define AES        "\1\x24\6\xf1\7\1\1\0"
#define BCJ        "\2\x23\3\1\1\5\x5d\0\0\1\0\4\3\3\1\3\1\0"
#define BCJ2_CODER "\x14\3\3\1\x1b\4\1"
#define PLAIN      "\3\3\1\1"
#define BCJ2       "\4" PLAIN PLAIN PLAIN BCJ2_CODER "\5\0\4\1\3\2\2\6\1\0"

typedef struct header_case {
  const char *label;
  const unsigned char *header;
  size_t len;
  guint64 want;
} HeaderCase;

static const HeaderCase headers[] = {
    {"nothing", BYTES("\1\0"), 0},
    {"a file without a folder", BYTES("\1" FILES), 0},
    {"a folder of 256 bytes", BYTES("\1\4" PACK ONE_LZMA "\0" FILES), 256},
    {"properties of the archive", BYTES("\1\2\x19\1x\0\4" PACK ONE_LZMA "\0" FILES), 256},
    {"the largest of two folders",
     BYTES("\1\4" PACK UNPACK "\2\0" LZMA LZMA SIZES "\7\x81\0\0\0" FILES), 256},
    {"with checksums, files and their sizes",
     BYTES("\1\4\x06\0\1\x09\6\x0a\1abcd\0" UNPACK "\1\0" LZMA SIZES "\x81\0\x0a\0\x80"
           "abcd\0\x08\x0d\3\x09\5\5\x0a\1aaaabbbbcccc\0\0\5\3\0\0"),
     256},
    {"a model of PPMd", BYTES("\1\4" PACK UNPACK "\1\0" PPMD SIZES "\7\0\0" FILES), 0x100007},
    {"what nobody can open takes nothing",
     BYTES("\1\4" PACK UNPACK "\1\0" AES SIZES "\x81\0\0\0" FILES), 0},
    {"a filter works in place", BYTES("\1\4" PACK UNPACK "\1\0" BCJ SIZES "\x81\0\x81\0\0\0" FILES),
     256},
    {"the one of four does, too",
     BYTES("\1\4" PACK UNPACK "\1\0" BCJ2 SIZES "\1\2\x40\x41\0\0" FILES), 0x44},
    {"4 GiB", BYTES("\1\4" PACK UNPACK "\1\0" LZMA SIZES "\xff\0\0\0\0\1\0\0\0\0\0" FILES),
     SEVENZIP_TOO_MUCH},
    {"16 EiB",
     BYTES("\1\4" PACK UNPACK "\1\0" LZMA SIZES "\xff\xff\xff\xff\xff\xff\xff\xff\xff\0\0" FILES),
     SEVENZIP_TOO_MUCH},
    {"too many files", BYTES("\1\5\xa0\0\1\0"), SEVENZIP_TOO_MUCH},
    {"too many folders", BYTES("\1\4" PACK UNPACK "\xa0\0\0"), SEVENZIP_TOO_MUCH},
    {"too many files in a folder", BYTES("\1\4" PACK ONE_LZMA "\x08\x0d\xa0\0\0" FILES),
     SEVENZIP_TOO_MUCH},
    {"too many packed streams", BYTES("\1\4\6\0\xc0\0\x80\x09"), SEVENZIP_TOO_MUCH},
    {"an unknown part", BYTES("\1\4" PACK ONE_LZMA "\x0e\0" FILES), SEVENZIP_TOO_MUCH},
    {"folders that stand elsewhere", BYTES("\1\4" PACK UNPACK "\1\1\0" SIZES "\x81\0\0\0" FILES),
     SEVENZIP_TOO_MUCH},
    {"no coder", BYTES("\1\4" PACK UNPACK "\1\0\0" SIZES "\0\0" FILES), SEVENZIP_TOO_MUCH},
    {"cut off", BYTES("\1\4" PACK UNPACK "\1\0\1\x23\3"), SEVENZIP_TOO_MUCH},
    {"packed: what is in it counts",
     BYTES("\x17\6\0\1\x09\x25\0" UNPACK "\1\0\1\x21\x21\1\0" SIZES "\x21\0\0"), 256},
    {"packed and of 8 MiB",
     BYTES("\x17\6\0\1\x09\x25\0" UNPACK "\1\0\1\x21\x21\1\0" SIZES "\xe0\0\0\x80\0\0"),
     SEVENZIP_TOO_MUCH},
    {"packed, shorter than it says",
     BYTES("\x17\6\0\1\x09\x25\0" UNPACK "\1\0\1\x21\x21\1\0" SIZES "\x22\0\0"), SEVENZIP_TOO_MUCH},
    {"packed by something else",
     BYTES("\x17\6\0\1\x09\x25\0" UNPACK "\1\0\1\3\4\2\2" SIZES "\x21\0\0"), SEVENZIP_TOO_MUCH},
    {"packed, from outside",
     BYTES("\x17\6\x7f\1\x09\x7f\0" UNPACK "\1\0\1\x21\x21\1\0" SIZES "\x21\0\0"),
     SEVENZIP_TOO_MUCH},
    {"packed and secret", BYTES("\x17\6\0\1\x09\x25\0" UNPACK "\1\0" AES SIZES "\x21\0\0"), 0},
    {"neither", BYTES("\2\0"), 0},
};

/* LZMA2 of bytes as they are: "a folder of 256 bytes". */
#define PACKED                                                                                     \
  "\1\0\x20"                                                                                       \
  "\1\4" PACK ONE_LZMA "\0" FILES "\0"

static guint32
checksum(const unsigned char *bytes, size_t len)
{
  guint32 sum = 0xffffffff;

  for (size_t i = 0; i < len; i++) {
    sum ^= bytes[i];
    for (int bit = 0; bit < 8; bit++)
      sum = sum >> 1 ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum;
}

static void
append_le(GByteArray *out, guint64 value, unsigned len)
{
  for (unsigned i = 0; i < len; i++)
    g_byte_array_append(out, &(guint8){(guint8)(value >> (8 * i))}, 1);
}

/* Some bytes, an archive with PACKED and then the header, and some bytes. */
static GByteArray *
file_of(const unsigned char *header, size_t len)
{
  GByteArray *out = g_byte_array_new();

  g_byte_array_append(out, BYTES("MZ\xbc"));
  g_byte_array_append(out, BYTES("7z\xbc\xaf\x27\x1c\0\4abcd"));
  append_le(out, sizeof PACKED - 1, 8);
  append_le(out, len, 8);
  append_le(out, checksum(header, len), 4);
  g_byte_array_append(out, BYTES(PACKED));
  g_byte_array_append(out, header, (guint)len);
  return g_byte_array_append(out, BYTES("7z\xbc\xaf"));
}

static void
check(const char *label, const GByteArray *file, guint64 want)
{
  guint64 got = sevenzip_memory(file->data, file->len);

  if (got != want)
    fail_msg("%s: got %" G_GUINT64_FORMAT ", want %" G_GUINT64_FORMAT, label, got, want);
}

static void
test_headers(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autoptr(GByteArray) file = file_of(headers[i].header, headers[i].len);

    check(headers[i].label, file, headers[i].want);
  }
}

/* What libclamav does not go on with takes nothing, whatever it says. */
static void
test_start(void **state)
{
  const HeaderCase *bomb = &headers[10];
  static const struct {
    const char *label;
    unsigned at, len;
    guint64 want;
  } changes[] = {
      {"as it is", 0, 0, SEVENZIP_TOO_MUCH},
      {"no signature", 3, 1, 0},
      {"the start's own checksum", 11, 4, SEVENZIP_TOO_MUCH},
      {"the header's size", 23, 8, 0},
      {"the header's checksum", 31, 4, 0},
      {"never finished", 11, 24, SEVENZIP_TOO_MUCH},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(changes); i++) {
    g_autoptr(GByteArray) file = file_of(bomb->header, bomb->len);

    memset(file->data + changes[i].at, 0, changes[i].len);
    check(changes[i].label, file, changes[i].want);
  }
}

/* Any end and any byte: nothing but an answer. */
static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autoptr(GByteArray) file = file_of(headers[i].header, headers[i].len);

    for (guint n = 0; n <= file->len; n++) {
      g_autofree guint8 *cut = g_memdup2(file->data, n);

      assert_true(sevenzip_memory(cut, n) <= SEVENZIP_TOO_MUCH);
    }
    for (guint n = 0; n < headers[i].len; n++) {
      g_autofree guint8 *header = g_memdup2(headers[i].header, headers[i].len);
      g_autoptr(GByteArray) other = NULL;

      header[n] ^= 0x81;
      other = file_of(header, headers[i].len);
      assert_true(sevenzip_memory(other->data, other->len) <= SEVENZIP_TOO_MUCH);
    }
  }
}

/* --- names --- */

#define NAMES_2                                                                                    \
  "\x11\x13\0"                                                                                     \
  "a\0.\0j\0s\0\0\0"                                                                               \
  "\x68\x88\0\x4e.\0\0\0"

static const struct {
  const char *label;
  const unsigned char *header;
  size_t len;
  const char *want; /* name=as given, or "!" */
} lists[] = {
    {"none", BYTES("\1\0"), ""},
    {"no names", BYTES("\1\5\2\0\0"), ""},
    {"two", BYTES("\1\5\2" NAMES_2 "\0\0"), "a.js=a.js \xe8\xa1\xa8\xe4\xb8\x80.=h "},
    {"one of them empty", BYTES("\1\5\2\x0e\1\x80\x19\2\0\0" NAMES_2 "\0\0"),
     "\xe8\xa1\xa8\xe4\xb8\x80.=h "},
    {"twice", BYTES("\1\5\2" NAMES_2 NAMES_2 "\0\0"), "!"},
    {"elsewhere", BYTES("\1\5\1\x11\2\1\0\0\0"), "!"},
    {"fewer than files", BYTES("\1\5\3" NAMES_2 "\0\0"), "!"},
    {"longer than the header", BYTES("\1\5\1\x11\x7f\0a\0\0\0\0\0"), "!"},
    {"bits of too few files", BYTES("\1\5\x09\x0e\1\x80\0\0"), "!"},
};

static void
test_names(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(lists); i++) {
    g_autoptr(GByteArray) file = file_of(lists[i].header, lists[i].len);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
    SevenzipNames both = {names, given};
    gboolean whole = sevenzip_list(file->data + 3, file->len - 3, &both);
    g_autoptr(GString) got = g_string_new(whole ? "" : "!");

    assert_int_equal(names->len, given->len);
    for (guint n = 0; whole && n < names->len; n++)
      g_string_append_printf(got, "%s=%s ", (char *)names->pdata[n], (char *)given->pdata[n]);
    if (strcmp(got->str, lists[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", lists[i].label, got->str, lists[i].want);
  }
}

static void
test_damaged_names(void **state)
{
  const unsigned char *header = lists[3].header;
  const size_t len = lists[3].len;

  for (size_t at = 0; at < len; at++)
    for (unsigned bit = 0; bit < 8; bit++) {
      g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
      g_autoptr(GPtrArray) given = g_ptr_array_new_with_free_func(g_free);
      g_autofree guint8 *other = g_memdup2(header, len);
      g_autoptr(GByteArray) file = NULL;

      other[at] ^= (guint8)(1 << bit);
      file = file_of(other, len);
      sevenzip_list(file->data + 3, file->len - 3, &(SevenzipNames){names, given});
    }
}

/* Signatures without end that share one header. */
static void
test_many(void **state)
{
  g_autoptr(GByteArray) file = g_byte_array_new();
  g_autofree guint8 *header = g_malloc0(1024 * 1024);

  for (unsigned n = 0; n < 1000; n++) {
    g_byte_array_append(file, BYTES("7z\xbc\xaf\x27\x1c\0\4abcd"));
    append_le(file, 32 * (999 - n), 8);
    append_le(file, 1024 * 1024, 8);
    append_le(file, 0, 4);
  }
  g_byte_array_append(file, header, 1024 * 1024);
  check("a thousand", file, SEVENZIP_TOO_MUCH);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_headers),       cmocka_unit_test(test_start),
      cmocka_unit_test(test_damage),        cmocka_unit_test(test_names),
      cmocka_unit_test(test_damaged_names), cmocka_unit_test(test_many),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
