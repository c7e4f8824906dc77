/* Content lines of calendars and contacts: what they say, where it stands, and lines written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "card.h"

/* The first line as "kind name|view", '~' before what is quoted-printable. */
static const struct {
  const char *label, *source, *want;
} lines[] = {
    {"words", "SUMMARY:a b\r\n", "text summary|SUMMARY:a b"},
    {"no line end", "SUMMARY:a", "text summary|SUMMARY:a"},
    {"empty value", "SUMMARY:\n", "text summary|SUMMARY:"},
    {"folded", "SUMMARY:a\r\n b\r\n\tc\r\nX:y\r\n", "text summary|SUMMARY:abc"},
    {"folded, LF", "SUMMARY:a\n b\nX:y\n", "text summary|SUMMARY:ab"},
    {"folded, two blanks", "SUMMARY:a\n  b\n", "text summary|SUMMARY:a b"},
    {"folded in the name", "SUM\r\n MARY:a\r\n", "text summary|SUMMARY:a"},
    {"folded to nothing", "SUMMARY:a\n \n b\n", "text summary|SUMMARY:ab"},
    {"escapes", "NOTE:a\\nb\\,c\\;d\\\\e\\Nf\\x\\", "text note|NOTE:a\nb,c;d\\e\nf\\x\\"},
    {"an escape folded", "NOTE:a\\\r\n ,b", "text note|NOTE:a,b"},
    {"group", "item1.URL:x", "address url|item1.URL:x"},
    {"parameters", "URL;A=\"b:c;d\";E=f:x", "address url|URL;A=\"b:c;d\";E=f:x"},
    {"an address by parameter", "X-Y;VALUE=uri:x", "address -|X-Y;VALUE=uri:x"},
    {"a page", "X-ALT-DESC;FMTTYPE=text/html:<a>",
     "page x-alt-desc|X-ALT-DESC;FMTTYPE=text/html:<a>"},
    {"a page by parameter", "DESCRIPTION;FMTTYPE=Text/HTML:x",
     "page description|DESCRIPTION;FMTTYPE=Text/HTML:x"},
    {"a file", "ATTACH;VALUE=BINARY;ENCODING=BASE64:AAAA",
     "data attach|ATTACH;VALUE=BINARY;ENCODING=BASE64:"},
    {"a file, 2.1", "PHOTO;JPEG;BASE64:AAAA", "data photo|PHOTO;JPEG;BASE64:"},
    {"a file, 4.0", "PHOTO:data:image/png;base64,AAAA", "data photo|PHOTO:"},
    {"quoted-printable", "NOTE;ENCODING=QUOTED-PRINTABLE:=41=\r\n=42\\,c\r\nX:y",
     "text note~|NOTE;ENCODING=QUOTED-PRINTABLE:AB\\,c"},
    {"quoted-printable, 2.1", "NOTE;QUOTED-PRINTABLE:a=3Db",
     "text note~|NOTE;QUOTED-PRINTABLE:a=b"},
    {"quoted-printable to the end", "NOTE;QUOTED-PRINTABLE:a=\n",
     "text note~|NOTE;QUOTED-PRINTABLE:a="},
    {"no name", "see https://a.example", "text -|see https://a.example"},
    {"no colon", "SUMMARY", "text -|SUMMARY"},
    {"nothing", "\r\n", "text -|"},
};

