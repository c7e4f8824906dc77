/* Bytes of a kind that a search could go over again and again. Each of these takes milliseconds
 * where every byte is looked at a bounded number of times, and hours where that is not so. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "../traits.h"
#include "bounds.h"
#include "content.h"
#include "finding.h"

#define SIZE (8u << 20)

typedef struct hostile {
  const char *type, *name, *pattern;
  BitSet want;
} Hostile;

static const Hostile hostiles[] = {
    {"text/html", "", "J", 0},
    {"image/svg+xml", "", "<!ENTITY", 0},
    {"image/svg+xml", "", "<!ENTITY ''", 0},
    {"image/svg+xml", "", "<!DOCTYPE [", 0},
    {"image/svg+xml", "", "<?x ?><!-- --> ", 0},
    {"image/svg+xml", "", ":script", 0},
    {"text/html", "", "j", 0},
    {"text/html", "", "O", 0},
    {"text/html", "", "<Script ", TRAIT(HTML_SCRIPT)},
    {"text/html", "", "< Script on", 0},
    {"text/rtf", "", "E", 0},
    {"text/rtf", "", "\\fldinst D", 0},
    {"text/rtf", "", "\\objdat", 0},
    {"text/xml", "word/document.xml", "Relationship", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "Relationship Target", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "instr", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "instr=", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "<f>|", 0},
    {"text/xml", "word/document.xml", "<!'\">'|", 0},
    {"text/xml", "word/document.xml", "<!DOCTYPE '>'|", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "<!-->|", 0},
    {"text/xml", "word/document.xml", "&#", TRAIT(CORRUPT)},
    {"text/xml", "word/document.xml", "<w:instrText>D", 0},
    {"application/pdf", "", "/JS  x", 0},
    {"application/pdf", "", "/", 0},
};

static unsigned char *
fill(const char *pattern)
{
  unsigned char *bytes = g_malloc(SIZE);
  size_t n = strlen(pattern);

  for (size_t i = 0; i < SIZE; i++)
    bytes[i] = (unsigned char)pattern[i % n];
  return bytes;
}

static void
test_active(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(hostiles); i++) {
    const Hostile *h = &hostiles[i];
    g_autofree unsigned char *bytes = fill(h->pattern);
    BitSet got = active_traits(h->type, h->name, bytes, SIZE);

    g_autofree char *text = traits_text(got), *want = traits_text(h->want);
    if (got != h->want)
      fail_msg("%s of \"%s\": got \"%s\", want \"%s\"", h->type, h->pattern, text, want);
  }
}

static void
test_table(void **state)
{
  static const char *const patterns[] = {"=cmd|", "|",    "=a|b!c\n", "=a|\n!b", "cmd|!",
                                         "=a|'",  " a|b", "aaaa",     "'|a|"};
  static const gboolean asks[] = {FALSE, FALSE, TRUE, FALSE, FALSE, FALSE, FALSE, FALSE, FALSE};

  for (size_t i = 0; i < G_N_ELEMENTS(patterns); i++) {
    g_autofree unsigned char *bytes = fill(patterns[i]);

    if (table_asks_program(bytes, SIZE) != asks[i])
      fail_msg("\"%s\": got %d, want %d", patterns[i], !asks[i], asks[i]);
  }
}

typedef struct table_case {
  const char *text;
  gboolean asks;
} TableCase;

#define P64 "abcdefghijklmnopqrstuvwxyz0123456789_.abcdefghijklmnopqrstuvwxyz"

static const TableCase tables[] = {
    {"=cmd|'/c calc'!A0", TRUE},
    {"a,b\n1,=cmd|'/c calc'!A0\n", TRUE},
    {"+cmd|'/c calc'!A0", TRUE},
    {"-2+3+cmd|'/c calc'!A0", TRUE},
    {"@SUM(1+1)*cmd|'/c calc'!A0", TRUE},
    {"=1&cmd|'/c calc'!_xlbgnm.A1", TRUE},
    {"= cmd|calc!A0", TRUE},
    {"<td>=cmd|'/c \"calc\"'!A0</td>", TRUE},
    {"=MSEXCEL|'\\..\\..\\Windows\\System32\\cmd.exe /c calc'!''", TRUE},
    {"=" P64 P64 "\\cmd|'/c calc'!A0", TRUE},
    {"='cmd'|'/c calc'!A0", TRUE},
    {"=C:\\Windows\\cmd|'/c\ncalc " P64 P64 P64 P64 P64 "'!A0", TRUE},
    {"=cmd|'/c calc", FALSE},
    {"say Yes|No! and go", FALSE},
    {"-a|b!", FALSE},
    {"if (a|b!=c)", FALSE},
    {"| a | b! |c", FALSE},
    {"family=Open|Roboto\" rel=x>Hello!you", FALSE},
};

static void
test_references(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(tables); i++) {
    const char *text = tables[i].text;
    g_autoptr(GString) wide = g_string_new_len("\xff\xfe", 2);

    for (const char *p = text; *p; p++)
      g_string_append_len(g_string_append_c(wide, *p), "", 1);
    if (table_asks_program((const unsigned char *)text, strlen(text)) != tables[i].asks ||
        table_asks_program((const unsigned char *)wide->str, wide->len) != tables[i].asks)
      fail_msg("%s: want %d", text, tables[i].asks);
  }
}

/* NULs between, over the end of what is looked at at a time. */
static void
test_scattered(void **state)
{
  static const char call[] = "=c\0m\0d|'/c calc'!A0";
  const size_t size = MIB(1) + 100;
  g_autofree unsigned char *bytes = g_malloc(size);

  for (size_t at = 2; at + sizeof call < size; at = at == 2 ? MIB(1) - 30 : at + 7) {
    memset(bytes, 'x', size);
    bytes[0] = 0;
    memcpy(bytes + at, call, sizeof call - 1);
    if (!table_asks_program(bytes, size))
      fail_msg("at %zu", at);
  }
}

