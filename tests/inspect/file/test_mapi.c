/* Properties of a message of Outlook's: what they are, and their texts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "mapi.h"

#define BYTES(text) text, sizeof(text) - 1

static void
test_uses(void **state)
{
  static const struct {
    const char *label;
    guint32 tag;
    gboolean attachment;
    MapiUse want;
  } cases[] = {
      {"PidTagHtml", 0x10130102, FALSE, MAPI_PAGE},
      {"PidTagBodyHtml", 0x1013001f, FALSE, MAPI_PAGE},
      {"PidTagRtfCompressed", 0x10090102, FALSE, MAPI_RICH_TEXT},
      {"PidTagBody", 0x1000001e, FALSE, MAPI_WORDS},
      {"a body that is a number", 0x10000003, FALSE, MAPI_OTHER},
      {"PidTagBusinessHomePage", 0x3a51001f, FALSE, MAPI_NOTE},
      {"one with a name of its own", 0x8008001f, FALSE, MAPI_NOTE},
      {"many texts", 0x8008101f, FALSE, MAPI_NOTE},
      {"the fields of the mail", 0x007d001f, FALSE, MAPI_OTHER},
      {"PidTagAttachLongPathname", 0x370d001f, TRUE, MAPI_ELSEWHERE},
      {"PidTagAttachPathname", 0x3708001e, TRUE, MAPI_ELSEWHERE},
      {"PidTagAttachDataBinary", 0x37010102, TRUE, MAPI_FILE},
      {"PidTagAttachDataObject", 0x3701000d, TRUE, MAPI_FILE},
      {"PidTagAttachLongFilename", 0x3707001f, TRUE, MAPI_NAME},
      {"PidTagAttachFilename", 0x3704001e, TRUE, MAPI_ALIAS},
      {"PidTagDisplayName", 0x3001001f, TRUE, MAPI_ALIAS},
      {"PidTagAttachContentId", 0x3712001f, TRUE, MAPI_OTHER},
      {"another text of an attachment", 0x8001001f, TRUE, MAPI_NOTE},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    if (mapi_use(cases[i].tag, cases[i].attachment) != cases[i].want)
      fail_msg("%s: got %d, want %d", cases[i].label, mapi_use(cases[i].tag, cases[i].attachment),
               cases[i].want);
}

static void
test_charsets(void **state)
{
  static const guint32 pages[] = {0, 950, 950, 65001, 1200, 424242, 37, 936, 1251};
  g_autoptr(GPtrArray) charsets = g_ptr_array_new();
  g_autofree char *all = NULL;

  for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
    mapi_add_charset(charsets, pages[i]);
  g_ptr_array_add(charsets, NULL);
  all = g_strjoinv(" ", (char **)charsets->pdata);
  assert_string_equal(all, "big5 utf-8 utf-16le windows-1252 ibm037"); /* one more than the limit */
}

typedef struct text_case {
  const char *label, *value;
  size_t len;
  gboolean wide;
  MapiUse use;
  const char *charset, *want; /* its links, behind a blank each */
} TextCase;

