/* Charsets and transfer encodings: what is kept, what is changed, and that bytes outside an edit
 * stay the same. */
#include "rig.h"

#include "decode.h"
#include "text.h"

typedef struct part_case {
  const char *label;
  const char *type, *charset, *encoding; /* "" for no charset, no field */
  const char *text;                      /* UTF-8; HTML if it begins with '<' */
  const char *want_charset, *want_encoding;
} PartCase;

#define LINK    "at https://kill.example/a now\r\n"
#define CHINESE "圖則 https://kill.example/a 如上\r\n"
#define PAGE    "<p>at <a href='https://kill.example/a'>it</a> now</p>\r\n"
#define PAGE_ZH "<p>圖則 <a href='https://kill.example/a'>it</a> now</p>\r\n"

/* "" as wanted: as it came */
static const PartCase cases[] = {
    {"us-ascii", "text/plain", "us-ascii", "", LINK, "utf-8", "quoted-printable"},
    {"no charset", "text/plain", "", "", LINK, "utf-8", "quoted-printable"},
    {"unknown charset", "text/plain", "x-foo", "", LINK, "utf-8", "quoted-printable"},
    {"latin-1, qp", "text/plain", "iso-8859-1", "quoted-printable", "é " LINK, "utf-8",
     "quoted-printable"},
    {"latin-1, base64", "text/plain", "iso-8859-1", "base64", "é " LINK, "utf-8", "base64"},
    {"windows-1252, 8bit", "text/plain", "windows-1252", "8bit", "é " LINK, "utf-8",
     "quoted-printable"},
    {"utf-8, 8bit", "text/plain", "utf-8", "8bit", CHINESE, "", ""},
    {"utf-8, binary", "text/plain", "utf-8", "binary", CHINESE, "", ""},
    {"utf-8, 7bit", "text/plain", "utf-8", "7bit", LINK, "", "quoted-printable"},
    {"utf-8, no field", "text/plain", "utf-8", "", LINK, "", "quoted-printable"},
    {"utf-8, no field, yet 8bit", "text/plain", "utf-8", "", CHINESE, "", ""},
    {"utf-8, qp", "text/plain", "utf-8", "quoted-printable", CHINESE, "", ""},
    {"utf-8, base64", "text/plain", "utf-8", "base64", CHINESE, "", ""},
    {"big5, 8bit", "text/plain", "big5", "8bit", CHINESE, "", ""},
    {"big5, 7bit", "text/plain", "big5", "7bit", LINK, "", "quoted-printable"},
    {"big5, base64", "text/plain", "big5", "base64", CHINESE, "", ""},
    {"big5, qp", "text/plain", "big5", "quoted-printable", CHINESE, "", ""},
    {"gbk, 8bit", "text/plain", "gbk", "8bit", CHINESE, "", ""},
    {"gb18030, base64", "text/plain", "gb18030", "base64", CHINESE, "", ""},
    {"gb2312 cannot carry it", "text/plain", "gb2312", "8bit", "文件 " LINK, "utf-8",
     "quoted-printable"},
    {"koi8-r", "text/plain", "koi8-r", "8bit", "мир " LINK, "utf-8", "quoted-printable"},
    {"utf-16", "text/plain", "utf-16le", "base64", CHINESE, "utf-8", "base64"},
    {"mostly not ASCII", "text/plain", "iso-8859-5", "8bit",
     "мирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмир"
     "мир"
     "мирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмир"
     "мир"
     "мирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмир"
     "мир"
     "мирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмирмир"
     "мир " LINK,
     "utf-8", "base64"},
    {"iso-2022-jp", "text/plain", "iso-2022-jp", "7bit", "日本 " LINK, "utf-8", "quoted-printable"},
    {"page us-ascii", "text/html", "us-ascii", "", PAGE, "", ""},
    {"page no charset", "text/html", "", "", PAGE, "", ""},
    {"page latin-1, qp", "text/html", "iso-8859-1", "quoted-printable", "<p>é</p>" PAGE, "", ""},
    {"page big5, 8bit", "text/html", "big5", "8bit", PAGE_ZH, "", ""},
    {"page gb2312, base64", "text/html", "gb2312", "base64", PAGE, "", ""},
    {"page utf-8, 7bit", "text/html", "utf-8", "7bit", PAGE, "", ""},
    {"page utf-16", "text/html", "utf-16le", "base64", PAGE_ZH, "utf-8", "base64"},
    {"page iso-2022-jp", "text/html", "iso-2022-jp", "7bit", "<p>日本</p>" PAGE, "utf-8",
     "quoted-printable"},
};

