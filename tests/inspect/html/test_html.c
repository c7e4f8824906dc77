/* test_html.c - the tokenizer against html5lib's tests, its spans, and its helpers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "bounds.h"
#include "html.h"

/* json-glib's strings end at NUL, so "\u0000" goes through it as a private character. */
#define NUL_ESCAPE "\\uf8f1"
#define NUL_UTF8   "\357\243\261"

/* --- Reading the suite -----------------------------------------------------------------------*/

static void
append_code(GString *out, guint32 code)
{
  char utf8[7];

  g_string_append_len(out, utf8, g_unichar_to_utf8(code, utf8)); /* lone surrogates too */
}

/* A string of the suite as bytes: the private character is NUL; with `escaped`, \uHHHH undone. */
static GString *
suite_bytes(const char *text, gboolean escaped)
{
  GString *out = g_string_new(NULL);
  guint32 high = 0;

  while (*text) {
    if (strncmp(text, NUL_UTF8, 3) == 0) {
      g_string_append_c(out, '\0');
      text += 3;
    } else if (escaped && strncmp(text, "\\u", 2) == 0) {
      char digits[5] = {text[2], text[3], text[4], text[5], '\0'};
      guint32 code = (guint32)g_ascii_strtoull(digits, NULL, 16);

      if (high && code >= 0xDC00 && code <= 0xDFFF) {
        g_string_truncate(out, out->len - 3);
        append_code(out, 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00));
      } else {
        append_code(out, code);
      }
      high = code >= 0xD800 && code <= 0xDBFF ? code : 0;
      text += 6;
    } else {
      g_string_append_c(out, *text++);
      high = 0;
    }
  }
  return out;
}

/* "\u0000" to the private character, unless the backslash is itself escaped. */
static char *
hide_nuls(const char *json)
{
  GString *out = g_string_new(NULL);

  while (*json) {
    if (json[0] == '\\' && strncmp(json, "\\u0000", 6) == 0) {
      g_string_append(out, NUL_ESCAPE);
      json += 6;
    } else if (json[0] == '\\' && json[1]) {
      g_string_append_len(out, json, 2);
      json += 2;
    } else {
      g_string_append_c(out, *json++);
    }
  }
  return g_string_free(out, FALSE);
}

/* --- One form for what is wanted and what is got ----------------------------------------------*/

static void
show(GString *out, const char *bytes, size_t len)
{
  size_t i;

  g_string_append_c(out, '"');
  for (i = 0; i < len; i++) {
    if (bytes[i] >= ' ' && bytes[i] < 0x7f)
      g_string_append_c(out, bytes[i]);
    else
      g_string_append_printf(out, "\\%02x", (unsigned char)bytes[i]);
  }
  g_string_append_c(out, '"');
}

static int
by_text(gconstpointer a, gconstpointer b)
{
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void
show_sorted(GString *out, GPtrArray *attributes)
{
  unsigned i;

  g_ptr_array_sort(attributes, by_text);
  for (i = 0; i < attributes->len; i++)
    g_string_append_printf(out, " %s", (char *)attributes->pdata[i]);
  g_ptr_array_unref(attributes);
}

static void
show_suite_string(GString *out, JsonNode *node, gboolean escaped)
{
  GString *bytes;

  if (json_node_is_null(node)) {
    g_string_append(out, "null");
    return;
  }
  bytes = suite_bytes(json_node_get_string(node), escaped);
  show(out, bytes->str, bytes->len);
  g_string_free(bytes, TRUE);
}

static void
show_suite_attributes(GString *out, JsonObject *object, gboolean escaped)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  JsonObjectIter iter;
  const char *name;
  JsonNode *value;

  json_object_iter_init(&iter, object);
  while (json_object_iter_next(&iter, &name, &value)) {
    GString *one = g_string_new(NULL), *bytes = suite_bytes(name, escaped);

    show(one, bytes->str, bytes->len);
    g_string_append_c(one, '=');
    show_suite_string(one, value, escaped);
    g_ptr_array_add(all, g_string_free(one, FALSE));
    g_string_free(bytes, TRUE);
  }
  show_sorted(out, all);
}

