/* What stands in the place of a removed file. */
#include "rig.h"

#define EXE "Content-Transfer-Encoding: base64\r\n\r\nTVqQAAMAAAAEAAAA\r\n"

static const struct {
  const char *label, *subtype, *before, *fields, *after, *want;
} headers[] = {
    {"attachment in mixed", "mixed", "",
     "Content-Type: application/octet-stream; name=\"plan.pdf.exe\"\r\nContent-MD5: x\r\n"
     "Content-Description: d\r\nContent-ID: <i@x>\r\nX-Attachment-Id: f\r\nContent-Location: l\r\n"
     "Content-Disposition: attachment; filename=\"plan.pdf.exe\"\r\n",
     "",
     "Content-Type: text/plain; charset=utf-8\r\n"
     "Content-Disposition: inline;\r\n filename=\"REMOVED-plan-pdf-exe.txt\"\r\n"
     "Content-Transfer-Encoding: base64\r\n\r\n"},
    {"Chinese name", "mixed", "",
     "Content-Type: application/octet-stream;\r\n name*=utf-8''%E5%9C%96.exe\r\n", "",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
     "Content-Disposition: inline;\r\n filename*=utf-8''REMOVED-%E5%9C%96-exe.txt\r\n\r\n"},
    {"in alternative: never shown for the message", "alternative",
     "Content-Type: text/plain\r\n\r\nhi\r\n--b\r\n",
     "Content-Type: application/octet-stream; name=a.exe\r\n", "",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n"
     "Content-Disposition: attachment;\r\n filename=\"REMOVED-a-exe.txt\"\r\n\r\n"},
    {"among pages", "related", "Content-Type: text/html\r\n\r\nhi\r\n--b\r\n",
     "Content-Type: application/octet-stream; name=a.exe\r\n", "",
     "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
     "Content-Disposition: inline;\r\n filename=\"REMOVED-a-exe.html\"\r\n\r\n"},
};

static void
test_headers(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autofree char *front = g_strconcat(RIG_HEAD "Content-Type: multipart/", headers[i].subtype,
                                         "; boundary=b\r\n\r\n--b\r\n", headers[i].before, NULL);
    g_autofree char *in =
        g_strconcat(front, headers[i].fields, EXE, headers[i].after, "--b--\r\n", NULL);
    RigResult result = rig_run(rig, in, -1);
    if (strstr(result.text, headers[i].want) == NULL)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", headers[i].label, result.text, headers[i].want);
    assert_non_null(strstr(result.text, headers[i].want));
    assert_null(strstr(result.text, "TVqQ"));
    rig_result_clear(&result);
  }
  rig_close(rig);
}

/* The text of the placeholder that comes for a file of this name. */
static char *
placeholder_for(const Rig *rig, const char *name)
{
  g_autofree char *in = g_strconcat(RIG_HEAD "Content-Type: application/octet-stream; name=\"",
                                    name, "\"\r\n" EXE, NULL);
  RigResult result = rig_run(rig, in, -1);
  g_autoptr(Tree) tree = tree_parse(result.bytes);
  GBytes *content = part_content(tree, tree_part(tree, 0));
  char *text = g_strndup(g_bytes_get_data(content, NULL), g_bytes_get_size(content));
  rig_result_clear(&result);
  return text;
}

static void
test_words(void **state)
{
  Rig *rig = rig_open(NULL);
  g_autofree char *got = placeholder_for(rig, "a.exe");
  assert_text(
      "words", got,
      "File removed: a[.]exe (12 B)\r\nProg: Why prog. Do.\r\n"
      "Reference K7QF-3M2P-XW. The original is kept for 30 days. Questions:\r\ndesk.\r\n\r\n"
      "檔案已移除：a[.]exe (12 B)\r\n雲：原因。請。\r\n"
      "參考編號 K7QF-3M2P-XW。原件保留 30 天。查詢：desk。\r\n\r\n"
      "文件已移除：a[.]exe (12 B)\r\n云：原因。请。\r\n"
      "参考编号 K7QF-3M2P-XW。原件保留 30 天。查询：desk。\r\n");
  rig_close(rig);
}

/* Names come from attackers. */
static const struct {
  const char *label, *name, *want;
} names[] = {
    {"a link", "https://evil.com/x.exe", "File removed: hxxps[:]//evil[.]com/x[.]exe ("},
    {"an address", "me@evil.com.exe", "File removed: me[@]evil[.]com[.]exe ("},
    {"right-to-left override", "=?utf-8?B?YW5u4oCuZmRwLmV4ZQ==?=",
     "ann\xef\xbf\xbd"
     "fdp[.]exe ("},
    {"markup", "<img src=x>.exe", "<img src=x>[.]exe ("},
};

static void
test_names(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
    g_autofree char *got = placeholder_for(rig, names[i].name);
    if (strstr(got, names[i].want) == NULL)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", names[i].label, got, names[i].want);
    assert_non_null(strstr(got, names[i].want));
  }
  g_autofree char *long_name = g_strnfill(3000, 'n');
  g_autofree char *name = g_strconcat(long_name, ".exe", NULL);
  g_autofree char *got = placeholder_for(rig, name);
  assert_true(strlen(got) < 1500);
  rig_close(rig);
}

/* In a page the name is text, not markup. */
static void
test_page(void **state)
{
  Rig *rig = rig_open(NULL);
  RigResult result = rig_run(rig,
                             RIG_HEAD "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
                                      "Content-Type: text/html\r\n\r\nhi\r\n--b\r\n"
                                      "Content-Type: application/octet-stream; "
                                      "name=\"<script>.exe\"\r\n" EXE "--b--\r\n",
                             -1);
  assert_null(strstr(result.text, "<script>"));
  assert_non_null(strstr(result.text, "&#60;script&#62;[.]exe"));
  rig_result_clear(&result);
  rig_close(rig);
}

/* The root of multipart/related keeps the Content-ID that `start` names it by. */
static void
test_root(void **state)
{
  Rig *rig = rig_open(NULL);
  RigResult result =
      rig_run(rig,
              RIG_HEAD "Content-Type: multipart/related; boundary=b; "
                       "start=\"<root@x>\"\r\n\r\n--b\r\n"
                       "Content-Type: application/octet-stream; name=a.exe\r\n"
                       "Content-ID: <root@x>\r\n" EXE "--b\r\n"
                       "Content-Type: image/png\r\nContent-ID: <i@x>\r\n\r\nx\r\n--b--\r\n",
              -1);
  assert_non_null(strstr(result.text, "Content-ID: <root@x>"));
  rig_result_clear(&result);
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_headers), cmocka_unit_test(test_words), cmocka_unit_test(test_names),
      cmocka_unit_test(test_page),    cmocka_unit_test(test_root),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
