/* test_tree.c - parts, layers, names, flags, and the second reader. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "field.h"
#include "tree.h"

#define PDF "application/pdf"

static Tree *
parse(const char *bytes, size_t len)
{
  g_autoptr(GBytes) raw = g_bytes_new(bytes, len);

  return tree_parse(raw);
}

static Tree *
parse_text(const char *text)
{
  return parse(text, strlen(text));
}

static const char *
first_ambiguity(const Tree *tree)
{
  for (guint i = 0; i < tree->anomalies->len; i++) {
    const Anomaly *anomaly = &g_array_index(tree->anomalies, Anomaly, i);

    if (anomaly_is_ambiguous(anomaly->kind))
      return anomaly->detail;
  }
  return "none";
}

static gboolean
has_anomaly(const Tree *tree, AnomalyKind kind)
{
  for (guint i = 0; i < tree->anomalies->len; i++)
    if (g_array_index(tree->anomalies, Anomaly, i).kind == kind)
      return TRUE;
  return FALSE;
}

/* "path type flags" of every part. */
static char *
describe(const Tree *tree)
{
  GString *out = g_string_new(NULL);

  for (guint i = 0; i < tree->parts->len; i++) {
    const Part *part = tree_part(tree, i);

    g_string_append_printf(
        out, "%s|%s|%s%s%s%s%s%s%s\n", part->path, part->type,
        part->flags & PART_MULTIPART ? "M" : "", part->flags & PART_MESSAGE ? "m" : "",
        part->flags & PART_ATTACHMENT ? "a" : "", part->flags & PART_HTML ? "h" : "",
        part->flags & PART_TEXT ? "t" : "", part->flags & PART_BODY ? "b" : "",
        part->flags & PART_SIGNED ? "s" : "");
  }
  return g_string_free(out, FALSE);
}

typedef struct shape_case {
  const char *label;
  const char *text;
  const char *want;
} ShapeCase;

static const ShapeCase shapes[] = {
    {"plain", "Subject: a\r\n\r\nx\r\n", "1|text/plain|tb\n"},
    {"empty", "", "1|text/plain|tb\n"},
    {"html", "Content-Type: text/html\r\n\r\nx\r\n", "1|text/html|hb\n"},
    {"file", "Content-Type: " PDF "; name=a.pdf\r\n\r\nx\r\n", "1|application/pdf|a\n"},
    {"alternative",
     "Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
     "Content-Type: TEXT/HTML; charset=big5\r\n\r\nx\r\n--b--\r\n",
     "|multipart/alternative|M\n1|text/plain|tb\n2|text/html|hb\n"},
    {"named HTML is HTML", "Content-Type: application/octet-stream; name=\"a.HTML\"\r\n\r\nx\r\n",
     "1|application/octet-stream|ah\n"},
    {"attached text is no body",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Disposition: "
     "attachment\r\n\r\n"
     "x\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\nx\r\n--b--\r\n",
     "|multipart/mixed|M\n1|text/plain|at\n2|text/plain|tb\n"},
    {"nested message",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
     "Content-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c\r\n\r\ny\r\n--c--\r\n"
     "--b\r\nContent-Type: message/rfc822\r\n\r\nTo: x\r\n\r\nx\r\n--b--\r\n",
     "|multipart/mixed|M\n1|message/rfc822|m\n1.TEXT|multipart/mixed|M\n1.1|text/plain|t\n"
     "1.2|text/plain|t\n2|message/rfc822|m\n2.1|text/plain|t\n"},
    {"nested multipart",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
     "Content-Type: multipart/related; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b\r\n\r\ny\r\n"
     "--b--\r\n",
     "|multipart/mixed|M\n1|multipart/related|M\n1.1|text/plain|tb\n2|text/plain|tb\n"},
    {"digest",
     "Content-Type: multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nTo: x\r\n\r\nx\r\n--b--\r\n",
     "|multipart/digest|M\n1|message/rfc822|m\n1.1|text/plain|t\n"},
    {"signed",
     "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\n"
     "Content-Type: application/pgp-signature\r\n\r\nx\r\n--b--\r\n",
     "|multipart/signed|M\n1|text/plain|tbs\n2|application/pgp-signature|s\n"},
    {"base64 message (its bytes: To: x, empty line, hi)",
     "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
     "VG86IHgNCg0KaGkNCg==\r\n",
     "1|message/rfc822|m\n1.1|text/plain|t\n"},
    {"a file that is a message",
     "Content-Type: application/octet-stream; name=\"A.EML\"\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\nVG86IHgNCg0KaGkNCg==\r\n",
     "1|application/octet-stream|ma\n1.1|text/plain|t\n"},
    {"the same, not encoded",
     "Content-Type: application/x-mail; name=a.eml\r\n\r\nX-A: b\r\nDate: c\r\n\r\nhi\r\n",
     "1|application/x-mail|ma\n1.1|text/plain|t\n"},
    {"only named like one", "Content-Type: application/pdf; name=a.eml\r\n\r\n%PDF-1.4\r\n",
     "1|application/pdf|a\n"},
    {"void parts",
     "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n--b\r\n\r\nx\r\n--b\r\n--b--\r\n",
     "|multipart/mixed|M\n1|text/plain|tb\n2|text/plain|tb\n3|text/plain|tb\n"},
    {"mbox", "From a Mon\nTo: x\n\nx\n", "1|text/plain|tb\n"},
};

