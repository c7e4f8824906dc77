/* Header fields: a charset parameter changed and nothing else of the field; changes of the letter's
 * own header told by name and occurrence, those of a part as bytes. */
#include "rig.h"

#include "../../milter/rewrite/rewriter.h"

static const struct {
  const char *label, *value, *want; /* NULL: no simple change will do */
} charsets[] = {
    {"plain", " text/plain; charset=us-ascii", " text/plain; charset=utf-8"},
    {"quoted", " text/plain; charset=\"us-ascii\"", " text/plain; charset=\"utf-8\""},
    {"quoted pair", " text/plain; charset=\"us\\\"x\"; a=b", " text/plain; charset=\"utf-8\"; a=b"},
    {"none", " text/plain", " text/plain; charset=utf-8"},
    {"none, but others", " text/plain; format=flowed", " text/plain; charset=utf-8; format=flowed"},
    {"folded", " text/html;\r\n\tcharset=big5;\r\n\tname=x",
     " text/html;\r\n\tcharset=utf-8;\r\n\tname=x"},
    {"folds kept", " text/plain;\r\n format=flowed;\r\n charset=x",
     " text/plain;\r\n format=flowed;\r\n charset=utf-8"},
    {"comments", " text/plain (a;charset=b); charset=x (c)",
     " text/plain (a;charset=b); charset=utf-8 (c)"},
    {"nested comment", " text/plain ((;charset=1)); charset=x",
     " text/plain ((;charset=1)); charset=utf-8"},
    {"quoted pair in a comment", " text/plain (\\)); charset=x",
     " text/plain (\\)); charset=utf-8"},
    {"case", " TEXT/Plain; CharSet=X", " TEXT/Plain; CharSet=utf-8"},
    {"blanks around =", " text/plain; charset = x", " text/plain; charset = utf-8"},
    {"in another value", " text/plain; name=\"charset=a\"; charset=b",
     " text/plain; name=\"charset=a\"; charset=utf-8"},
    {"a longer name", " text/plain; xcharset=a", " text/plain; charset=utf-8; xcharset=a"},
    {"trailing ;", " text/plain; charset=x;", " text/plain; charset=utf-8;"},
    {"empty value", " text/plain; charset=; a=b", " text/plain; charset=utf-8; a=b"},
    {"unclosed quote", " text/plain; charset=\"x", " text/plain; charset=\"utf-8\""},
    {"no value", " text/plain; charset", " text/plain; charset=utf-8; charset"},
    {"RFC 2231", " text/plain; charset*=us-ascii''x", NULL},
    {"RFC 2231 in pieces", " text/plain; charset*0=us-; charset*1=ascii", NULL},
    {"no type", " ", NULL},
    {"type alone", " text", NULL},
    {"no subtype", " text/; charset=x", NULL},
    {"unclosed comment", " text/plain (x; charset=y", " text/plain; charset=utf-8 (x; charset=y"},
};

static void
test_content_type(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(charsets); i++) {
    const char *value = charsets[i].value;
    g_autofree char *got =
        content_type_set_charset((const unsigned char *)value, strlen(value), "utf-8");
    if (g_strcmp0(got, charsets[i].want) != 0)
      fprintf(stderr, "%s\n got: %s\nwant: %s\n", charsets[i].label, got, charsets[i].want);
    assert_true(g_strcmp0(got, charsets[i].want) == 0);
  }
}

/* "op name index value" for each, a line each. */
static char *
changes_of(const Reply *reply)
{
  static const char *const ops[] = {"change", "delete", "add"};
  GString *out = g_string_new(NULL);
  for (guint i = 0; i < reply->headers->len; i++) {
    const HeaderChange *change = g_ptr_array_index(reply->headers, i);
    g_string_append_printf(out, "%s %s %u %s\n", ops[change->op], change->name, change->index,
                           change->value != NULL ? change->value : "-");
  }
  return g_string_free(out, FALSE);
}

#define HEAD "From: a@v.example\r\nSubject: x\r\n"
#define BODY "\r\nhttps://kill.example/\r\n"
#define EXE  "\r\nTVqQAAMAAAAEAAAA\r\n"

