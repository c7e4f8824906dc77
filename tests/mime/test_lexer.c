/* test_lexer.c - the catalogue of ambiguities (THREATS M-001 to M-080) and their harmless twins. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bounds.h"
#include "lexer.h"

#define FROM         "From: a@example.org\r\n"
#define MIXED        FROM "Content-Type: multipart/mixed; boundary=foo\r\n\r\n"
#define PART         "--foo\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
#define END          "--foo--\r\n"
#define BOTH         PART END
#define TYPE(value)  FROM "Content-Type: " value "\r\n\r\n"
#define LEAF(fields) MIXED "--foo\r\n" fields "\r\nhello\r\n" END
#define CTE(value)   FROM "Content-Transfer-Encoding: " value "\r\n\r\nSGVsbG8=\r\n"
#define INNER(boundary)                                                                            \
  "--foo\r\nContent-Type: multipart/mixed; boundary=" boundary "\r\n\r\n--" boundary               \
  "\r\n\r\nx\r\n--" boundary "--\r\n"

typedef struct example {
  const char *label;
  const char *bytes;
  size_t len;
  AnomalyKind want;
} Example;

#define CASE(label, bytes, want)                                                                   \
  {                                                                                                \
    label, bytes, sizeof(bytes) - 1, ANOMALY_##want                                                \
  }
#define FINE(label, bytes)                                                                         \
  {                                                                                                \
    label, bytes, sizeof(bytes) - 1, ANOMALY_KINDS                                                 \
  }

/* Each of these some readers take otherwise than others. */
static const Example odd[] = {
    CASE("M-001 two types",
         FROM
         "Content-Type: text/plain\r\nContent-Type: multipart/mixed; boundary=foo\r\n\r\n" BOTH,
         REPEATED_FIELD),
    CASE("M-001 two types of a part",
         LEAF("Content-Type: application/octet-stream\r\nContent-Type: text/html\r\n"),
         REPEATED_FIELD),
    CASE("M-002 two encodings",
         LEAF("Content-Transfer-Encoding: base64\r\nContent-Transfer-Encoding: 7bit\r\n"),
         REPEATED_FIELD),
    CASE("M-003 two dispositions",
         LEAF("Content-Disposition: inline\r\nContent-Disposition: attachment; filename=a.exe\r\n"),
         REPEATED_FIELD),
    CASE("M-004 two encodings in one field", CTE("base64, quoted-printable"), ENCODING_TOKEN),
    CASE("M-004 quoted and more", CTE("\"base64\", 7bit"), ENCODING_TOKEN),
    CASE("M-004 two types in one field",
         TYPE("multipart/mixed, application/octet-stream; boundary=foo") BOTH, FIELD_VALUE),
    CASE("M-005 two boundaries", TYPE("multipart/mixed; boundary=foo; boundary=faa") BOTH,
         PARAMETER),
    CASE("M-005 with a comma", TYPE("multipart/mixed; boundary=foo, boundary=faa") BOTH, PARAMETER),
    CASE("M-006 boundary in the disposition",
         FROM "Content-Disposition: inline; boundary=bar\r\n"
              "Content-Type: multipart/mixed; boundary=foo\r\n\r\n" BOTH,
         PARAMETER),
    CASE("M-006 wrong name", TYPE("multipart/mixed; bound=foo") BOTH, BOUNDARY),
    CASE("M-006 on no multipart", TYPE("application/octet-stream; boundary=foo") BOTH, FIELD_VALUE),
    CASE("M-007 crooked before", TYPE("multipart/mixed; x:y=1; boundary=foo") BOTH, PARAMETER),
    CASE("M-007 no value", TYPE("multipart/mixed; boundary=foo; bar") BOTH, PARAMETER),
    CASE("M-008 no separator", TYPE("multipart/mixed boundary=foo") BOTH, FIELD_VALUE),
    CASE("M-008 line without a blank", LEAF("Content-Type: text/plain;\r\nname=\"x.zip\"\r\n"),
         HEADER_SYNTAX),
    CASE("M-009 sections", TYPE("multipart/mixed; boundary*0=fo; boundary*1=o") BOTH, BOUNDARY),
    CASE("M-009 extended", TYPE("multipart/mixed; boundary*=us-ascii''f%6Fo") BOTH, BOUNDARY),
    CASE("M-009 both", TYPE("multipart/mixed; boundary=foo; boundary*=us-ascii''bar") BOTH,
         PARAMETER),
    CASE("M-010 boundary", TYPE("multipart/mixed; boundary=\"=?US-ASCII?Q?foo?=\"") BOTH, BOUNDARY),
    CASE("M-010 encoding", CTE("=?US-ASCII?Q?base=364?="), ENCODING_TOKEN),
    CASE("M-010 type", TYPE("=?US-ASCII?B?bXVsdGlwYXJ0L21peGVk?=; x=foo") BOTH, FIELD_VALUE),
    CASE("M-011 inside a token", CTE("bas(x)e64"), ENCODING_TOKEN),
    CASE("M-011 all comment", CTE("(base64)"), ENCODING_TOKEN),
    CASE("M-011 in the name", FROM "Content-Transfer-Encoding(: )base64\r\n\r\nx\r\n", HEADER_NAME),
    CASE("M-011 parameter name", TYPE("multipart/mixed; boundary((c))=A; boundary=foo") BOTH,
         PARAMETER),
    CASE("M-011 boundary", TYPE("multipart/mixed; boundary=foo(foo)foo") BOTH, BOUNDARY),
    CASE("M-012 comment over the next field",
         LEAF("Content-Type: multipart/x; boundary=a(\r\nContent-Transfer-Encoding: base64\r\n"),
         BOUNDARY),
    CASE("M-013 quoted pair", TYPE("multipart/mixed; boundary=\"f\\oo\"") BOTH, BOUNDARY),
    CASE("M-014 blank after =", TYPE("multipart/mixed; boundary= foo") BOTH, BOUNDARY),
    CASE("M-014 blank first", TYPE("multipart/mixed; boundary=\" foo\"") BOTH, BOUNDARY),
    CASE("M-014 blank last", TYPE("multipart/mixed; boundary=\"foo \"") BOTH, BOUNDARY),
    CASE("M-015 blank", TYPE("multipart/mixed; boundary=foo foo") BOTH, BOUNDARY),
    CASE("M-015 semicolon", TYPE("multipart/mixed; boundary=foo;foo") BOTH, PARAMETER),
    CASE("M-015 comma", TYPE("multipart/mixed; boundary=foo,faa") BOTH, BOUNDARY),
    CASE("M-015 parentheses", TYPE("multipart/mixed; boundary=(foo)1") BOTH, BOUNDARY),
    CASE("M-016 empty and more", TYPE("multipart/mixed; boundary=\"\"foo") BOTH, BOUNDARY),
    CASE("M-016 quoted and more", TYPE("multipart/mixed; boundary=\"bar\"foo") BOTH, BOUNDARY),
    CASE("M-016 not closed", TYPE("multipart/mixed; boundary=\"foo") BOTH, BOUNDARY),
    CASE("M-017 nothing", TYPE("multipart/mixed; boundary=") BOTH, BOUNDARY),
    CASE("M-017 empty quotes", TYPE("multipart/mixed; boundary=\"\"") BOTH, BOUNDARY),
    CASE("M-017 semicolon", TYPE("multipart/mixed; boundary=;") BOTH, BOUNDARY),
    CASE("M-018 folded boundary", TYPE("multipart/mixed; boundary=foo\r\n foo") BOTH, BOUNDARY),
    CASE("M-018 folded quotes", TYPE("multipart/mixed; boundary=\"foo\r\n bar\"") BOTH, BOUNDARY),
    CASE("M-018 before =", TYPE("multipart/mixed; boundary\r\n =foo") BOTH, BOUNDARY),
    CASE("M-018 folded token", CTE("bas\r\n e64"), ENCODING_TOKEN),
    CASE("M-018 folded name", FROM "Content-Transfer-Encoding\r\n :base64\r\n\r\nx\r\n",
         HEADER_SYNTAX),
    CASE("M-020 NUL before a name", FROM "\0Content-Transfer-Encoding: base64\r\n\r\nx\r\n",
         HEADER_CONTROL),
    CASE("M-020 NUL in a token", CTE("bas\0e64"), HEADER_CONTROL),
    CASE("M-020 NUL in a boundary", TYPE("multipart/mixed; boundary=\0foo") BOTH, HEADER_CONTROL),
    CASE("M-020 NUL in a subject", FROM "Subject: a\0b\r\n\r\nx\r\n", HEADER_CONTROL),
    CASE("M-021 blank before the colon",
         FROM "Content-Type : multipart/mixed; boundary=foo\r\n\r\n" BOTH, HEADER_NAME),
    CASE("M-021 indented first", " Content-Type: text/html\r\n" FROM "\r\nx\r\n", HEADER_SYNTAX),
    CASE("M-021 indented later",
         LEAF("Content-Type: text/plain\r\n\tContent-Transfer-Encoding: base64\r\n"), HEADER_NAME),
    CASE("M-022 name twice", TYPE("Content-Type:multipart/mixed; boundary=foo") BOTH, FIELD_VALUE),
    CASE("M-022 type twice", TYPE("multipart/mixedmultipart/mixed; boundary=foo") BOTH,
         FIELD_VALUE),
    CASE("M-022 token twice", CTE("base64base64"), ENCODING_TOKEN),
    CASE("M-023 no name", LEAF(": application/octet-stream; name=att\r\n"), HEADER_SYNTAX),
    CASE("M-023 prose", LEAF("A meaningless sentence.\r\nContent-Type: text/html\r\n"),
         HEADER_SYNTAX),
    CASE("M-023 prose with a colon", FROM "Some words here: x\r\n\r\nx\r\n", HEADER_NAME),
    CASE("M-024 more letters", CTE("base645"), ENCODING_TOKEN),
    CASE("M-024 dash", CTE("base64-"), ENCODING_TOKEN),
    CASE("M-024 parameter", CTE("base64;x=y"), ENCODING_TOKEN),
    CASE("M-024 only a parameter", CTE(";base64"), ENCODING_TOKEN),
    CASE("M-024 x-", CTE("x-base64"), ENCODING_TOKEN),
    CASE("M-024 base-64", CTE("base-64"), ENCODING_TOKEN),
    CASE("M-024 quoted", CTE("\"base64\""), ENCODING_TOKEN),
    CASE("M-026 base64 on a multipart",
         FROM "Content-Transfer-Encoding: base64\r\n"
              "Content-Type: multipart/mixed; boundary=foo\r\n\r\n" BOTH,
         ENCODED_COMPOSITE),
    CASE("M-026 base64 on a message that reads as it is",
         FROM "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n" FROM
              "\r\nx\r\n",
         ENCODED_COMPOSITE),
    CASE("M-026 QP on a message that reads as it is",
         FROM "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n"
              "\r\n" FROM "\r\nx=3D\r\n",
         ENCODED_COMPOSITE),
    CASE("M-028 nothing but bare CR", "From: a@b.example\rContent-Type: text/html\r\rx", LINE_END),
    CASE("M-028 bare CR", LEAF("Content-Type: text/plain\rContent-Transfer-Encoding: base64\r\n"),
         LINE_END),
    CASE("M-028 bare LF", LEAF("Content-Type: text/plain\nContent-Transfer-Encoding: base64\r\n"),
         LINE_END),
    CASE("M-028 CRCRLF", FROM "Subject: x\r\r\nTo: y\r\n\r\nx\r\n", LINE_END),
    CASE("M-029 CRCRLF for the empty line", FROM "\r\r\nx\r\n", LINE_END),
    CASE("M-029 LF for the empty line", FROM "\nx\r\n", LINE_END),
    CASE("M-029 no empty line", FROM "Content-Transfer-Encoding: base64\r\nTVqQAAMAAAAE\r\n",
         HEADER_SYNTAX),
    CASE("M-029 blank line that is not empty",
         LEAF("Content-Type: text/plain\r\n \r\nContent-Transfer-Encoding: base64\r\n"), SEPARATOR),
    CASE("M-029 a delimiter ends the header",
         MIXED "--foo\r\nContent-Type: text/plain\r\n--foo--\r\n", SEPARATOR),
    CASE("M-030 empty line between fields",
         LEAF("Content-Type: text/plain\r\n\r\nContent-Transfer-Encoding: base64\r\n"), SEPARATOR),
    CASE("M-030 empty line first", LEAF("\r\nContent-Type: text/html\r\n"), SEPARATOR),
    CASE("M-031 empty line first", "\r\n" FROM "\r\nx\r\n", SEPARATOR),
    CASE("M-031 byte order mark", "\xEF\xBB\xBF" FROM "\r\nx\r\n", HEADER_NAME),
    CASE("M-032 vertical tab",
         TYPE("multipart/mixed;\x0b"
              "boundary=foo") BOTH,
         HEADER_CONTROL),
    CASE("M-034 8-bit name", TYPE("multipart/mixed; n\xE9=1; boundary=foo") BOTH, PARAMETER),
    CASE("M-035 part in the preamble", MIXED "Content-Type: text/html\r\n\r\nx\r\n" BOTH, PREAMBLE),
    CASE("M-035 HTML in the preamble", MIXED "<a href=x>x</a>\r\n" BOTH, PREAMBLE),
    CASE("M-035 uuencode in the preamble", MIXED "begin 644 a\r\n#0V%T\r\n`\r\nend\r\n" BOTH,
         PREAMBLE),
    CASE("M-036 part after the end",
         MIXED BOTH "--foo\r\nContent-Type: text/html\r\n\r\nx\r\n--foo--\r\n", EPILOGUE),
    CASE("M-036 fields after the end", MIXED BOTH "Content-Type: text/html\r\n\r\nx\r\n", EPILOGUE),
    CASE("M-036 base64 after the end",
         MIXED BOTH "TVqQAAMAAAAEAAAA//8AALgAAAAAAAAAQAAAAAAAAAAAAAAA\r\n", EPILOGUE),
    CASE("M-038 indented delimiter", MIXED PART " --foo\r\n\r\nx\r\n" END, DELIMITER),
    CASE("M-038 after a bare CR", MIXED PART "text\r--foo\r\n\r\nx\r\n" END, DELIMITER),
    CASE("M-038 after a bare CR and a comma", MIXED PART "text\r,--foo\r\n" END, DELIMITER),
    CASE("M-039 more behind it", MIXED PART "--fooXYZ\r\n\r\nx\r\n" END, DELIMITER),
    CASE("M-039 blanks behind it", MIXED PART "--foo \r\n\r\nx\r\n" END, DELIMITER),
    CASE("M-039 after the end", MIXED PART "--foo--x\r\n" END, DELIMITER),
    CASE("M-040 begins like the outer one", MIXED INNER("foobar") END, BOUNDARY_REUSED),
    CASE("M-041 the outer one", MIXED INNER("foo") END, BOUNDARY_REUSED),
    CASE("M-041 an outer delimiter inside",
         MIXED "--foo\r\nContent-Type: multipart/mixed; boundary=bar\r\n\r\n--bar\r\n\r\nx\r\n"
               "--foo\r\n\r\nx\r\n--bar\r\n\r\nx\r\n--bar--\r\n" END,
         DELIMITER),
    CASE("M-042 inner without a boundary",
         MIXED "--foo\r\nContent-Type: multipart/mixed\r\n\r\n--faa\r\n\r\nx\r\n--faa--\r\n" END,
         BOUNDARY),
    CASE("M-043 another boundary", MIXED "--faa\r\n\r\nx\r\n--faa--\r\n", NO_PARTS),
    CASE("M-043 no declaration at all", FROM "\r\n--faa\r\nContent-Type: text/html\r\n\r\nx\r\n",
         BOUNDARY),
    CASE("M-046 multipart alone", TYPE("multipart; boundary=foo") BOTH, FIELD_VALUE),
    CASE("M-053 partial", TYPE("message/partial; id=x; number=1; total=2") "x\r\n", PARTIAL),
    CASE("M-054 external body", TYPE("message/external-body; access-type=URL") "x\r\n",
         EXTERNAL_BODY),
    CASE("M-060 uuencode", FROM "\r\nHi\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", UUENCODED),
    CASE("M-060 without an end", FROM "\r\nbegin 0755 a.exe\r\n#0V%T\r\n", UUENCODED),
    CASE("M-060 begin-base64", FROM "\r\nbegin-base64 644 a.exe\r\nQ2F0\r\n====\r\n", UUENCODED),
    CASE("M-060 in HTML", TYPE("text/html") "begin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n", UUENCODED),
    CASE("M-061 yEnc", FROM "\r\n=ybegin line=128 size=3 name=a.exe\r\nabc\r\n", UUENCODED),
    CASE("M-063 gzip", CTE("x-gzip64"), ENCODING_TOKEN),
    CASE("delimiter as a field",
         FROM
         "Content-Type: multipart/mixed; boundary=\"a:b\"\r\n--a:b--\r\n\r\n--a:b\r\n\r\nx\r\n",
         SEPARATOR),
    CASE("LF delimiter among CRLF", MIXED PART "--foo\n\r\nx\r\n" END, LINE_END),
    CASE("LF before a delimiter", MIXED PART "x\n--foo\r\n\r\nx\r\n" END, LINE_END),
};

