/* Filters of PDF streams: what was packed comes out, and not more than was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "pdf_filter.h"

#define BYTES(text) text, sizeof text - 1

static const struct {
  const char *label;
  PdfFilter filter;
  const char *packed;
  size_t len;
  const char *want;
  gboolean whole;
} cases[] = {
    {"hexadecimal", {.name = "ASCIIHexDecode"}, BYTES("48 65 6c6C6f>"), "Hello", TRUE},
    {"base 85", {.name = "ASCII85Decode"}, BYTES("87cUR\nD]i,\"Ebo80~>"), "Hello World!", TRUE},
    {"base 85, a part of a group", {.name = "A85"}, BYTES("87cURDZ~>"), "Hello", TRUE},
    {"runs", {.name = "RunLengthDecode"}, BYTES("\x01He\xffl\x00o\x80x"), "Hello", TRUE},
    {"runs that end early", {.name = "RL"}, BYTES("\x05He"), "He", TRUE},
    {"LZW",
     {.name = "LZWDecode"},
     BYTES("\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01"),
     "-----A---B",
     TRUE},
    {"LZW with a code that means nothing", {.name = "LZW"}, BYTES("\x80\x0b\xff\xff"), "/", TRUE},
    {"zlib",
     {.name = "FlateDecode"},
     BYTES("\x78\x9c\xf3\x48\xcd\xc9\xc9\x07\x00\x05\x8c\x01\xf5"),
     "Hello",
     TRUE},
    {"zlib with a wrong head",
     {.name = "Fl"},
     BYTES("\x11\x11\xf3\x48\xcd\xc9\xc9\x07\x00\x05\x8c\x01\xf5"),
     "Hello",
     TRUE},
    {"zlib that is damaged behind some bytes",
     {.name = "FlateDecode"},
     BYTES("\x78\x01\x00\x06\x00\xf9\xff\x48\x65\x6c\x6c\x6f\x20\x07\x07\x07"),
     "Hello",
     TRUE},
    {"rows of a PNG",
     {.name = "FlateDecode", .predictor = 12, .columns = 3},
     BYTES("\x78\x01\x01\x0c\x00\xf3\xff\x00\x61\x62\x63\x02\x00\x00\x01\x01\x61\x01\x01\x13\xe6"
           "\x02\x2f"),
     "abcabdabc",
     TRUE},
    {"a picture's", {.name = "DCTDecode"}, BYTES("x"), "", FALSE},
};

static void
test_unfilter(void **state)
{
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    gboolean whole = TRUE;
    g_autoptr(GByteArray) got = pdf_unfilter(
        &cases[i].filter, (const unsigned char *)cases[i].packed, cases[i].len, KIB(1), &whole);

    if (got->len == strlen(cases[i].want) &&
        (got->len == 0 || memcmp(got->data, cases[i].want, got->len) == 0) &&
        whole == cases[i].whole)
      continue;
    printf("%s\n  got  %.*s, %d\n  want %s, %d\n", cases[i].label, (int)got->len,
           (const char *)got->data, whole, cases[i].want, cases[i].whole);
    failed++;
  }
  assert_int_equal(failed, 0);
}

/* Each packs a lot into a little. */
static void
test_bounds(void **state)
{
  g_autofree unsigned char *runs = g_malloc(KIB(8)), *codes = g_malloc0(KIB(8));
  const PdfFilter run = {.name = "RL"}, lzw = {.name = "LZW"};
  gboolean whole = TRUE;
  g_autoptr(GByteArray) out = NULL, more = NULL;

  memset(runs, 0x81, KIB(8));
  out = pdf_unfilter(&run, runs, KIB(8), KIB(16), &whole);
  assert_false(whole);
  assert_in_range(out->len, KIB(16), KIB(17));
  whole = TRUE;
  for (unsigned i = 0, code = 258; i + 9 < KIB(8) * 8 && code < 500; i += 9, code++) {
    unsigned value = i == 0 ? 65 : code - 1;

    for (unsigned k = 0; k < 9; k++)
      codes[(i + k) / 8] |= (unsigned char)((value >> (8 - k) & 1) << (7 - (i + k) % 8));
  }
  more = pdf_unfilter(&lzw, codes, KIB(8), KIB(16), &whole);
  assert_false(whole);
  assert_in_range(more->len, KIB(16), KIB(20));
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_unfilter),
      cmocka_unit_test(test_bounds),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