static GBytes *
utf16(const char *utf8)
{
  glong n;
  gunichar2 *units = g_utf8_to_utf16(utf8, -1, NULL, &n, NULL);
  GByteArray *out = g_byte_array_new();
  for (glong i = 0; i < n; i++) {
    guint8 pair[2] = {units[i] & 0xff, units[i] >> 8};
    g_byte_array_append(out, pair, 2);
  }
  g_free(units);
  return g_byte_array_free_to_bytes(out);
}

/* The cases hold one word that is not ASCII. */
static GBytes *
iso_2022_jp(const char *utf8)
{
  g_auto(GStrv) pieces = g_strsplit(utf8, "日本", -1);
  char *text = g_strjoinv("\x1b$BF|K\\\x1b(B", pieces);
  return g_bytes_new_take(text, strlen(text));
}

static GBytes *
encode_case(const PartCase *c)
{
  g_autoptr(GBytes) text = NULL;
  gsize len;
  if (strcmp(c->charset, "utf-16le") == 0) {
    text = utf16(c->text);
  } else if (strcmp(c->charset, "iso-2022-jp") == 0) {
    text = iso_2022_jp(c->text);
  } else if (charset_from_label(c->charset, strlen(c->charset)) != NULL) {
    text = text_encode(c->text, strlen(c->text), c->charset);
  } else {
    text = g_bytes_new(c->text, strlen(c->text));
  }
  assert_non_null(text);
  const unsigned char *data = g_bytes_get_data(text, &len);
  return content_encode(data, len, encoding_from_token(c->encoding, strlen(c->encoding)), "\r\n");
}

static GString *
make_message(const PartCase *c)
{
  GString *out = g_string_new(RIG_HEAD "Content-Type: ");
  g_autoptr(GBytes) body = encode_case(c);
  g_string_append(out, c->type);
  if (*c->charset != '\0')
    g_string_append_printf(out, "; charset=%s", c->charset);
  if (*c->encoding != '\0')
    g_string_append_printf(out, "\r\nContent-Transfer-Encoding: %s", c->encoding);
  g_string_append(out, "\r\n\r\n");
  g_string_append_len(out, g_bytes_get_data(body, NULL), (gssize)g_bytes_get_size(body));
  return out;
}

static gboolean
is_7bit(const char *text)
{
  return g_str_is_ascii(text);
}

/* The text with the mark, top line and notes taken out again, the link as it was. */
static char *
restored(const char *utf8)
{
  char *plain = rig_plain(utf8);
  plain = rig_replace(plain, "\\{(TOP|NOTES)\\}", "");
  plain = rig_replace(plain, "\\{M [^}]*\\}| \\[[^\\n]*K7QF-3M2P-XW\\]", "");
  plain = rig_replace(plain, "hxxps\\[:\\]//kill\\[\\.\\]example", "https://kill.example");
  return rig_replace(plain, "<a>", "<a href='https://kill.example/a'>");
}