/* These mean the same to all, whatever the RFCs say of them. */
static const Example fine[] = {
    FINE("plain", FROM "\r\nHello.\r\n"),
    FINE("nothing", ""),
    FINE("no body", FROM),
    FINE("header and an empty line", FROM "\r\n"),
    FINE("multipart", MIXED BOTH),
    FINE("LF throughout",
         "From: a\nContent-Type: multipart/mixed; boundary=foo\n\n--foo\n\nx\n--foo--\n"),
    FINE("M-001 the same type twice",
         FROM "Content-Type: text/plain\r\nContent-Type:  TEXT/plain\r\n\r\nx\r\n"),
    FINE("M-005 the words of a boundary in another parameter",
         TYPE("multipart/mixed; name=\"no boundary\"; boundary=foo") BOTH),
    FINE("M-008 crooked charset", TYPE("text/plain charset=utf-8") "x\r\n"),
    FINE("M-012 name not closed", TYPE("text/plain; name=\"a") "x\r\n"),
    FINE("M-014 quoted, a blank inside", FROM
         "Content-Type: multipart/mixed; boundary=\"f oo\"\r\n\r\n--f oo\r\n\r\nx\r\n--f oo--\r\n"),
    FINE("M-015 everyday specials", FROM
         "Content-Type: multipart/mixed; boundary=----=_Part:1\r\n\r\n------=_Part:1\r\n\r\nx\r\n"
         "------=_Part:1--\r\n"),
    FINE("M-018 folded before a parameter", TYPE("multipart/mixed;\r\n\tboundary=\"foo\"") BOTH),
    FINE("M-018 a folded line that is blank", FROM "Subject: x\r\n \r\nTo: y\r\n\r\nx\r\n"),
    FINE("M-021 names in a signature",
         FROM "DKIM-Signature: v=1; h=From:\r\n\tContent-Type:MIME-Version; b=x\r\n\r\nx\r\n"),
    FINE("M-025 odd but legal", CTE("\tbASe64 ")),
    FINE("M-024 what is no encoding", CTE("8bits")),
    FINE("empty encoding", CTE("")),
    FINE("M-031 mbox line", "From a@b Mon Jan  1 00:00:00 2001\r\n" FROM "\r\nx\r\n"),
    FINE("raw ISO-2022-JP in a subject", FROM "Subject: \x1b$B$3\x1b(B\r\n\r\nx\r\n"),
    FINE("8-bit subject", FROM "Subject: \xA4\xA4\xA4\xE5\r\n\r\nx\r\n"),
    FINE("M-035 usual preamble", MIXED "This is a multi-part message in MIME format.\r\n\r\n" BOTH),
    FINE("M-035 preamble with an address", MIXED "See <http://example.org/mime>.\r\n" BOTH),
    FINE("M-036 blank lines after the end", MIXED BOTH "\r\n\r\n"),
    FINE("M-036 list footer after the end",
         MIXED BOTH "_______________\r\nlist mailing list\r\nlist@example.org\r\n"),
    FINE("M-037 not closed", MIXED PART),
    FINE("M-038 signature and dashes", MIXED "--foo\r\n\r\nx\r\n-- \r\nme\r\n--bar\r\n---\r\n" END),
    FINE("M-038 quoted delimiter", MIXED "--foo\r\n\r\n> --foo\r\n" END),
    FINE("M-040 other boundary inside", MIXED INNER("bar") END),
    FINE("siblings with one boundary", MIXED INNER("bar") INNER("bar") END),
    FINE("M-043 empty multipart of a bounce", MIXED),
    FINE("M-044 part without fields", MIXED "--foo\r\n\r\nx\r\n" END),
    FINE("M-044 empty parts", MIXED "--foo\r\n--foo\r\n\r\n" END),
    FINE("empty part of known type", MIXED "--foo\r\nContent-Type: text/plain\r\n\r\n" END),
    FINE("empty part before one with fields",
         MIXED "--foo\r\nContent-Type: text/plain\r\n\r\n\r\n" PART END),
    FINE("M-045 digest", FROM
         "Content-Type: multipart/digest; boundary=foo\r\n\r\n--foo\r\n\r\n" FROM "\r\nx\r\n" END),
    FINE("M-046 unknown subtype", TYPE("multipart/x-y; boundary=foo") BOTH),
    FINE("M-052 nested message",
         MIXED "--foo\r\nContent-Type: message/rfc822\r\n\r\n" FROM "\r\nx\r\n" END),
    FINE("M-056 a message in text", FROM "\r\nIt said:\r\nMIME-Version: 1.0\r\n\r\nx\r\n"),
    FINE("header block by its type",
         MIXED "--foo\r\nContent-Type: text/rfc822-headers\r\n\r\nContent-Type: text/html\r\n" END),
    FINE("M-060 begin in prose", FROM "\r\nbegin 200 metres ahead\r\nand go on\r\n"),
    FINE("M-060 begin that no data follows", FROM "\r\nbegin 644 a.exe\r\nis how it starts\r\n"),
    FINE("M-066 bare type", TYPE("text") "x\r\n"),
    FINE("M-067 no MIME-Version", TYPE("text/html") "x\r\n"),
    FINE("M-093 unquoted blanks in a name", TYPE("application/pdf; name=bad boy.pdf") "x\r\n"),
    FINE("trailing semicolon", TYPE("multipart/mixed; boundary=foo;") BOTH),
    FINE("LF inside a body", FROM "\r\na\nb\r\n"),
    FINE("bare CR inside a body", FROM "\r\na\rb\r\n"),
    FINE("bare CR in a part, away from delimiters", MIXED "--foo\r\n\r\na\rb\r\n" END),
};