static void
test_lines(void **state)
{
  static const char *const kinds[] = {"text", "address", "page", "data"};
  int failed = 0;
  for (guint i = 0; i < G_N_ELEMENTS(lines); i++) {
    const unsigned char *source = (const unsigned char *)lines[i].source;
    g_autoptr(CardLine) line = card_line_read(source, strlen(lines[i].source), 0);
    g_autofree char *got =
        g_strdup_printf("%s %s%s|%s", kinds[line->kind], line->name != NULL ? line->name : "-",
                        line->quoted ? "~" : "", line->view->str);
    failed += strcmp(got, lines[i].want) != 0;
    if (strcmp(got, lines[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", lines[i].label, got, lines[i].want);
  }
  assert_int_equal(failed, 0);
}

/* Links as "target use property|bytes of the source", in order. */
static const struct {
  const char *label, *source, *want;
} links[] = {
    {"address", "URL:https://a.example/x", "https://a.example/x follow url|https://a.example/x"},
    {"picture", "PHOTO:https://a.example/x", "https://a.example/x load photo|https://a.example/x"},
    {"words", "NOTE:see https://a.example/x\\nb",
     "https://a.example/x text note|https://a.example/x"},
    {"folded", "NOTE:https://a.exam\n ple/x y",
     "https://a.example/x text note|https://a.exam\n ple/x"},
    {"escaped", "NOTE:https://a.example/x\\,y z",
     "https://a.example/x,y text note|https://a.example/x\\,y"},
    {"in a parameter", "X;ALTREP=\"https://a.example\":b",
     "https://a.example text -|https://a.example"},
    {"page", "X-ALT-DESC:<a href=\"https://a.example\\,\">",
     "https://a.example, follow a|https://a.example\\,"},
    {"page, text", "X-ALT-DESC:www.a.example", "www.a.example text x-alt-desc|www.a.example"},
    {"quoted-printable", "NOTE;QUOTED-PRINTABLE:https=3A//a.ex=\nample",
     "https://a.example text note|https=3A//a.ex=\nample"},
    {"a server, not escaped", "ATTACH:\\\\a.example\\x",
     "\\\\a.example\\x follow attach|\\\\a.example\\x"},
    {"a server, escaped", "URL:\\\\\\\\a.example\\\\x",
     "\\\\a.example\\x follow url|\\\\\\\\a.example\\\\x"},
    {"words in an address", "URL:see https://a.example b",
     "https://a.example text url|https://a.example"},
    {"a fold that some keep", "NOTE:https://a.com\n .b.example/",
     "https://a.com.b.example/ text note|https://a.com\n .b.example/ "
     "https://a.com text -|https://a.com"},
    {"a fragment", "NOTE:https://a1\n b.example/",
     "https://a1b.example/ text note|https://a1\n b.example/"},
    {"UNC", "NOTE:file://a.example/x", "file://a.example/x text note|file://a.example/x"},
    {"data has none", "ATTACH;ENCODING=BASE64:aHR0cHM6Ly9hLmV4YW1wbGU=", ""},
};

static void
test_links(void **state)
{
  static const char *const uses[] = {"follow", "load", "submit", "redirect", "base", "text"};
  int failed = 0;
  for (guint i = 0; i < G_N_ELEMENTS(links); i++) {
    g_autoptr(GArray) found = links_new();
    g_autoptr(GString) got = g_string_new(NULL);
    const char *source = links[i].source;
    assert_true(card_links((const unsigned char *)source, strlen(source), found));
    for (guint k = 0; k < found->len; k++) {
      const Link *link = &g_array_index(found, Link, k);
      g_string_append_printf(got, "%s%s %s %s|%.*s", k > 0 ? " " : "", link->target,
                             uses[link->use], link->element != NULL ? link->element : "-",
                             (int)link->span.len, source + link->span.off);
    }
    failed += strcmp(got->str, links[i].want) != 0;
    if (strcmp(got->str, links[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", links[i].label, got->str, links[i].want);
  }
  assert_int_equal(failed, 0);
}

/* What is folded reads the same again, in lines of 75 octets of whole characters. */
/* What is said twice, and what in two ways. */
static void
test_said_twice(void **state)
{
  static const struct {
    const char *line;
    CardKind kind;
    gboolean broken;
  } cases[] = {
      {"ATTACH;ENCODING=BASE64:TVo=", CARD_DATA, FALSE},
      {"ATTACH;ENCODING=8BIT;ENCODING=BASE64:TVo=", CARD_DATA, TRUE},
      {"ATTACH;ENCODING=BASE64;ENCODING=8BIT:TVo=", CARD_DATA, TRUE},
      {"ATTACH;VALUE=URI;VALUE=BINARY:TVo=", CARD_DATA, TRUE},
      {"ATTACH;VALUE=uri;X-A=b;VALUE=\"URI\":https://a.example", CARD_ADDRESS, FALSE},
      {"NOTE;ENCODING=8BIT;ENCODING=QUOTED-PRINTABLE:a=3Ab", CARD_TEXT, TRUE},
  };
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *source = cases[i].line;
    g_autoptr(CardLine) line = card_line_read((const unsigned char *)source, strlen(source), 0);
    if (line->kind != cases[i].kind || line->broken != cases[i].broken)
      fail_msg("%s: kind %d, broken %d", source, line->kind, line->broken);
  }
}

static void
test_folding(void **state)
{
  g_autoptr(GString) raw = g_string_new("NOTE;X=Y:");
  for (unsigned n = 0; n < 400; n++) {
    for (int quoted = 0; quoted < 2; quoted++) {
      g_autoptr(GString) start = g_string_new(quoted ? "NOTE;QUOTED-PRINTABLE:" : "NOTE:");
      g_autoptr(GString) out = g_string_new(NULL);
      g_string_append(start, raw->str);
      card_line_fold(out, start->str, start->len, quoted, "\r\n");
      g_auto(GStrv) rows = g_strsplit(out->str, "\r\n", -1);
      for (unsigned k = 0; rows[k] != NULL; k++) {
        assert_true(strlen(rows[k]) <= 76 - (quoted ? 0 : 1));
        assert_true(g_utf8_validate(rows[k], -1, NULL));
      }
      g_autoptr(CardLine) line = card_line_read((const unsigned char *)out->str, out->len, 0);
      assert_string_equal(line->raw->str, start->str);
    }
    g_string_append(raw, n % 5 == 0 ? "=3D" : n % 3 == 0 ? "檔" : "a ");
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_links),
      cmocka_unit_test(test_said_twice),
      cmocka_unit_test(test_folding),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
