/* Labels of charsets: every one of the WHATWG Encoding standard, and those that mail adds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "text.h"

typedef struct names {
  const char *want;
  const char *labels; /* between blanks */
} Names;

static const Names standard[] = {
    {"utf-8", "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 utf-8 utf8 x-unicode20utf8"},
    {"ibm866", "866 cp866 csibm866 ibm866"},
    {"iso-8859-2", "csisolatin2 iso-8859-2 iso-ir-101 iso8859-2 iso88592 iso_8859-2 "
                   "iso_8859-2:1987 l2 latin2"},
    {"iso-8859-3", "csisolatin3 iso-8859-3 iso-ir-109 iso8859-3 iso88593 iso_8859-3 "
                   "iso_8859-3:1988 l3 latin3"},
    {"iso-8859-4", "csisolatin4 iso-8859-4 iso-ir-110 iso8859-4 iso88594 iso_8859-4 "
                   "iso_8859-4:1988 l4 latin4"},
    {"iso-8859-5", "csisolatincyrillic cyrillic iso-8859-5 iso-ir-144 iso8859-5 iso88595 "
                   "iso_8859-5 iso_8859-5:1988"},
    {"iso-8859-6", "arabic asmo-708 csiso88596e csiso88596i csisolatinarabic ecma-114 iso-8859-6 "
                   "iso-8859-6-e iso-8859-6-i iso-ir-127 iso8859-6 iso88596 iso_8859-6 "
                   "iso_8859-6:1987"},
    {"iso-8859-7", "csisolatingreek ecma-118 elot_928 greek greek8 iso-8859-7 iso-ir-126 "
                   "iso8859-7 iso88597 iso_8859-7 iso_8859-7:1987 sun_eu_greek"},
    {"iso-8859-8", "csiso88598e csisolatinhebrew hebrew iso-8859-8 iso-8859-8-e iso-ir-138 "
                   "iso8859-8 iso88598 iso_8859-8 iso_8859-8:1988 visual"},
    {"iso-8859-8-i", "csiso88598i iso-8859-8-i logical"},
    {"iso-8859-10", "csisolatin6 iso-8859-10 iso-ir-157 iso8859-10 iso885910 l6 latin6"},
    {"iso-8859-13", "iso-8859-13 iso8859-13 iso885913"},
    {"iso-8859-14", "iso-8859-14 iso8859-14 iso885914"},
    {"iso-8859-15", "csisolatin9 iso-8859-15 iso8859-15 iso885915 iso_8859-15 l9"},
    {"iso-8859-16", "iso-8859-16"},
    {"koi8-r", "cskoi8r koi koi8 koi8-r koi8_r"},
    {"koi8-u", "koi8-ru koi8-u"},
    {"macintosh", "csmacintosh mac macintosh x-mac-roman"},
    {"windows-874", "dos-874 iso-8859-11 iso8859-11 iso885911 tis-620 windows-874"},
    {"windows-1250", "cp1250 windows-1250 x-cp1250"},
    {"windows-1251", "cp1251 windows-1251 x-cp1251"},
    {"windows-1252", "ansi_x3.4-1968 ascii cp1252 cp819 csisolatin1 ibm819 iso-8859-1 iso-ir-100 "
                     "iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 l1 latin1 us-ascii "
                     "windows-1252 x-cp1252"},
    {"windows-1253", "cp1253 windows-1253 x-cp1253"},
    {"windows-1254", "cp1254 csisolatin5 iso-8859-9 iso-ir-148 iso8859-9 iso88599 iso_8859-9 "
                     "iso_8859-9:1989 l5 latin5 windows-1254 x-cp1254"},
    {"windows-1255", "cp1255 windows-1255 x-cp1255"},
    {"windows-1256", "cp1256 windows-1256 x-cp1256"},
    {"windows-1257", "cp1257 windows-1257 x-cp1257"},
    {"windows-1258", "cp1258 windows-1258 x-cp1258"},
    {"x-mac-cyrillic", "x-mac-cyrillic x-mac-ukrainian"},
    {"x-user-defined", "x-user-defined"},
    {"gbk", "chinese csgb2312 csiso58gb231280 gb2312 gb_2312 gb_2312-80 gbk iso-ir-58 "
            "x-gbk"},
    {"gb18030", "gb18030"},
    {"big5", "big5 big5-hkscs cn-big5 csbig5 x-x-big5"},
    {"euc-jp", "cseucpkdfmtjapanese euc-jp x-euc-jp"},
    {"shift_jis", "csshiftjis ms932 ms_kanji shift-jis shift_jis sjis windows-31j x-sjis"},
    {"euc-kr", "cseuckr csksc56011987 euc-kr iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 "
               "ksc5601 ksc_5601 windows-949"},
    {"iso-2022-jp", "csiso2022jp iso-2022-jp"},
    {"utf-16be", "unicodefffe utf-16be"},
    {"utf-16le", "csunicode iso-10646-ucs-2 ucs-2 unicode unicodefeff utf-16 utf-16le"},
};