static const char *
first_ambiguity(const Lexed *lexed)
{
  for (guint i = 0; i < lexed->anomalies->len; i++) {
    const Anomaly *anomaly = &g_array_index(lexed->anomalies, Anomaly, i);

    if (anomaly_is_ambiguous(anomaly->kind))
      return anomaly_name(anomaly->kind);
  }
  return "none";
}

static gboolean
has_anomaly(const Lexed *lexed, AnomalyKind kind)
{
  for (guint i = 0; i < lexed->anomalies->len; i++)
    if (g_array_index(lexed->anomalies, Anomaly, i).kind == kind)
      return TRUE;
  return FALSE;
}

static void
test_ambiguous(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
    g_autoptr(Lexed) lexed = lexer_run((const unsigned char *)odd[i].bytes, odd[i].len, 0);

    if (!has_anomaly(lexed, odd[i].want))
      fail_msg("%s: got %s, want %s", odd[i].label, first_ambiguity(lexed),
               anomaly_name(odd[i].want));
    assert_true(anomaly_is_ambiguous(odd[i].want));
  }
}

static void
test_harmless(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(fine); i++) {
    g_autoptr(Lexed) lexed = lexer_run((const unsigned char *)fine[i].bytes, fine[i].len, 0);

    if (g_strcmp0(first_ambiguity(lexed), "none") != 0)
      fail_msg("%s: got %s, want none", fine[i].label, first_ambiguity(lexed));
    assert_false(lexed->capped);
  }
}