static void
run_case(const Rig *rig, const PartCase *c)
{
  g_autoptr(GString) in = make_message(c);
  RigResult result = rig_run(rig, in->str, (gssize)in->len);
  g_autoptr(Tree) tree = tree_parse(result.bytes);
  Part *part = tree_part(tree, 0);
  g_autoptr(Text) text = inspect_text(tree, part);
  gsize len;
  const char *utf8 = g_bytes_get_data(text->utf8, &len);
  g_autofree char *whole = g_strndup(utf8, len);
  g_autofree char *back = restored(whole);
  const char *charset = *c->want_charset != '\0' ? c->want_charset : c->charset;
  const char *encoding = *c->want_encoding != '\0' ? c->want_encoding : c->encoding;
  assert_text(c->label, part->charset != NULL ? part->charset : "", charset);
  assert_int_equal(part->encoding, encoding_from_token(encoding, strlen(encoding)));
  assert_text(c->label, back, c->text);
  assert_false(text->replaced);
  if (strcmp(encoding, "8bit") != 0 && strcmp(encoding, "binary") != 0 && is_7bit(in->str))
    assert_true(is_7bit(result.text));
  rig_result_clear(&result);
}

static void
test_charsets(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++)
    run_case(rig, &cases[i]);
  rig_close(rig);
}

/* What stands before the first and after the last change is the same, byte for byte, whatever the
 * encoding; in base64 that goes for the rest of the message. */
static const struct {
  const char *label, *before, *middle, *after;
} outside[] = {
    {"7bit", "Content-Type: text/html\r\n\r\nA  \r\n\r\n.\r\nFrom x\r\n<a",
     " href=https://kill.example/", " b>y</a"},
    {"quoted-printable",
     "Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
     "=41=e9 odd =\r\n lower =3d<a",
     " href=3Dhttps://ki=\r\nll.example/", " b>y</a"},
    {"base64", "Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n",
     "PGEgaHJlZj1odHRwczovL2tpbGwuZXhhbXBsZS8+eTwvYT4=", ""},
};

static void
test_outside(void **state)
{
  static const char head[] =
      RIG_HEAD "Content-Type: multipart/mixed; boundary=\"=_b\"\r\nX-Odd:   two  blanks \r\n\r\n"
               "--=_b\r\nContent-Type: text/plain\r\n\r\nfirst  \r\n--=_b\r\n";
  static const char tail[] = ">\xff tail=\r\n--=_b\r\n\r\nlast\r\n--=_b--\r\n";
  static const char tail64[] = "\r\n--=_b\r\n\r\nlast\r\n--=_b--\r\n";
  Rig *rig =
      rig_open("rule \"kill\" { on = link host = { \"kill.example\" } action = defang notice = "
               "kill tier = none }\n");
  for (size_t i = 0; i < G_N_ELEMENTS(outside); i++) {
    const char *end = *outside[i].after != '\0' ? tail : tail64;
    g_autofree char *front = g_strconcat(head, outside[i].before, NULL);
    g_autofree char *back = g_strconcat(outside[i].after, end, NULL);
    g_autofree char *in = g_strconcat(front, outside[i].middle, back, NULL);
    RigResult result = rig_run(rig, in, -1);
    if (!g_str_has_prefix(result.text, front) || !g_str_has_suffix(result.text, back))
      fprintf(stderr, "%s\n got: %s\n", outside[i].label, result.text);
    assert_true(g_str_has_prefix(result.text, front));
    assert_true(g_str_has_suffix(result.text, back));
    assert_null(strstr(result.text, "ll.example"));
    rig_result_clear(&result);
  }
  rig_close(rig);
}

/* A line that would grow over 998 bytes goes into quoted-printable; in HTML the marks break it. */
static void
test_long_lines(void **state)
{
  Rig *rig = rig_open(NULL);
  g_autofree char *fill = g_strnfill(940, 'x');
  g_autofree char *text = g_strconcat(
      RIG_HEAD "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n",
      fill, " https://kill.example/\r\n", NULL);
  g_autofree char *page = g_strconcat(RIG_HEAD "Content-Type: text/html\r\n\r\n", fill,
                                      "<a href=https://kill.example/>y</a>\r\n", NULL);
  RigResult result = rig_run(rig, text, -1);
  assert_non_null(strstr(result.text, "\r\nContent-Transfer-Encoding: quoted-printable\r\n"));
  rig_result_clear(&result);
  result = rig_run(rig, page, -1);
  assert_null(strstr(result.text, "quoted-printable"));
  rig_result_clear(&result);
  rig_close(rig);
}