static char *
show_wanted(JsonArray *output, gboolean escaped)
{
  GString *out = g_string_new(NULL);
  unsigned i, k;

  for (i = 0; i < json_array_get_length(output); i++) {
    JsonArray *token = json_array_get_array_element(output, i);
    const char *kind = json_array_get_string_element(token, 0);

    g_string_append(out, kind);
    for (k = 1; k < json_array_get_length(token); k++) {
      JsonNode *field = json_array_get_element(token, k);

      if (JSON_NODE_HOLDS_OBJECT(field)) {
        show_suite_attributes(out, json_node_get_object(field), escaped);
        continue;
      }
      g_string_append_c(out, ' ');
      if (JSON_NODE_HOLDS_VALUE(field) && json_node_get_value_type(field) == G_TYPE_BOOLEAN)
        g_string_append(out, json_node_get_boolean(field) ? "true" : "false");
      else
        show_suite_string(out, field, escaped);
    }
    g_string_append_c(out, '\n');
  }
  return g_string_free(out, FALSE);
}

static void
show_attributes(GString *out, const HtmlToken *token)
{
  GPtrArray *all = g_ptr_array_new_with_free_func(g_free);
  unsigned i;

  for (i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];
    GString *one = g_string_new(NULL);

    show(one, a->name, strlen(a->name));
    g_string_append_c(one, '=');
    show(one, a->value, a->value_len);
    if (a->duplicate)
      g_string_free(one, TRUE);
    else
      g_ptr_array_add(all, g_string_free(one, FALSE));
  }
  show_sorted(out, all);
}

static void
show_or_null(GString *out, const char *text)
{
  g_string_append_c(out, ' ');
  if (text)
    show(out, text, strlen(text));
  else
    g_string_append(out, "null");
}

static void
show_token(GString *out, const HtmlToken *token)
{
  static const char *const kinds[] = {"DOCTYPE", "StartTag", "EndTag", "Comment", "Character"};

  g_string_append(out, kinds[token->type]);
  if (token->name || token->type == HTML_DOCTYPE)
    show_or_null(out, token->name);
  if (token->type == HTML_START_TAG)
    show_attributes(out, token);
  if (token->type == HTML_START_TAG && token->self_closing)
    g_string_append(out, " true");
  if (token->type == HTML_DOCTYPE) {
    show_or_null(out, token->public_id);
    show_or_null(out, token->system_id);
    g_string_append(out, token->quirks ? " false" : " true");
  }
  if (token->data) {
    g_string_append_c(out, ' ');
    show(out, token->data, token->data_len);
  }
  g_string_append_c(out, '\n');
}

static char *
show_got(HtmlTokenizer *tokenizer)
{
  GString *out = g_string_new(NULL), *text = g_string_new(NULL);
  const HtmlToken *token;

  do {
    token = html_tokenizer_next(tokenizer);
    if (token->type == HTML_TEXT) {
      g_string_append_len(text, token->data, (gssize)token->data_len);
      continue;
    }
    if (text->len) {
      g_string_append(out, "Character ");
      show(out, text->str, text->len);
      g_string_append_c(out, '\n');
      g_string_truncate(text, 0);
    }
    if (token->type != HTML_EOF)
      show_token(out, token);
  } while (token->type != HTML_EOF);
  g_string_free(text, TRUE);
  return g_string_free(out, FALSE);
}

/* --- The suite -------------------------------------------------------------------------------*/

/* 1 if it fails. */
static unsigned
run_state(const char *file, const char *label, const GString *input, const char *state,
          const char *last, const char *want)
{
  g_autoptr(HtmlTokenizer) tokenizer =
      html_tokenizer_new((const unsigned char *)input->str, input->len);
  g_autofree char *got = NULL;

  html_tokenizer_follow(tokenizer, FALSE);
  assert_int_equal(html_tokenizer_set_state(tokenizer, state, last), 0);
  got = show_got(tokenizer);
  if (strcmp(got, want) == 0)
    return 0;
  print_error("%s: %s (%s)\n got:\n%s want:\n%s", file, label, state, got, want);
  return 1;
}

static unsigned
run_case(const char *file, JsonObject *test, unsigned *count)
{
  gboolean escaped = json_object_get_boolean_member_with_default(test, "doubleEscaped", FALSE);
  const char *label = json_object_get_string_member(test, "description");
  const char *last = json_object_get_string_member_with_default(test, "lastStartTag", NULL);
  GString *input = suite_bytes(json_object_get_string_member(test, "input"), escaped);
  g_autofree char *want = show_wanted(json_object_get_array_member(test, "output"), escaped);
  unsigned i, failed = 0;

  if (json_object_has_member(test, "initialStates")) {
    JsonArray *states = json_object_get_array_member(test, "initialStates");

    for (i = 0; i < json_array_get_length(states); i++, ++*count)
      failed += run_state(file, label, input, json_array_get_string_element(states, i), last, want);
  } else {
    failed = run_state(file, label, input, "Data state", last, want);
    ++*count;
  }
  g_string_free(input, TRUE);
  return failed;
}