static const TextCase text_cases[] = {
    {"words", BYTES("see wa.me/1, a@example.com\0"), FALSE, MAPI_WORDS, NULL,
     " wa.me/1 mailto:a@example.com"},
    {"a note leaves mail addresses out", BYTES("see wa.me/1, a@example.com"), FALSE, MAPI_NOTE,
     NULL, " wa.me/1"},
    {"UTF-16", BYTES("w\0a\0.\0m\0e\0\0\0"), TRUE, MAPI_WORDS, NULL, " wa.me"},
    {"UTF-16 and a byte", BYTES("w\0a\0.\0m\0e\0\0"), TRUE, MAPI_WORDS, NULL, " wa.me"},
    {"UTF-16 and half a character", BYTES("w\0a\0.\0m\0e\0 "), TRUE, MAPI_WORDS, NULL, " wa.me"},
    {"UTF-16 that begins like big-endian", BYTES("\xfe\xff w\0a\0.\0m\0e\0"), TRUE, MAPI_WORDS,
     NULL, ""},
    {"UTF-16 that begins like UTF-8", BYTES("\xef\xbb\xbf w\0a\0.\0m\0e\0"), TRUE, MAPI_WORDS, NULL,
     " wa.me"},
    {"8-bit text that begins like UTF-16", BYTES("\xff\xfe wa.me"), FALSE, MAPI_WORDS,
     "windows-1252", " wa.me"},
    {"8-bit text that looks like UTF-16", BYTES("h\0t\0t\0p\0:\0/\0/\0w\0a\0.\0m\0e"), FALSE,
     MAPI_WORDS, NULL, " wa.me"},
    {"UTF-7", BYTES("+AHcAYQAuAG0AZQ-"), FALSE, MAPI_WORDS, "utf-7", " wa.me"},
    {"a path with blanks", BYTES("\\\\srv\\our files\\a.pdf"), FALSE, MAPI_ELSEWHERE, NULL,
     " \\\\srv\\our \\\\srv\\our files\\a.pdf"},
    {"a page", BYTES("<a href='https://wa.me/1'>x</a> t.me/y"), FALSE, MAPI_PAGE, NULL,
     " https://wa.me/1 t.me/y"},
};

static void
test_texts(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(text_cases); i++) {
    const TextCase *c = &text_cases[i];
    g_autoptr(MapiText) text = mapi_text_new((const unsigned char *)c->value, c->len, c->wide,
                                             c->use == MAPI_PAGE, c->charset);
    g_autoptr(GArray) links = links_new();
    g_autoptr(GString) got = g_string_new(NULL);

    assert_true(mapi_text_links(text, c->use, links));
    for (guint k = 0; k < links->len; k++)
      g_string_append_printf(got, " %s", g_array_index(links, Link, k).target);
    if (strcmp(got->str, c->want) != 0)
      fail_msg("%s: got%s, want%s", c->label, got->str, c->want);
  }
}

/* "X" in the place of the first two characters, the NULs behind it as they were. */
static void
test_splice(void **state)
{
  static const struct {
    const char *label, *value;
    size_t len;
    gboolean wide;
    const char *charset, *with, *want;
    size_t want_len; /* 0: it cannot be */
  } cases[] = {
      {"8-bit", BYTES("abc\0\0"), FALSE, NULL, "X", BYTES("Xc\0\0")},
      {"UTF-16", BYTES("a\0b\0c\0\0\0"), TRUE, NULL, "X", BYTES("X\0c\0\0\0")},
      {"UTF-16 and a byte", BYTES("a\0b\0c\0\0"), TRUE, NULL, "X", BYTES("X\0c\0\0")},
      {"Big5", BYTES("ab\xa4\xa4"), FALSE, "big5", "\xe4\xb8\xad", BYTES("\xa4\xa4\xa4\xa4")},
      {"no room in the charset", BYTES("abc"), FALSE, "windows-1252", "\xe4\xb8\xad", BYTES("")},
      {"ASCII is something else", BYTES("abc"), FALSE, "utf-7", "X", BYTES("")},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(MapiText) text = mapi_text_new((const unsigned char *)cases[i].value, cases[i].len,
                                             cases[i].wide, FALSE, cases[i].charset);
    g_autoptr(Edits) edits = edits_new();
    g_autoptr(GBytes) got = NULL;
    gsize len = 0, before = cases[i].charset && strcmp(cases[i].charset, "utf-7") == 0 ? 0 : 1;
    const char *bytes;

    edits_add_string(edits, range_make(before, 2), cases[i].with);
    got = mapi_text_splice(text, edits);
    bytes = got ? g_bytes_get_data(got, &len) : "";
    if (!got != (cases[i].want_len == 0) || len != cases[i].want_len ||
        memcmp(bytes, cases[i].want, len) != 0)
      fail_msg("%s: got \"%.*s\"", cases[i].label, (int)len, bytes);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_uses),
      cmocka_unit_test(test_charsets),
      cmocka_unit_test(test_texts),
      cmocka_unit_test(test_splice),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