static Lexed *
run_string(GString *text)
{
  Lexed *lexed = lexer_run((const unsigned char *)text->str, text->len, 0);

  g_string_free(text, TRUE);
  return lexed;
}

static void
append_times(GString *out, const char *text, unsigned times)
{
  while (times-- > 0)
    g_string_append(out, text);
}

static GString *
repeated(const char *before, const char *text, unsigned times, const char *after)
{
  GString *out = g_string_new(before);

  append_times(out, text, times);
  return g_string_append(out, after);
}

/* A thousand notes hide no ambiguity, and one line of CRs is read once. */
static void
test_floods(void **state)
{
  GString *text = repeated(MIXED, "--foo\r\n\r\na\nb\r\n", 900, "--fooX\r\n--foo--\r\n");
  g_autoptr(Lexed) notes = run_string(text);
  g_autoptr(Lexed) crs = run_string(repeated(MIXED "--foo\r\n\r\n", "\r", 4000000, "\r\n" END));
  g_autoptr(Lexed) tags = run_string(repeated(MIXED, "<a", 4000000, "@\r\n" BOTH));

  assert_true(has_anomaly(notes, ANOMALY_BODY_LINE_END));
  assert_true(has_anomaly(notes, ANOMALY_DELIMITER));
  assert_int_equal(crs->entities->len, 2);
  assert_int_equal(tags->entities->len, 2);
}