static const Names mail[] = {
    {"gbk", "936 cp936 ms936 windows-936 cswindows936 x-cp936 x-windows-936 csgbk "
            "gb2312-80 gb-2312 x-gb2312 euc-cn euccn x-euc-cn cn-gb csgb231280 cp51936 "
            "x-mac-chinesesimp"},
    {"gb18030", "gb-18030 gb_18030 gb18030-2000 gb18030-2005 gb18030-2022 x-gb18030 csgb18030 "
                "cp54936 windows-54936"},
    {"big5", "950 cp950 ms950 windows-950 x-windows-950 x-cp950 big-5 big5-eten big5-2003 "
             "big5-hkscs-2004 big5-hkscs-2008 big5hkscs big5_hkscs csbig5hkscs ms950_hkscs "
             "ms950-hkscs x-ms950-hkscs x-big5 x-big5-hkscs x-mac-chinesetrad"},
    {"shift_jis", "cp932 windows-932 cswindows31j shiftjis x-shift-jis x-shift_jis x-ms-cp932 "
                  "shift_jis-ms sjis-win cp943 ibm943 ibm-943 mskanji"},
    {"euc-kr", "949 cp949 ms949 uhc x-uhc euckr x-euc-kr x-windows-949 windows-949-2000 "
               "ks_c_5601 ks_c-5601-1987 ks_c_5601-1992 ksc5601-1987 ksc5601-1992 cp51949"},
    {"utf-32be", "utf-32 utf-32be utf32 utf32be ucs-4 ucs-4be iso-10646-ucs-4 csucs4 cp12001"},
    {"utf-32le", "utf-32le utf32le ucs-4le cp12000"},
    {"utf-7", "utf-7 utf7 csutf7 unicode-1-1-utf-7 csunicode11utf7 unicode-2-0-utf-7 "
              "x-unicode-1-1-utf-7 x-unicode-2-0-utf-7 cp65000"},
    {"hz-gb-2312", "hz-gb-2312 hz hz-gb2312 hzgb2312 x-hz-gb-2312 chinese-hz cp52936"},
    {"iso-2022-kr", "iso-2022-kr csiso2022kr iso2022-kr iso-2022kr iso2022kr cp50225"},
    {"euc-tw", "euc-tw x-euc-tw euctw cseuctw euc_tw cns11643 x-cns11643"},
    {"windows-1252", "ms-ansi cswindows1252 windows1252 csascii iso646-us iso_646.irv:1991 ascii7 "
                     "us us_ascii usascii x-ascii iso8859_1 latin-1 x-iso-8859-1 8859-1"},
};

static void
check_labels(const Names *names, size_t n)
{
  for (size_t i = 0; i < n; i++) {
    g_auto(GStrv) labels = g_strsplit(names[i].labels, " ", -1);
    for (char **l = labels; *l != NULL; l++) {
      const char *got = charset_from_label(*l, strlen(*l));
      if (g_strcmp0(got, names[i].want) != 0)
        fail_msg("\"%s\": got %s, want %s", *l, got, names[i].want);
    }
  }
}

static void
knows_the_standard(void **state)
{
  check_labels(standard, G_N_ELEMENTS(standard));
}

static void
knows_mail(void **state)
{
  check_labels(mail, G_N_ELEMENTS(mail));
}