/* Every <meta> of a page that became UTF-8 says so. */
static void
test_meta(void **state)
{
  static const char page[] =
      "<html><head><meta charset=\"utf-16\"><META HTTP-EQUIV=Content-Type CONTENT='text/html; "
      "charset=utf-16'></head><body><a href=https://kill.example/>x</a></body></html>\r\n";
  const PartCase c = {"meta", "text/html", "utf-16le", "base64", page, "utf-8", "base64"};
  Rig *rig = rig_open(NULL);
  g_autoptr(GString) in = make_message(&c);
  RigResult result = rig_run(rig, in->str, (gssize)in->len);
  g_autoptr(Tree) tree = tree_parse(result.bytes);
  g_autoptr(Text) text = inspect_text(tree, tree_part(tree, 0));
  g_autofree char *got =
      g_strndup(g_bytes_get_data(text->utf8, NULL), g_bytes_get_size(text->utf8));
  assert_true(g_str_has_prefix(got, "<html><head><meta charset=\"utf-8\"><META "
                                    "HTTP-EQUIV=Content-Type CONTENT='text/html; charset=utf-8'>"));
  rig_result_clear(&result);
  rig_close(rig);
}

/* Inner layers: spliced there, encoded again as the carrier was. */
static void
test_nested(void **state)
{
  static const char *const encodings[] = {"", "base64", "quoted-printable"};
  static const char inner[] = "Subject: in\r\nContent-Type: text/html\r\nX-Odd:  1 \r\n\r\n<a "
                              "href=https://kill.example/>x</a>\r\n";
  Rig *rig =
      rig_open("rule \"kill\" { on = link host = { \"kill.example\" } action = defang notice = "
               "kill tier = none }\n");
  for (size_t i = 0; i < G_N_ELEMENTS(encodings); i++) {
    Encoding encoding = encoding_from_token(encodings[i], strlen(encodings[i]));
    g_autoptr(GBytes) body =
        content_encode((const unsigned char *)inner, strlen(inner), encoding, "\r\n");
    g_autofree char *text = g_strndup(g_bytes_get_data(body, NULL), g_bytes_get_size(body));
    g_autofree char *in = g_strconcat(
        RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhi\r\n--b\r\n"
                 "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: ",
        *encodings[i] != '\0' ? encodings[i] : "7bit", "\r\n\r\n", text, "\r\n--b--\r\n", NULL);
    RigResult result = rig_run(rig, in, -1);
    g_autoptr(Tree) tree = tree_parse(result.bytes);
    Part *carrier = tree_part(tree, 2);
    g_autofree char *got = g_strndup(g_bytes_get_data(part_content(tree, carrier), NULL),
                                     g_bytes_get_size(part_content(tree, carrier)));
    assert_int_equal(carrier->encoding, encoding);
    g_strchomp(got);
    assert_text(encodings[i], got,
                "Subject: in\r\nContent-Type: text/html\r\nX-Odd:  1 \r\n\r\n<a>x</a>");
    rig_result_clear(&result);
  }
  rig_close(rig);
}

/* Lines that end in LF alone stay so. */
static void
test_lf(void **state)
{
  Rig *rig = rig_open(NULL);
  RigResult result =
      rig_run(rig,
              "Subject: x\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n"
              "--b\n\nhttps://kill.example/\n--b\nContent-Type: application/x-dosexec; "
              "name=a.exe\n\nMZ\n--b\nContent-Type: text/html\n\n<a "
              "href=https://kill.example/>x</a>\n--b--\n",
              -1);
  assert_null(strchr(result.text, '\r'));
  assert_null(strstr(result.text, "https://kill"));
  rig_result_clear(&result);
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_charsets),   cmocka_unit_test(test_outside),
      cmocka_unit_test(test_long_lines), cmocka_unit_test(test_meta),
      cmocka_unit_test(test_nested),     cmocka_unit_test(test_lf),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