/* Notes are no ambiguity, but they are told. */
static void
test_notes(void **state)
{
  static const Example notes[] = {
      CASE("LF in a body", FROM "\r\na\nb\r\n", BODY_LINE_END),
      CASE("not closed", MIXED PART, UNCLOSED),
      CASE("bare type", TYPE("text") "x\r\n", TYPE),
      CASE("a message in text", FROM "\r\nMIME said:\r\nMIME-Version: 1.0\r\n\r\nx\r\n",
           HIDDEN_MIME),
      CASE("crooked name", TYPE("text/plain; name=\"a") "x\r\n", PARAMETER_NOTE),
      CASE("encoded message",
           FROM "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\nRg==\r\n",
           ENCODED_MESSAGE),
  };

  for (size_t i = 0; i < G_N_ELEMENTS(notes); i++) {
    g_autoptr(Lexed) lexed = lexer_run((const unsigned char *)notes[i].bytes, notes[i].len, 0);

    if (!has_anomaly(lexed, notes[i].want))
      fail_msg("%s: got nothing, want %s", notes[i].label, anomaly_name(notes[i].want));
    assert_false(anomaly_is_ambiguous(notes[i].want));
  }
}

static void
assert_range(const char *label, const char *bytes, Range got, const char *want)
{
  g_autofree char *text = g_strndup(bytes + got.off, got.len);

  if (g_strcmp0(text, want) != 0)
    fail_msg("%s: got \"%s\", want \"%s\"", label, text, want);
}

