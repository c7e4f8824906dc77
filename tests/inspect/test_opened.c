/* Containers that we open ourselves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "opened.h"

#define BYTES(text) text, sizeof(text) - 1

/* "name=content;name=content" and "!" if it is damaged. */
static char *
opened_text(const char *type, const char *bytes, size_t len)
{
  gboolean whole;
  g_autoptr(GPtrArray) files = opened_read(type, (const unsigned char *)bytes, len, &whole);
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < files->len; i++) {
    const Opened *file = g_ptr_array_index(files, i);
    gsize size = 0;
    const char *content = file->content ? g_bytes_get_data(file->content, &size) : "?";

    g_string_append_printf(out, "%s%s=%.*s", i ? ";" : "", file->name, size ? (int)size : 1,
                           content);
  }
  return g_string_free(g_string_append(out, whole ? "" : "!"), FALSE);
}

typedef struct opened_case {
  const char *label, *type, *bytes;
  size_t len;
  const char *want;
} OpenedCase;

#define TNEF  "application/vnd.ms-tnef"
#define APPLE "application/applefile"

#define TNEF_HEAD "\x78\x9f\x3e\x22\1\0"
#define REND      "\2\2\x90\6\0\2\0\0\0\0\0\0\0"
#define TITLE     "\2\x10\x80\1\0\6\0\0\0a.txt\0\0\0"
#define DATA      "\2\x0f\x80\6\0\2\0\0\0MZ\0\0"
#define MAPI      "\2\5\x90\6\0"

static const OpenedCase cases[] = {
    {"no files", TNEF, BYTES(TNEF_HEAD), ""},
    {"a file", TNEF, BYTES(TNEF_HEAD REND TITLE DATA), "a.txt=MZ"},
    {"data before its name", TNEF, BYTES(TNEF_HEAD REND DATA TITLE), "a.txt=MZ"},
    {"no name", TNEF, BYTES(TNEF_HEAD REND DATA), "=MZ"},
    {"two files", TNEF, BYTES(TNEF_HEAD REND DATA REND TITLE), "=MZ;a.txt=?"},
    {"data twice: the first", TNEF, BYTES(TNEF_HEAD REND DATA "\2\x0f\x80\6\0\1\0\0\0x\0\0"),
     "=MZ"},
    {"a longer name", TNEF,
     BYTES(TNEF_HEAD REND TITLE DATA MAPI "\x12\0\0\0\x1e\0\7\x37\1\0\0\0\5\0\0\0b.js\0\0\0\0"),
     "b.js=MZ"},
    {"a message", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x22\0\0\0\x0d\0\1\x37\1\0\0\0\x16\0\0\0"
                               "0123456789abcdefinside\0\0"),
     "=inside"},
    {"data in a property", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x0f\0\0\0\2\1\1\x37\1\0\0\0\3\0\0\0abc\0\0"), "=abc"},
    {"a property that says too much", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x0f\0\0\0\2\1\1\x37\1\0\0\0\xff\xff\xff\xff"
                               "abc\0\0"),
     "=abc"},
    {"an object without its id", TNEF,
     BYTES(TNEF_HEAD REND MAPI "\x0f\0\0\0\x0d\0\1\x37\1\0\0\0\3\0\0\0abc\0\0"), "=?"},
    {"damaged after a file", TNEF, BYTES(TNEF_HEAD REND DATA "\7\0\0\0\0\0\0\0\0\0\0"), "=MZ!"},
    {"cut", TNEF, BYTES(TNEF_HEAD REND "\2\x0f\x80\6\0\xff\0\0\0MZ\0\0"), "=?!"},
    {"AppleSingle", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\2\0\0\0\3\0\0\0\x32\0\0\0\5"
           "\0\0\0\1\0\0\0\x37\0\0\0\3a.pdfMZ!"),
     "a.pdf=MZ!"},
    {"AppleDouble: a resource fork alone", APPLE,
     BYTES("\0\5\x16\7\0\2\0\0................\0\1\0\0\0\2\0\0\0\x26\0\0\0\2ab"), ""},
    {"an entry beyond its end", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\1\0\0\0\1\0\0\0\x26\0\0\1\0ab"), "!"},
    {"two data forks", APPLE,
     BYTES("\0\5\x16\0\0\2\0\0................\0\2\0\0\0\1\0\0\0\x32\0\0\0\1"
           "\0\0\0\1\0\0\0\x33\0\0\0\1ab"),
     "=a!"},
    {"no table", APPLE, BYTES("\0\5\x16\0\0\2\0\0"), "!"},
    {"a table that is cut", APPLE, BYTES("\0\5\x16\0\0\2\0\0................\0\4"), "!"},
    {"another type", "application/zip", BYTES("PK"), "!"},
};

static void
test_cases(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = opened_text(cases[i].type, cases[i].bytes, cases[i].len);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", cases[i].label, got, cases[i].want);
  }
}

/* Every byte changed and every cut: no read beyond the end (valgrind, ASan). */
static void
test_damage(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    for (size_t at = 0; at <= cases[i].len; at++) {
      g_autofree char *bytes = g_memdup2(cases[i].bytes, MAX(cases[i].len, 1));
      g_autofree char *cut = g_memdup2(bytes, MAX(at, 1));

      g_free(opened_text(cases[i].type, cut, at));
      if (at < cases[i].len)
        bytes[at] = (char)~bytes[at];
      g_free(opened_text(cases[i].type, bytes, cases[i].len));
    }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_damage),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
