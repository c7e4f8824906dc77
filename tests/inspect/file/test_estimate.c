/* What libclamav would take for a mail or a RAR archive. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "estimate.h"
#include "sevenzip.h"

#define RAR "Rar!\x1a\7\1\0"

/* Checksum, length, type, flags; the main header is of no more. */
#define MAIN "aaaa\3\1\0\0"

/* Of a file: the same, with how long its data is; then flags, length, attributes, how it is packed,
 * system, length of its name, name. */
#define FILE_OF(how)                                                                               \
  "aaaa\x0b\2\2\1\0\5\0" how "\0\1n"                                                               \
  "x"

static const struct {
  const char *label;
  const char *bytes;
  size_t len;
  guint64 want;
} archives[] = {
#define ARCHIVE(bytes) (bytes), sizeof(bytes) - 1
    {"none", ARCHIVE("Rar is a format"), 0},
    {"an older one", ARCHIVE("Rar!\x1a\7\0 and much else"), 0},
    {"no file", ARCHIVE(RAR MAIN), 0},
    {"128 KiB", ARCHIVE(RAR MAIN FILE_OF("\x80\0")), KIB(128)},
    {"4 MiB", ARCHIVE(RAR MAIN FILE_OF("\x80\x28")), MIB(4)},
    {"1 GiB", ARCHIVE(RAR MAIN FILE_OF("\x80\x68")), MIB(1024)},
    {"the second file", ARCHIVE(RAR MAIN FILE_OF("\x80\0") FILE_OF("\x80\x68")), MIB(1024)},
    {"behind a program", ARCHIVE("MZ and so on " RAR MAIN FILE_OF("\x80\x68")), MIB(1024)},
    {"cut off", ARCHIVE(RAR MAIN "aaaa\x0b\2\2\1\0\5"), 0},
    {"a length without end", ARCHIVE(RAR "aaaa\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"), 0},
};

static void
test_rar(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(archives); i++) {
    guint64 got = estimate_rar((const unsigned char *)archives[i].bytes, archives[i].len);

    if (got == archives[i].want)
      continue;
    print_error("%s: got %" G_GUINT64_FORMAT ", want %" G_GUINT64_FORMAT "\n", archives[i].label,
                got, archives[i].want);
    failed++;
  }
  assert_int_equal(failed, 0);
}

/* `count` headers of a service, which is no file, then a file of 1 GiB; behind as many signatures.
 */
static guint64
headers(unsigned count, unsigned signatures)
{
  static const char service[] = "aaaa\2\3";
  static const char last[] = FILE_OF("\x80\x68");
  g_autoptr(GByteArray) file = g_byte_array_new();

  for (unsigned i = 0; i < signatures; i++)
    g_byte_array_append(file, (const guint8 *)RAR, sizeof RAR - 1);
  for (unsigned i = 0; i < count; i++)
    g_byte_array_append(file, (const guint8 *)service, sizeof service);
  g_byte_array_append(file, (const guint8 *)last, sizeof last - 1);
  return estimate_rar(file->data, file->len);
}

/* The last one counts, or it is too much; and they are not read from each signature on. */
static void
test_rar_headers(void **state)
{
  static const char signature[] = RAR;
  g_autoptr(GByteArray) file = g_byte_array_new();

  assert_int_equal(headers(LIMIT_UNPACK_FILES + 1, 1), MIB(1024));
  assert_int_equal(headers(4 * LIMIT_UNPACK_FILES, 1), SEVENZIP_TOO_MUCH);
  for (unsigned i = 0; i < 2000; i++) { /* each in the data of a header before it */
    g_byte_array_append(file, (const guint8 *)signature, sizeof signature - 1);
    g_byte_array_append(file, (const guint8 *)"aaaa\3\3\2\x08", 8);
  }
  assert_int_equal(estimate_rar(file->data, file->len), SEVENZIP_TOO_MUCH);
}

/* Any byte of an archive may be any other. */
static void
test_broken_rar(void **state)
{
  static const char whole[] = RAR MAIN FILE_OF("\x80\x68") FILE_OF("\x80\0");

  for (size_t i = 0; i < sizeof whole; i++)
    for (unsigned byte = 0; byte < 256; byte += 3) {
      g_autofree unsigned char *broken = g_memdup2(whole, sizeof whole);

      broken[i] = (unsigned char)byte;
      estimate_rar(broken, sizeof whole);
      estimate_rar(broken, i);
    }
}

static GString *
lines(const char *head, const char *line, size_t len)
{
  GString *text = g_string_new(head);

  while (text->len < len)
    g_string_append(text, line);
  return text;
}

static void
test_mail(void **state)
{
  static const struct {
    const char *label, *head, *line;
    size_t len;
    guint64 least, most;
  } mails[] = {
      {"short", "From: a@b.example\n", "\n", KIB(40), 0, 0},
      {"short, of empty lines", "From: a@b.example\n", "\n", KIB(100), MIB(9), MIB(10)},
      {"no mail", "a,b,c\n", "1,2,3\n", MIB(1), 0, 0},
      {"empty lines", "Received: by a\n", "\n", MIB(1), MIB(90), MIB(110)},
      {"fields behind other lines", "hello\nFrom: a\nContent-Type: b\n", "\n", MIB(1), MIB(90),
       MIB(110)},
      {"lone carriage returns", "Received: by a\n", "\r", MIB(1), MIB(90), MIB(110)},
      {"both", "Received: by a\n", "\r\n", MIB(1), MIB(45), MIB(55)},
      {"small letters", "hello\nfrom: a\ncontent-type: b\n", "\n", MIB(1), MIB(90), MIB(110)},
      {"a version in small letters", "hello\nfrom: a\nmime-version: 1\n", "\n", MIB(1), MIB(90),
       MIB(110)},
      {"received", "hello\nDelivered-To: a\nReceived: b\n", "\n", MIB(1), MIB(90), MIB(110)},
      {"a mailbox", "From a\n", "\n", MIB(1), MIB(90), MIB(110)},
      {"a gateway's", "X-EVS\n", "\n", MIB(1), MIB(90), MIB(110)},
      {"base64", "To: a\n\n",
       "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\n",
       MIB(10), MIB(10), MIB(25)},
  };
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(mails); i++) {
    GString *text = lines(mails[i].head, mails[i].line, mails[i].len);
    guint64 got = estimate_mail((const unsigned char *)text->str, text->len);

    if (got < mails[i].least || got > mails[i].most) {
      print_error("%s: got %" G_GUINT64_FORMAT "\n", mails[i].label, got);
      failed++;
    }
    g_string_free(text, TRUE);
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rar),
      cmocka_unit_test(test_rar_headers),
      cmocka_unit_test(test_broken_rar),
      cmocka_unit_test(test_mail),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