static const struct {
  const char *label, *message, *want;
} tops[] = {
    {"no fields at all", HEAD BODY,
     "add Content-Type 0 text/plain; charset=utf-8\n"
     "add Content-Transfer-Encoding 0 quoted-printable\nadd MIME-Version 0 1.0\n"},
    {"type without charset", HEAD "Mime-Version: 1.0\r\nContent-type:text/plain\r\n" BODY,
     "change Content-type 1 text/plain; charset=utf-8\n"
     "add Content-Transfer-Encoding 0 quoted-printable\n"},
    {"folded type",
     HEAD "MIME-Version: 1.0\r\nContent-Type: text/plain;\r\n\tcharset=us-ascii;\r\n"
          "\tformat=flowed\r\nContent-Transfer-Encoding: 7bit\r\n" BODY,
     "change Content-Type 1 text/plain;\n\tcharset=utf-8;\n\tformat=flowed\n"
     "change Content-Transfer-Encoding 1 quoted-printable\n"},
    {"order of the header",
     HEAD "Content-Transfer-Encoding: 7bit\r\nContent-MD5: x\r\nMIME-Version: 1.0\r\n"
          "Content-Type: text/plain; charset=iso-8859-1\r\n" BODY,
     "change Content-Transfer-Encoding 1 quoted-printable\ndelete Content-MD5 1 -\n"
     "change Content-Type 1 text/plain; charset=utf-8\n"},
    {"8bit utf-8 stays",
     HEAD "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
          "Content-Transfer-Encoding: 8bit\r\n" BODY,
     ""},
    {"7bit utf-8 becomes quoted-printable",
     HEAD "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n" BODY,
     "add Content-Transfer-Encoding 0 quoted-printable\n"},
    {"HTML keeps its charset",
     HEAD "MIME-Version: 1.0\r\nContent-Type: text/html; charset=iso-8859-1\r\n" BODY, ""},
    {"the whole message is the file",
     HEAD
     "MIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=a.exe\r\n"
     "Content-Transfer-Encoding: base64\r\nContent-Description: d\r\nContent-ID: <x@y>\r\n" EXE,
     "change Content-Type 1 text/plain; charset=utf-8\n"
     "change Content-Transfer-Encoding 1 base64\ndelete Content-Description 1 -\n"
     "delete Content-ID 1 -\nadd Content-Disposition 0 inline;\n filename=\"REMOVED-a-exe.txt\"\n"},
};

static void
test_top(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(tops); i++) {
    RigResult result = rig_run(rig, tops[i].message, -1);
    g_autofree char *got = changes_of(result.reply);
    assert_text(tops[i].label, got, tops[i].want);
    rig_result_clear(&result);
  }
  rig_close(rig);
}

#define MIXED RIG_HEAD "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"

static const struct {
  const char *label, *before, *after;
} parts[] = {
    {"no header", "\r\n",
     "Content-Type: text/plain; charset=utf-8\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"},
    {"folded", "X-A: 1\r\nContent-Type: text/plain;\r\n charset=us-ascii\r\nX-B: 2\r\n\r\n",
     "X-A: 1\r\nContent-Type: text/plain;\r\n charset=utf-8\r\nX-B: 2\r\n"
     "Content-Transfer-Encoding: quoted-printable\r\n\r\n"},
    {"digest of the content", "Content-MD5: x\r\nContent-Type: text/plain\r\n\r\n",
     "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: "
     "quoted-printable\r\n\r\n"},
};

static void
test_part(void **state)
{
  Rig *rig = rig_open(NULL);
  for (size_t i = 0; i < G_N_ELEMENTS(parts); i++) {
    g_autofree char *in =
        g_strconcat(MIXED, parts[i].before, "https://kill.example/\r\n--b--\r\n", NULL);
    g_autofree char *want = g_strconcat(MIXED, parts[i].after, NULL);
    RigResult result = rig_run(rig, in, -1);
    g_autofree char *got = g_strndup(result.text, strlen(want));
    assert_text(parts[i].label, got, want);
    assert_int_equal(result.reply->headers->len, 0);
    rig_result_clear(&result);
  }
  rig_close(rig);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_content_type),
      cmocka_unit_test(test_top),
      cmocka_unit_test(test_part),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