static void
test_shapes(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(shapes); i++) {
    g_autoptr(Tree) tree = parse_text(shapes[i].text);
    g_autofree char *got = describe(tree);

    if (strcmp(got, shapes[i].want) != 0)
      fail_msg("%s: got\n%swant\n%s", shapes[i].label, got, shapes[i].want);
    if (strcmp(first_ambiguity(tree), "none") != 0)
      fail_msg("%s: got \"%s\", want no ambiguity", shapes[i].label, first_ambiguity(tree));
  }
}

static void
test_layers(void **state)
{
  g_autoptr(Tree) tree = parse_text(shapes[11].text);
  const Part *carrier = tree_part(tree, 0);
  Part *inner = tree_part(tree, 1);
  gsize len;
  const char *content = g_bytes_get_data(part_content(tree, inner), &len);

  assert_int_equal(tree->layers->len, 2);
  assert_int_equal(carrier->inner, 1);
  assert_int_equal(inner->layer, 1);
  assert_ptr_equal(inner->parent, carrier);
  assert_ptr_equal(tree_layer(tree, 1)->carrier, carrier);
  assert_ptr_equal(tree_layer(tree, 1)->root, inner);
  assert_int_equal(len, 4);
  assert_memory_equal(content, "hi\r\n", 4);
  assert_true(has_anomaly(tree, ANOMALY_ENCODED_MESSAGE));
}

typedef struct name_case {
  const char *label;
  const char *fields;
  const char *want; /* joined with '|' */
} NameCase;