static void
test_ranges(void **state)
{
  static const char bytes[] =
      "Subject: a\r\n b\r\nContent-Type: multipart/mixed; boundary=foo\r\n\r\npre\r\n--foo\r\n"
      "Content-Type: message/rfc822\r\n\r\nTo: "
      "z\r\n\r\ninner\r\n\r\n--foo\r\n\r\n--foo--\r\npost\r\n";
  g_autoptr(Lexed) lexed = lexer_run((const unsigned char *)bytes, sizeof(bytes) - 1, 0);
  const Entity *e = (const Entity *)(void *)lexed->entities->data;
  const Field *f = (const Field *)(void *)lexed->fields->data;

  assert_int_equal(lexed->entities->len, 4);
  assert_string_equal(lexed->eol, "\r\n");
  assert_range("field", bytes, f[0].whole, "Subject: a\r\n b\r\n");
  assert_range("name", bytes, f[0].name, "Subject");
  assert_range("value", bytes, f[0].value, " a\r\n b");
  assert_range("outer header", bytes, e[0].header,
               "Subject: a\r\n b\r\nContent-Type: multipart/mixed; boundary=foo\r\n");
  assert_int_equal(range_end(e[0].body), sizeof(bytes) - 1);
  assert_true(e[0].multipart);
  assert_range("message header", bytes, e[1].header, "Content-Type: message/rfc822\r\n");
  assert_range("message body", bytes, e[1].body, "To: z\r\n\r\ninner\r\n");
  assert_true(e[1].message);
  assert_int_equal(e[2].parent, 1);
  assert_int_equal(e[2].depth, 2);
  assert_range("inner header", bytes, e[2].header, "To: z\r\n");
  assert_range("inner body", bytes, e[2].body, "inner\r\n");
  assert_int_equal(e[3].parent, 0);
  assert_range("empty body", bytes, e[3].body, "");
}

