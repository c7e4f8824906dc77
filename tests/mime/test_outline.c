/* test_outline.c - what a second reader is shown, and what it is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "outline.h"

#define FROM "From: a@example.org\r\n"
#define TYPE "Content-Type: multipart/mixed; boundary=b\r\n"
#define BODY "\r\n--b\r\n\r\nx\r\n--b--\r\n"
/* Two fields that stay and one between them. */
#define AMID(field) FROM field TYPE BODY

static const struct {
  const char *label, *bytes;
  size_t len;
  const char *gone; /* the only bytes that are left out; "" for none */
} cases[] = {
#define CASE(label, bytes, gone)                                                                   \
  {                                                                                                \
    label, bytes, sizeof(bytes) - 1, gone                                                          \
  }
    CASE("an ordinary field", AMID("Subject: x\r\n"), "Subject: x\r\n"),
    CASE("a folded field", AMID("To: a,\r\n\tb\r\n"), "To: a,\r\n\tb\r\n"),
    CASE("bytes above 127 in a value", AMID("Subject: \xa7\xda\r\n"), "Subject: \xa7\xda\r\n"),
    CASE("the first field stays", FROM TYPE BODY, ""),
    CASE("a structural field stays", AMID("Content-ID: <a@b>\r\n"), ""),
    CASE("also in capitals", AMID("CONTENT-TYPE: text/plain\r\n"), ""),
    CASE("a blank before the colon", AMID("Subject : x\r\n"), ""),
    CASE("an odd letter in the name", AMID("Sub.ject: x\r\n"), ""),
    CASE("a name that begins with a dash", AMID("-b: x\r\n"), ""),
    CASE("a delimiter for some", AMID("--b: x\r\n"), ""),
    CASE("a line that is no field", AMID("no field\r\n"), ""),
    CASE("a folded blank line", AMID("To: a\r\n \r\n"), ""),
    CASE("a blank line in the midst", AMID("To: a\r\n \t\r\n b\r\n"), ""),
    CASE("a bare line feed", AMID("Subject: x\n"), ""),
    CASE("a bare return", AMID("Subject: x\ry\r\n"), ""),
    CASE("two returns", AMID("Subject: x\r\r\n"), ""),
    CASE("a NUL", AMID("Subject: x\0y\r\n"), ""),
    CASE("line feeds alone, all of them", "From: a\nTo: b\nContent-Type: text/plain\n\nx\n",
         "To: b\n"),
    CASE("a header without an end", "From: a\r\nTo: b", ""),
    CASE("an mbox line", "From a\r\nFrom: b\r\nTo: c\r\n\r\n", "To: c\r\n"),
};

static GBytes *
remove_first(const char *bytes, size_t len, const char *gone)
{
  const char *at = *gone ? memmem(bytes, len, gone, strlen(gone)) : NULL;
  GByteArray *out = g_byte_array_new();
  size_t head = at != NULL ? (size_t)(at - bytes) : len;

  g_byte_array_append(out, (const guint8 *)bytes, (guint)head);
  if (at != NULL)
    g_byte_array_append(out, (const guint8 *)at + strlen(gone), (guint)(len - head - strlen(gone)));
  return g_byte_array_free_to_bytes(out);
}

static void
layer_init(Layer *layer, const char *bytes, size_t len)
{
  *layer = (Layer){.bytes = g_bytes_new(bytes, len)};
  layer->lexed = lexer_run(g_bytes_get_data(layer->bytes, NULL), len, 0);
}

static void
layer_clear(Layer *layer)
{
  lexed_free(layer->lexed);
  g_bytes_unref(layer->bytes);
}