static const NameCase names[] = {
    {"none", "Content-Type: " PDF, ""},
    {"M-089 both",
     "Content-Type: " PDF "; name=a.exe\r\nContent-Disposition: attachment; filename=a.txt",
     "a.txt|a.exe"},
    {"M-090 plain and extended",
     "Content-Disposition: attachment; filename=\"a.txt\"; filename*=utf-8''b.exe",
     "b.exe|utf-8''b.exe|a.txt"},
    {"M-090 twice", "Content-Disposition: attachment; filename=a.txt; filename=b.exe",
     "a.txt|b.exe"},
    {"M-091 order", "Content-Disposition: attachment; filename*1=\"exe\"; filename*0=\"a.\"",
     "a.exe|exea."},
    {"M-091 gap", "Content-Disposition: attachment; filename*0=\"a.\"; filename*2=\"exe\"",
     "a.|a.exe"},
    {"M-091 encoded", "Content-Type: " PDF "; name*0*=''attached%2E; name*1*=%62; name*2=at",
     "attached.bat"},
    {"M-092 RFC 2047", "Content-Disposition: attachment; filename=\"=?utf-8?B?Yi5leGU=?=\"",
     "b.exe|=?utf-8?B?Yi5leGU=?="},
    {"M-092 in two words",
     "Content-Disposition: attachment; filename=\"=?utf-8?Q?a=2E?= =?utf-8?Q?exe?=\"",
     "a.exe|=?utf-8?Q?a=2E?= =?utf-8?Q?exe?="},
    {"RFC 2047, a character in two words",
     "Content-Disposition: attachment; filename=\"=?utf-8?B?5Lg=?= =?utf-8?B?rS5leGU=?=\"",
     "中.exe|=?utf-8?B?5Lg=?= =?utf-8?B?rS5leGU=?="},
    {"M-093 unquoted blanks", "Content-Disposition: attachment; filename=bad boy.exe",
     "bad boy.exe|bad"},
    {"M-093 single quotes", "Content-Disposition: attachment; filename='a.exe'", "'a.exe'|a.exe"},
    {"M-093 not closed", "Content-Disposition: attachment; filename=\"a.exe", "a.exe|\"a.exe"},
    {"M-093 comment", "Content-Disposition: attachment; filename=a.(x)exe", "a.(x)exe|a.|a.exe"},
    {"M-094 percent NUL", "Content-Disposition: attachment; filename*=utf-8''a.exe%00.txt",
     "a.exe\357\277\275.txt|a.exe|utf-8''a.exe%00.txt"},
    {"M-094 percent CR LF", "Content-Disposition: attachment; filename*=utf-8''a%0d%0aX",
     "a\r\nX|utf-8''a%0d%0aX"},
    {"M-095 language", "Content-Disposition: attachment; filename*=utf-8'en-US'a.exe",
     "a.exe|utf-8'en-US'a.exe"},
    {"no separator", "Content-Disposition: attachment filename=\"a.exe\"", "a.exe"},
    {"unquoted semicolon", "Content-Disposition: attachment; filename=a;b.exe", "a|a;b.exe|b.exe"},
    {"only a place", "Content-Type: " PDF "\r\nContent-Location: a.exe", "a.exe"},
    {"only an address", "Content-Type: " PDF "\r\nContent-Location: http://a.example/a.exe", ""},
    {"no word in front", "Content-Type: " PDF "\r\nContent-Disposition: filename=\"a.exe\"",
     "a.exe"},
    {"M-096 only a description", "Content-Type: " PDF "\r\nContent-Description: a.exe", "a.exe"},
    {"both encodings", "Content-Disposition: attachment; filename*=utf-8''=?utf-8?Q?a=2Eexe?=",
     "=?utf-8?Q?a=2Eexe?=|utf-8''=?utf-8?Q?a=2Eexe?=|a.exe"},
    {"folded", "Content-Disposition: attachment;\r\n\tfilename=\"a\r\n b.exe\"", "a b.exe"},
};