static void
assert_capped(const char *label, GString *text, gboolean want)
{
  g_autoptr(Lexed) lexed = run_string(text);

  if (lexed->capped != want || has_anomaly(lexed, ANOMALY_LIMIT) != want)
    fail_msg("%s: got capped %d, want %d", label, lexed->capped, want);
}

static GString *
nested(unsigned levels)
{
  GString *out = g_string_new(FROM);

  for (unsigned i = 0; i < levels; i++)
    g_string_append_printf(out, "Content-Type: multipart/mixed; boundary=b%03u\r\n\r\n--b%03u\r\n",
                           i, i);
  return g_string_append(out, "\r\nx\r\n");
}

static void
test_caps(void **state)
{
  assert_capped("groups", repeated("To: ", "g:", 2500, "\r\n\r\nx\r\n"), TRUE);
  assert_capped("few groups", repeated("To: ", "g:;,", 60, "\r\n\r\nx\r\n"), FALSE);
  assert_capped("parameters", repeated("Content-Type: text/plain", "; a=b", 65, "\r\n\r\n"), TRUE);
  assert_capped("64 parameters", repeated("Content-Type: text/plain", "; a=b", 64, "\r\n\r\n"),
                FALSE);
  assert_capped("parameter name", repeated("Content-Type: text/plain; ", "n", 65, "=1\r\n\r\n"),
                TRUE);
  assert_capped("structural field", repeated("Content-Type: text/plain; a=", "n", 9000, "\r\n\r\n"),
                TRUE);
  assert_capped("field", repeated("Subject: ", "n", 66000, "\r\n\r\n"), TRUE);
  assert_capped("fields", repeated("", "A: b\r\n", 1025, "\r\n"), TRUE);
  assert_capped("1024 fields", repeated("", "A: b\r\n", 1024, "\r\n"), FALSE);
  assert_capped("fields of all parts",
                repeated(MIXED,
                         "--foo\r\n" FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM
                             FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM FROM
                                 FROM FROM FROM FROM FROM FROM FROM FROM FROM "\r\n",
                         990, ""),
                TRUE);
  assert_capped("header", repeated("", "A: bbbbbbbbbbbbb\r\n bbbbbbb\r\n", 12000, "\r\n"), TRUE);
  assert_capped("header without an end", repeated("A:\r\n", " b\r\n", 80000, ""), TRUE);
  assert_capped("parts", repeated(MIXED, "--foo\r\n\r\n\r\n", 1000, ""), TRUE);
  assert_capped("999 parts", repeated(MIXED, "--foo\r\n\r\n\r\n", 999, ""), FALSE);
  assert_capped("depth", nested(LIMIT_DEPTH + 1), TRUE);
  assert_capped("deepest", nested(LIMIT_DEPTH), FALSE);
}

/* Cut anywhere, the lexer stays inside its bytes (ASan watches) and ranges inside the message. */
static void
test_any_cut(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(odd); i++) {
    for (size_t len = 0; len <= odd[i].len; len++) {
      g_autofree unsigned char *copy = g_memdup2(odd[i].bytes, len > 0 ? len : 1);
      g_autoptr(Lexed) lexed = lexer_run(copy, len, 0);

      for (guint e = 0; e < lexed->entities->len; e++) {
        const Entity *entity = &g_array_index(lexed->entities, Entity, e);

        assert_true(range_end(entity->header) <= len && range_end(entity->body) <= len);
      }
    }
  }
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_ambiguous), cmocka_unit_test(test_harmless),
      cmocka_unit_test(test_notes),     cmocka_unit_test(test_ranges),
      cmocka_unit_test(test_caps),      cmocka_unit_test(test_any_cut),
      cmocka_unit_test(test_floods),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
