/* test_html.c - the tokenizer against html5lib's tests, its spans, and its helpers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <json-glib/json-glib.h>
#include <string.h>

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

  if (!dir)
    skip();
  while ((file = g_dir_read_name(dir)))
    if (g_str_has_suffix(file, ".test"))
      failed += run_file(folder, file, &count);
  print_message("html5lib: %u runs, %u failed\n", count, failed);
  assert_true(count > 6000);
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(html5lib_suite),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