static unsigned
run_file(const char *folder, const char *file, unsigned *count)
{
  g_autofree char *path = g_build_filename(folder, file, NULL), *text = NULL, *json = NULL;
  g_autoptr(JsonParser) parser = json_parser_new();
  g_autoptr(GError) error = NULL;
  JsonObject *root;
  JsonArray *tests;
  unsigned i, failed = 0;

  if (!g_file_get_contents(path, &text, NULL, NULL))
    return 1;
  json = hide_nuls(text);
  if (!json_parser_load_from_data(parser, json, -1, &error)) {
    print_error("%s: %s\n", file, error->message);
    return 1;
  }
  root = json_node_get_object(json_parser_get_root(parser));
  if (!json_object_has_member(root, "tests")) /* xmlViolation: of XML's rules, not HTML's */
    return 0;
  tests = json_object_get_array_member(root, "tests");
  for (i = 0; i < json_array_get_length(tests); i++)
    failed += run_case(file, json_array_get_object_element(tests, i), count);
  return failed;
}

static void
html5lib_suite(void **state)
{
  const char *corpora = g_getenv("CORDON_CORPORA");
  g_autofree char *folder =
      g_build_filename(corpora ? corpora : "/nonexistent", "urls/html5lib_tests/tokenizer", NULL);
  g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
  unsigned count = 0, failed = 0;
  const char *file;

  if (!dir) {
    g_clear_pointer(&folder, g_free); /* skip() jumps over what cleans up */
    skip();
  }
  while ((file = g_dir_read_name(dir)))
    if (g_str_has_suffix(file, ".test"))
      failed += run_file(folder, file, &count);
  print_message("html5lib: %u runs, %u failed\n", count, failed);
  assert_true(count > 6000);
  assert_int_equal(failed, 0);
}

/* --- Spans -----------------------------------------------------------------------------------*/

static void
check_spans(const char *html, size_t len)
{
  g_autoptr(HtmlTokenizer) tokenizer = html_tokenizer_new((const unsigned char *)html, len);
  const HtmlToken *token;
  size_t at = 0;
  unsigned i;

  do {
    token = html_tokenizer_next(tokenizer);
    assert_int_equal(token->span.off, at);
    at = range_end(token->span);
    for (i = 0; i < token->nattributes; i++) {
      const HtmlAttribute *a = &token->attributes[i];

      assert_true(range_holds(token->span, a->whole));
      assert_true(range_holds(a->whole, a->name_span));
      assert_true(range_holds(a->whole, a->value_span));
      assert_int_equal(a->whole.off, a->name_span.off);
    }
  } while (token->type != HTML_EOF);
  assert_int_equal(at, len);
  token = html_tokenizer_next(tokenizer);
  assert_int_equal(token->type, HTML_EOF);
  assert_int_equal(token->span.len, 0);
}

static void
spans_cover_the_source(void **state)
{
  static const char *const cases[] = {
      "",
      "text",
      "a < b </> c",
      "</>",
      "<a",
      "<a href=x",
      "<a href='x",
      "<!-- x",
      "<!--x--!",
      "<!doctype html public \"x\"",
      "<?xml version=1?><p>x",
      "<title>x</title y='1'>z",
      "<title></title>",
      "<script><!--<script></script>--></script>x",
      "<svg><![CDATA[x<a>]]></svg><![CDATA[y]]>",
      "<plaintext>x</plaintext>",
      "<a b=c=d e = \"f\"g='h'/i=j/ k l>",
      "</a b=c></ x><!x>",
  };
  size_t i, cut;

  for (i = 0; i < G_N_ELEMENTS(cases); i++)
    for (cut = 0; cut <= strlen(cases[i]); cut++)
      check_spans(cases[i], cut);
}