/* A directory that is nothing but texts of Word's, in which fields begin everywhere. */
static void
test_compound(void **state)
{
  g_autofree unsigned char *bytes = fill("\x13");

  memcpy(bytes, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
  for (size_t at = 512; at + 128 <= SIZE; at += 128) {
    memcpy(bytes + at, "W\0o\0r\0d\0D\0o\0c\0u\0m\0e\0n\0t\0\0\0", 26);
    memcpy(bytes + at + 64, "\x1a\0\2\1", 4);
  }
  assert_true(compound_traits(bytes, SIZE) == TRAIT(CORRUPT));
  assert_string_equal(compound_type(bytes, SIZE), "application/msword");
  memcpy(bytes + SIZE - 8, "\x13 DDE ..", 8);
  assert_true(compound_traits(bytes, SIZE) == (TRAIT(CORRUPT) | TRAIT(DDE)));
}

/* A further stream of bzip2, which begins with its header and a block. */
static void
test_stream_goes_on(void **state)
{
#define BLOCK "\x31\x41\x59\x26\x53\x59"
  static const struct {
    const char *type, *text;
    gboolean goes_on;
  } streams[] = {
      {"application/x-bzip2", "BZh9" BLOCK "and so on", FALSE},
      {"application/x-bzip2", "BZh9" BLOCK BLOCK BLOCK, FALSE},
      {"application/x-bzip2", "BZh9" BLOCK "BZhBZh9 BZh9", FALSE},
      {"application/x-bzip2", "BZh9" BLOCK "BZh1" BLOCK, TRUE},
      {"application/x-bzip2", "BZh9xBZh1" BLOCK, TRUE},
      {"application/gzip", "BZh9" BLOCK "BZh1" BLOCK, FALSE},
      {"application/x-bzip2", "", FALSE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(streams); i++)
    if (stream_goes_on(streams[i].type, (const unsigned char *)streams[i].text,
                       strlen(streams[i].text)) != streams[i].goes_on)
      fail_msg("%s: want %d", streams[i].text, streams[i].goes_on);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_active),         cmocka_unit_test(test_table),
      cmocka_unit_test(test_references),     cmocka_unit_test(test_compound),
      cmocka_unit_test(test_stream_goes_on), cmocka_unit_test(test_scattered),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