static void
test_cases(void **state)
{
  for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
    size_t off, len;
    Layer layer;
    Outline outline;

    layer_init(&layer, cases[i].bytes, cases[i].len);
    off = g_array_index(layer.lexed->entities, Entity, 0).header.off;
    outline_make(&outline, &layer);
    g_autoptr(GBytes) want = remove_first(cases[i].bytes + off, cases[i].len - off, cases[i].gone);
    if (!g_bytes_equal(outline.bytes, want)) {
      const char *got = g_bytes_get_data(outline.bytes, &len);
      print_error("%s: got \"%.*s\"\n", cases[i].label, (int)len, got);
      fail();
    }
    assert_int_equal(outline_source(&outline, 0), off);
    assert_int_equal(outline_source(&outline, g_bytes_get_size(outline.bytes)), cases[i].len);
    outline_clear(&outline);
    layer_clear(&layer);
  }
}

static void
add_lines(GString *text, const char *line, int n)
{
  while (n-- > 0)
    g_string_append(text, line);
}

/* What is kept of bodies: its length, and that its places are found again in the layer. */
static void
check_places(const char *label, const GString *text, const char *want)
{
  Layer layer;
  Outline outline;
  size_t len, at = 0;

  layer_init(&layer, text->str, text->len);
  outline_make(&outline, &layer);
  const char *got = g_bytes_get_data(outline.bytes, &len);
  if (len != strlen(want) || memcmp(got, want, len) != 0) {
    print_error("%s: got \"%.*s\"\n", label, (int)len, got);
    fail();
  }
  for (size_t i = 0; i < len; i++) {
    at = outline_source(&outline, i);
    assert_int_equal(got[i], text->str[at]);
  }
  assert_int_equal(outline_source(&outline, len), text->len);
  outline_clear(&outline);
  layer_clear(&layer);
}

static void
test_bodies(void **state)
{
  g_autoptr(GString) leaf = g_string_new(FROM "To: b\r\n\r\nfirst\r\n");
  g_autoptr(GString) parts = g_string_new(FROM TYPE "\r\npreamble\r\n--b\r\nA: b\r\n\r\nfirst\r\n");
  g_autoptr(GString) odd = g_string_new(FROM "\r\nfirst\r\n");

  add_lines(leaf, "a line -- of text\r\n- x\r\n", 1000);
  g_string_append(leaf, "last");
  check_places("one leaf", leaf, FROM "\r\nfirst\r\nlast");

  add_lines(parts, "a line of text\r\n", 1000);
  g_string_append(parts, "last but one\r\nlast\r\n--b--\r\n");
  check_places("a part", parts,
               FROM TYPE "\r\npreamble\r\n--b\r\nA: b\r\n\r\nfirst\r\nlast but one\r\nlast\r\n"
                         "--b--\r\n");

  add_lines(odd, "a line of text\r\n", 1000);
  g_string_append(odd, "1\r\n2\r\n--x\r\nA: b\r\nC: d\r\n\r\n");
  add_lines(odd, "a line of text\r\n", 1000);
  check_places("what another reader may take for a part", odd,
               FROM "\r\nfirst\r\n1\r\n2\r\n--x\r\nA: b\r\nC: d\r\n\r\na line of text\r\n");
}

static void
test_too_long(void **state)
{
  g_autoptr(GString) lines = g_string_new(FROM "To: b\r\n\r\n");
  g_autoptr(GString) line = g_string_new(FROM "To: b\r\n\r\n");
  const GString *texts[] = {lines, line};

  add_lines(lines, "--\r\n", OUTLINE_MOST / 3);
  add_lines(line, "abcd", OUTLINE_MOST / 3);
  for (guint i = 0; i < G_N_ELEMENTS(texts); i++) {
    Layer layer;
    Outline outline;

    layer_init(&layer, texts[i]->str, texts[i]->len);
    outline_make(&outline, &layer);
    assert_ptr_equal(g_bytes_get_data(outline.bytes, NULL), g_bytes_get_data(layer.bytes, NULL));
    assert_int_equal(outline_source(&outline, 12345), 12345);
    outline_clear(&outline);
    layer_clear(&layer);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_cases),
      cmocka_unit_test(test_bodies),
      cmocka_unit_test(test_too_long),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