/* The attributes of the first tag, as their spans say. */
static char *
show_spans(const char *html)
{
  g_autoptr(HtmlTokenizer) tokenizer =
      html_tokenizer_new((const unsigned char *)html, strlen(html));
  const HtmlToken *token = html_tokenizer_next(tokenizer);
  GString *out = g_string_new(NULL);
  unsigned i;

  for (i = 0; i < token->nattributes; i++) {
    const HtmlAttribute *a = &token->attributes[i];

    g_string_append_printf(out, "[%.*s|%.*s|%c%s]", (int)a->whole.len, html + a->whole.off,
                           (int)a->value_span.len, html + a->value_span.off, "us\"-"[a->quote],
                           a -> duplicate ? "|dup" : "");
  }
  return g_string_free(out, FALSE);
}

static void
attribute_spans(void **state)
{
  static const struct {
    const char *html, *want;
  } cases[] = {
      {"<a href=x>", "[href=x|x|u]"},
      {"<a HREF = \"x y\" b>", "[HREF = \"x y\"|x y|\"][b||-]"},
      {"<a/href='x'b=1>", "[href='x'|x|s][b=1|1|u]"},
      {"<a b= >", "[b= ||u]"},
      {"<a =b=c>", "[=b=c|c|u]"},
      {"<a b=1 B=2 b>", "[b=1|1|u][B=2|2|u|dup][b||-|dup]"},
      {"<a href=\"x&amp;y\">", "[href=\"x&amp;y\"|x&amp;y|\"]"},
      {"<a href='x", "[href='x|x|s]"},
      {"<a href", "[href||-]"},
  };
  size_t i;

  for (i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autofree char *got = show_spans(cases[i].html);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s\n got: %s\n want: %s", cases[i].html, got, cases[i].want);
  }
}

static void
many_attributes(void **state)
{
  GString *html = g_string_new("<a");
  g_autoptr(HtmlTokenizer) tokenizer = NULL;
  const HtmlToken *token;
  unsigned i;

  for (i = 0; i < 5000; i++)
    g_string_append_printf(html, " a%u=%u", i % 2500, i);
  g_string_append_c(html, '>');
  tokenizer = html_tokenizer_new((const unsigned char *)html->str, html->len);
  token = html_tokenizer_next(tokenizer);
  assert_int_equal(token->nattributes, 5000);
  assert_false(token->attributes[2499].duplicate);
  assert_true(token->attributes[2500].duplicate);
  assert_false(token->cut);
  html_tokenizer_free(tokenizer);

  for (i = 0; i < LIMIT_ATTRIBUTES; i++)
    g_string_insert(html, 2, " b");
  tokenizer = html_tokenizer_new((const unsigned char *)html->str, html->len);
  token = html_tokenizer_next(tokenizer);
  assert_int_equal(token->nattributes, LIMIT_ATTRIBUTES);
  assert_true(token->cut);
  assert_int_equal(token->span.len, html->len);
  g_string_free(html, TRUE);
}

static void
text_leads_back(void **state)
{
  static const struct {
    const char *html, *find, *want;
  } cases[] = {
      {"plain text", "text", "text"},
      {"a&amp;b", "b", "b"},
      {"a&amp;b", "&", "&amp;"},
      {"a&amp;b", "a&b", "a&amp;b"},
      {"x\r\ny\r\nz", "y", "y"},
      {"x\r\ny", "x\ny", "x\r\ny"},
      {"&#104;ttp&colon;//x", "http://x", "&#104;ttp&colon;//x"},
      {"&NotEqualTilde;x", "\xcc\xb8x", "&NotEqualTilde;x"},
      {"one </> two", "e  t", "e </> t"},
      {"a & b &bogus; c", "&bogus; c", "&bogus; c"},
      {"<!-- x\r\ny -->", "y ", "y "},
  };
  size_t i;

  for (i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *html = cases[i].html, *at;
    g_autoptr(HtmlTokenizer) t = html_tokenizer_new((const unsigned char *)html, strlen(html));
    const HtmlToken *token = html_tokenizer_next(t);
    g_autofree char *got = NULL;
    Range range;

    at = memmem(token->data, token->data_len, cases[i].find, strlen(cases[i].find));
    assert_non_null(at);
    range = html_text_source(t, (size_t)(at - token->data), strlen(cases[i].find));
    got = g_strndup(html + range.off, range.len);
    assert_string_equal(got, cases[i].want);
  }
}

/* --- Following -------------------------------------------------------------------------------*/