static void
reads_labels_as_the_standard_does(void **state)
{
  static const struct {
    const char *label, *want;
  } labels[] = {
      {" UTF-8\t", "utf-8"},
      {"\r\nBig5\f", "big5"},
      {"US-ASCII", "windows-1252"},
      {"GB2312", "gbk"},
      {"utf 8", NULL},
      {"", NULL},
      {"  ", NULL},
      {"utf-8;", NULL},
      {"_iso-2022-jp$ESC", NULL},
      {"replacement", NULL},
      {"iso-2022-cn", NULL},
      {"iso-2022-cn-ext", NULL},
      {"utf-8//TRANSLIT", NULL},
      {"ucs4", NULL},
      {"IBM037", "ibm037"},
      {"cp37", "ibm037"},
      {"csIBM500", "ibm500"},
      {"CCSID01140", "ibm1140"},
      {"ebcdic-cp-de", "ibm037"},
      {"ebcdic-cp-fr", "ibm297"},
      {"x-EBCDIC-KoreanExtended", "ibm037"},
      {"ibm-937", "ibm037"},
      {"ibm850", NULL},
      {"cp037x", NULL},
      {"iso-2022-jp-3", NULL},
      {"a-label-that-is-longer-than-any-that-there-is", NULL},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(labels); i++) {
    const char *got = charset_from_label(labels[i].label, strlen(labels[i].label));
    if (g_strcmp0(got, labels[i].want) != 0)
      fail_msg("\"%s\": got %s, want %s", labels[i].label, got, labels[i].want);
  }
  assert_null(charset_from_label("utf-8\0x", 7));
  assert_string_equal(charset_from_label("utf-8xyz", 5), "utf-8");
}

/* Names of our own are labels, so that one may be put where the other is asked for. */
static void
names_are_labels(void **state)
{
  for (size_t i = 0; i < G_N_ELEMENTS(standard); i++)
    assert_string_equal(charset_from_label(standard[i].want, strlen(standard[i].want)),
                        standard[i].want);
  for (size_t i = 0; i < G_N_ELEMENTS(mail); i++)
    assert_string_equal(charset_from_label(mail[i].want, strlen(mail[i].want)), mail[i].want);
}

static void
meta_follows_browsers(void **state)
{
  assert_string_equal(charset_from_meta_label("big5", 4), "big5");
  assert_string_equal(charset_from_meta_label("UTF-16", 6), "utf-8");
  assert_string_equal(charset_from_meta_label("utf-16be", 8), "utf-8");
  assert_string_equal(charset_from_meta_label("x-user-defined", 14), "windows-1252");
  assert_null(charset_from_meta_label("utf-7", 5));
  assert_null(charset_from_meta_label("hz-gb-2312", 10));
  assert_null(charset_from_meta_label("cp950", 5));
}

static void
tells_what_is_ascii_based(void **state)
{
  static const char *const yes[] = {"utf-8",     "big5",   "gbk",       "gb18030",
                                    "shift_jis", "euc-jp", "euc-kr",    "windows-1252",
                                    "koi8-r",    "euc-tw", "iso-8859-8"};
  static const char *const no[] = {"utf-16le", "utf-16be",    "utf-32le",
                                   "utf-32be", "iso-2022-jp", "iso-2022-kr",
                                   "utf-7",    "hz-gb-2312",  "nonsense"};
  for (size_t i = 0; i < G_N_ELEMENTS(yes); i++)
    if (!charset_is_ascii_based(yes[i]))
      fail_msg("%s", yes[i]);
  for (size_t i = 0; i < G_N_ELEMENTS(no); i++)
    if (charset_is_ascii_based(no[i]))
      fail_msg("%s", no[i]);
  assert_false(charset_is_ascii_based(NULL));
}

static void
has_all_converters(void **state)
{
  assert_true(charset_preload());
  assert_true(charset_preload());
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(knows_the_standard),
      cmocka_unit_test(knows_mail),
      cmocka_unit_test(reads_labels_as_the_standard_does),
      cmocka_unit_test(names_are_labels),
      cmocka_unit_test(meta_follows_browsers),
      cmocka_unit_test(tells_what_is_ascii_based),
      cmocka_unit_test(has_all_converters),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