static void
test_names(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *text = g_strconcat(names[i].fields, "\r\n\r\nx\r\n", NULL);
    g_autoptr(Tree) tree = parse_text(text);
    GString *got = g_string_new(NULL);
    const GPtrArray *list = tree_part(tree, 0)->names;

    for (guint n = 0; n < list->len; n++)
      g_string_append_printf(got, "%s%s", n > 0 ? "|" : "", (char *)g_ptr_array_index(list, n));
    if (strcmp(got->str, names[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", names[i].label, got->str, names[i].want);
    g_string_free(got, TRUE);
  }
}

/* Charsets of Chinese mail, in all three ways to write a name. */
static void
test_chinese_names(void **state)
{
  static const char *const fields[] = {
      "Content-Disposition: attachment; filename*=big5''%A4%A4%A4%E5.exe",
      "Content-Disposition: attachment; filename=\"=?big5?B?pKSk5S5leGU=?=\"",
      "Content-Type: application/x; charset=big5; name=\"\xA4\xA4\xA4\xE5.exe\"",
      "Content-Disposition: attachment; filename*=gb2312''%D6%D0%CE%C4.exe",
      "Content-Disposition: attachment; filename=\"=?gb2312?Q?=D6=D0=CE=C4=2Eexe?=\"",
      "Content-Disposition: attachment; filename=\"中文.exe\"",
      /* raw, without a label or with one that it cannot be or that says nothing */
      "Content-Disposition: attachment; filename=\"\xA4\xA4\xA4\xE5.exe\"",
      "Content-Type: application/x; charset=utf-8; name=\"\xA4\xA4\xA4\xE5.exe\"",
      "Content-Type: application/x; charset=us-ascii; name=\"\xD6\xD0\xCE\xC4.exe\"",
      "Content-Disposition: attachment; filename*=''%A4%A4%A4%E5.exe",
      "Content-Disposition: attachment; filename*=%D6%D0%CE%C4.exe",
  };

  for (size_t i = 0; i < G_N_ELEMENTS(fields); i++) {
    g_autofree char *text = g_strconcat(fields[i], "\r\n\r\nx\r\n", NULL);
    g_autoptr(Tree) tree = parse_text(text);
    const Part *part = tree_part(tree, 0);

    if (part->names->len == 0 || strcmp(g_ptr_array_index(part->names, 0), "中文.exe") != 0)
      fail_msg("%s: got \"%s\"", fields[i],
               part->names->len > 0 ? (char *)g_ptr_array_index(part->names, 0) : "");
  }
}

static void
test_fields(void **state)
{
  g_autoptr(Tree) tree = parse_text("X-A: 1\r\nTo: z\r\nx-a: 2\r\nContent-ID:  <q@x> \r\n"
                                    "Content-Type: text/plain; charset=\"Big5\"\r\n"
                                    "Content-Disposition: INLINE\r\n\r\nx\r\n");
  const Part *part = tree_part(tree, 0);
  const Field *second = part_field(tree, part, "X-A", 1);

  assert_non_null(second);
  assert_int_equal(part_field_index(tree, part, part_field(tree, part, "x-a", 0)), 0);
  assert_int_equal(part_field_index(tree, part, second), 1);
  assert_null(part_field(tree, part, "X-A", 2));
  assert_null(part_field(tree, part, "X", 0));
  assert_string_equal(part->content_id, "q@x");
  assert_string_equal(part->charset, "Big5");
  assert_string_equal(part->disposition, "inline");
  assert_true(part->typed);
}

typedef struct data_case {
  const char *label;
  const char *type;
  const char *encoding;
  const char *body;
  AnomalyKind want; /* ANOMALY_KINDS: no ambiguity */
} DataCase;

static const DataCase data[] = {
    {"clean", PDF, "base64", "SGVsbG8sIHdvcmxkLg==\r\n", ANOMALY_KINDS},
    {"M-072 padding inside", PDF, "base64", "SGVsbG8=SGVsbG8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-072 list footer", "text/plain", "base64", "SGVsbG8=\r\n____\r\nlist\r\n",
     ANOMALY_ENCODED_DATA},
    {"M-073 padding first", PDF, "base64", "==SGVsbG8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-074 junk", PDF, "base64", "SG.Vs.bG8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-075 other alphabet", PDF, "base64", "SGVs_-8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-075 uneven lines", PDF, "base64", "SGVsb\r\nG8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-075 even lines", PDF, "base64", "SGVs\r\n\r\nbG8=\r\n", ANOMALY_KINDS},
    {"M-076 dashes", PDF, "base64", "SGVs\r\n--fo\r\nbG8=\r\n", ANOMALY_ENCODED_DATA},
    {"M-077 clean", "text/plain", "quoted-printable", "a=\r\nb=3D=E9\r\n", ANOMALY_KINDS},
    {"M-077 blank after =", "text/plain", "quoted-printable", "a= \r\nb\r\n", ANOMALY_ENCODED_DATA},
    {"M-078 crooked escape in text", "text/html", "quoted-printable", "<a href=x>\r\n",
     ANOMALY_KINDS},
    {"M-078 crooked escape in a file", PDF, "quoted-printable", "a=ZZ\r\n", ANOMALY_ENCODED_DATA},
    {"M-078 small letters in text", "text/plain", "quoted-printable", "=e9\r\n", ANOMALY_KINDS},
    {"M-078 small letters in a file", PDF, "quoted-printable", "=e9\r\n", ANOMALY_ENCODED_DATA},
    {"uuencode", PDF, "x-uuencode", "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n", ANOMALY_KINDS},
    {"uuencode in text", "text/html", "x-uuencode",
     "<a href=x>\r\nbegin 644 a\r\n#0V%T\r\n`\r\nend\r\n", ANOMALY_ENCODED_DATA},
    {"uuencode of two files", PDF, "x-uuencode",
     "begin 644 a\r\n#0V%T\r\n`\r\nend\r\nbegin 644 b\r\n#0V%T\r\n`\r\nend\r\n",
     ANOMALY_ENCODED_DATA},
    {"M-080 uuencode in base64 text (begin 644 a / #0V%T)", "text/plain", "base64",
     "YmVnaW4gNjQ0IGENCiMwViVUDQpgDQplbmQNCg==\r\n", ANOMALY_UUENCODED},
};

static void
test_data(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(data); i++) {
    g_autofree char *text =
        g_strdup_printf("Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n%s", data[i].type,
                        data[i].encoding, data[i].body);
    g_autoptr(Tree) tree = parse_text(text);

    if (data[i].want == ANOMALY_KINDS ? strcmp(first_ambiguity(tree), "none") != 0
                                      : !has_anomaly(tree, data[i].want))
      fail_msg("%s: got \"%s\", want %s", data[i].label, first_ambiguity(tree),
               data[i].want == ANOMALY_KINDS ? "none" : anomaly_name(data[i].want));
  }
}

/* What crashes or stalls GMime 3.2.13 must not get to it (G-012). */
static void
test_bombs(void **state)
{
  static const struct {
    const char *before;
    const char *text;
    unsigned times;
  } bombs[] = {
      {"To: ", "g:", 40333},
      {"Content-Type: message/rfc822\r\n\r\nTo: ", "g:", 40333},
      {"Content-Type: text/plain", "; a=b", 100000},
      {"Subject: ", "=?", 500000},
      {"Content-Type: multipart/mixed; boundary=b\r\n\r\n", "--b\r\n\r\n", 100000},
      {"", "Content-Type: message/rfc822\r\n\r\n", 2000},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(bombs); i++) {
    GString *text = g_string_new(bombs[i].before);

    for (unsigned n = 0; n < bombs[i].times; n++)
      g_string_append(text, bombs[i].text);
    g_string_append(text, "\r\n\r\nx\r\n");

    g_autoptr(Tree) tree = parse(text->str, text->len);

    if (!tree->capped || !has_anomaly(tree, ANOMALY_LIMIT))
      fail_msg("bomb %zu: got through", i);
    g_string_free(text, TRUE);
  }
}

/* Base64 in base64: depth counts over layers. */
static void
test_deep_layers(void **state)
{
  g_autofree char *message = g_strdup("To: x\r\n\r\nx\r\n");

  for (int i = 0; i < LIMIT_DEPTH + 2; i++) {
    g_autofree char *data64 = g_base64_encode((const guchar *)message, strlen(message));
    char *outer = g_strconcat("Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64"
                              "\r\n\r\n",
                              data64, "\r\n", NULL);

    g_free(message);
    message = outer;
  }

  g_autoptr(Tree) tree = parse_text(message);

  assert_true(tree->capped);
  assert_true(tree->layers->len <= LIMIT_DEPTH + 2);
}

/* A message of that size in so many others; how many layers are read. */
static guint
layers_of(size_t size, unsigned levels, gboolean *held)
{
  g_autofree char *message = g_strnfill(size, 'x');
  g_autoptr(GBytes) raw = NULL;
  g_autoptr(Tree) tree = NULL;

  memset(message, '\n', 1);
  for (unsigned i = 0; i < levels; i++) {
    g_autofree char *data64 = g_base64_encode((const guchar *)message, strlen(message));

    g_free(message);
    message = g_strconcat("Content-Type: message/rfc822\r\n"
                          "Content-Transfer-Encoding: base64\r\n\r\n",
                          data64, NULL);
  }
  raw = g_bytes_new_static(message, strlen(message));
  tree = tree_parse(raw);
  *held = tree->capped && has_anomaly(tree, ANOMALY_LIMIT);
  return tree->layers->len;
}

/* All layers are in memory together: so many bytes, and no more. */
static void
test_large_layers(void **state)
{
  gboolean held;

  assert_int_equal(layers_of(LIMIT_LAYERS / 4, 2, &held), 3);
  assert_false(held);
  assert_int_equal(layers_of(LIMIT_LAYERS / 2, 2, &held), 2);
  assert_true(held);
  assert_int_equal(layers_of(LIMIT_LAYERS + 1, 1, &held), 1);
  assert_true(held);
}

/* What is large is decoded again, and is the same. */
static void
test_forgotten(void **state)
{
  g_autofree char *text = g_strnfill(2 * LIMIT_CONTENT_KEPT, 'x');
  g_autofree char *data64 = g_base64_encode((const guchar *)text, strlen(text));
  g_autofree char *message = g_strconcat("Content-Type: application/pdf\r\n"
                                         "Content-Transfer-Encoding: base64\r\n\r\n",
                                         data64, NULL);
  g_autoptr(GBytes) raw = g_bytes_new_static(message, strlen(message));
  g_autoptr(Tree) tree = tree_parse(raw);
  Part *part = tree_part(tree, 0);

  assert_null(part->content);
  for (unsigned i = 0; i < 2; i++) {
    assert_int_equal(g_bytes_get_size(part_content(tree, part)), strlen(text));
    assert_memory_equal(g_bytes_get_data(part->content, NULL), text, strlen(text));
    part_forget_large(part);
    assert_null(part->content);
  }
}

static void
test_words(void **state)
{
  static const struct {
    const char *text;
    const char *want;
  } words[] = {
      {"plain", NULL},
      {"=?utf-8?Q?a_b?=", "a b"},
      {"x =?utf-8?q?a?= y", "x a y"},
      {"=?utf-8?B?YQ==?==?utf-8?B?Yg==?=", "ab"},
      {"=?utf-8?X?a?=", NULL},
      {"=?utf-8?Q?a", NULL},
      {"=?=?=", NULL},
      {"=?utf-8*en?Q?a?=", "a"},
  };

  for (size_t i = 0; i < G_N_ELEMENTS(words); i++) {
    g_autofree char *got = encoded_words_decode(words[i].text);

    if (g_strcmp0(got, words[i].want) != 0)
      fail_msg("%s: got \"%s\", want \"%s\"", words[i].text, got, words[i].want);
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shapes),    cmocka_unit_test(test_layers),
      cmocka_unit_test(test_names),     cmocka_unit_test(test_chinese_names),
      cmocka_unit_test(test_fields),    cmocka_unit_test(test_data),
      cmocka_unit_test(test_bombs),     cmocka_unit_test(test_deep_layers),
      cmocka_unit_test(test_words),     cmocka_unit_test(test_large_layers),
      cmocka_unit_test(test_forgotten),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