static void
follows_the_content_model(void **state)
{
  static const struct {
    const char *html, *want;
  } cases[] = {
      {"<title><b>&lt;</title>", "StartTag \"title\"\nCharacter \"<b><\"\nEndTag \"title\"\n"},
      {"<style><b>&lt;</style>", "StartTag \"style\"\nCharacter \"<b>&lt;\"\nEndTag \"style\"\n"},
      {"<style></stylex></STYLE >",
       "StartTag \"style\"\nCharacter \"</stylex>\"\nEndTag \"style\"\n"},
      {"<plaintext></plaintext>", "StartTag \"plaintext\"\nCharacter \"</plaintext>\"\n"},
      {"<noscript><b>", "StartTag \"noscript\"\nStartTag \"b\"\n"},
      {"<svg><style><b>", "StartTag \"svg\"\nStartTag \"style\"\nStartTag \"b\"\n"},
      {"<svg><title><style><b>",
       "StartTag \"svg\"\nStartTag \"title\"\nStartTag \"style\"\nCharacter \"<b>\"\n"},
      {"<svg></svg><xmp><b>",
       "StartTag \"svg\"\nEndTag \"svg\"\nStartTag \"xmp\"\nCharacter \"<b>\"\n"},
      {"<svg/><xmp><b>", "StartTag \"svg\" true\nStartTag \"xmp\"\nCharacter \"<b>\"\n"},
      {"<math><p><xmp><b>",
       "StartTag \"math\"\nStartTag \"p\"\nStartTag \"xmp\"\nCharacter \"<b>\"\n"},
      {"<svg><![CDATA[<b>]]>", "StartTag \"svg\"\nCharacter \"<b>\"\n"},
      {"<p><![CDATA[<b>]]>", "StartTag \"p\"\nComment \"[CDATA[<b\"\nCharacter \"]]>\"\n"},
  };
  size_t i;

  for (i = 0; i < G_N_ELEMENTS(cases); i++) {
    const char *html = cases[i].html;
    g_autoptr(HtmlTokenizer) t = html_tokenizer_new((const unsigned char *)html, strlen(html));
    g_autofree char *got = show_got(t);

    if (strcmp(got, cases[i].want) != 0)
      fail_msg("%s\n got:\n%s want:\n%s", html, got, cases[i].want);
  }
}

/* --- Top and end -----------------------------------------------------------------------------*/

static void
bounds_of_the_body(void **state)
{
  /* '^' is the top, '$' the end */
  static const char *const cases[] = {
      "^$",
      "^text$",
      "<html><head><title>x</title></head><body class=y>^text$</body></html>",
      "<!DOCTYPE html>\n<html>\n<head></head>\n<body>^\n<p>x$</body>\n</html>\n",
      "<meta charset=x><style>p{}</style><!-- c -->^<p>x</p>$",
      "<html><head><style><!-- </head> <body> --></style></head>^<div>x</div>$</html>",
      "<title>unfinished <p>^",
      "^<p>x$</body></html><!-- after -->\n",
      "^<p>x</body></html><p>more$",
      "^<p>x</body></html><p>more$</body></html>",
      "<body>^<p>x$<!-- never closed </body>",
      "<body>^<p>x$<textarea> never closed </body>",
      "<body>^<p>x$<textarea>",
      "<body>^<p>x$<plaintext></body>",
      "<body>^<p>x$<a title=\"never closed </body>",
      "<head><template><p>x</p></template><body>^x$",
      "<!--[if mso]><body><![endif]--><body>^x$",
      "<head><noscript><style></style></noscript></head><body>^x$</body>",
  };
  size_t i, top, end;

  for (i = 0; i < G_N_ELEMENTS(cases); i++) {
    GString *html = g_string_new(cases[i]);
    const char *mark = strchr(cases[i], '$'), *first = strchr(cases[i], '^');
    size_t want_top = (size_t)(first - cases[i]), want_end = want_top;

    if (mark) {
      want_end = (size_t)(mark - cases[i]) - 1;
      g_string_erase(html, mark - cases[i], 1);
    } else {
      want_top = want_end = 0;
    }
    g_string_erase(html, first - cases[i], 1);
    html_body_bounds((const unsigned char *)html->str, html->len, &top, &end);
    if (top != want_top || end != want_end)
      fail_msg("%s\n got: top %zu, end %zu\n want: top %zu, end %zu", cases[i], top, end, want_top,
               want_end);
    g_string_free(html, TRUE);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(html5lib_suite),     cmocka_unit_test(spans_cover_the_source),
      cmocka_unit_test(attribute_spans),    cmocka_unit_test(many_attributes),
      cmocka_unit_test(text_leads_back),    cmocka_unit_test(follows_the_content_model),
      cmocka_unit_test(bounds_of_the_body),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
