/* charset.c - the labels of charsets.
 *
 * The table of the WHATWG Encoding standard, which browsers follow, and labels that mail programs
 * write and read beyond it (MAIL). Meanings are the standard's: every iso-8859-1 is windows-1252.
 * Not here are its "replacement" labels: iso-2022-cn needs a converter with a bad record
 * (CVE-2024-2961), and as an unknown label its text is still looked at. */
#include "charset.h"

#include <string.h>

enum {
  CS_UTF_8,
  CS_IBM866,
  CS_ISO_8859_2,
  CS_ISO_8859_3,
  CS_ISO_8859_4,
  CS_ISO_8859_5,
  CS_ISO_8859_6,
  CS_ISO_8859_7,
  CS_ISO_8859_8,
  CS_ISO_8859_8_I,
  CS_ISO_8859_10,
  CS_ISO_8859_13,
  CS_ISO_8859_14,
  CS_ISO_8859_15,
  CS_ISO_8859_16,
  CS_KOI8_R,
  CS_KOI8_U,
  CS_MACINTOSH,
  CS_WINDOWS_874,
  CS_WINDOWS_1250,
  CS_WINDOWS_1251,
  CS_WINDOWS_1252,
  CS_WINDOWS_1253,
  CS_WINDOWS_1254,
  CS_WINDOWS_1255,
  CS_WINDOWS_1256,
  CS_WINDOWS_1257,
  CS_WINDOWS_1258,
  CS_X_MAC_CYRILLIC,
  CS_X_USER_DEFINED,
  CS_GBK,
  CS_GB18030,
  CS_BIG5,
  CS_EUC_JP,
  CS_SHIFT_JIS,
  CS_EUC_KR,
  CS_ISO_2022_JP,
  CS_UTF_16BE,
  CS_UTF_16LE,
  CS_UTF_32BE,
  CS_UTF_32LE,
  CS_UTF_7,
  CS_HZ_GB_2312,
  CS_ISO_2022_KR,
  CS_EUC_TW,
};

/* In the order above. */
static const Charset charsets[] = {
    {"utf-8", CHARSET_UTF8, TABLE_NONE, NULL},
    {"ibm866", CHARSET_SINGLE, TABLE_NONE, "IBM866"},
    {"iso-8859-2", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-2"},
    {"iso-8859-3", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-3"},
    {"iso-8859-4", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-4"},
    {"iso-8859-5", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-5"},
    {"iso-8859-6", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-6"},
    {"iso-8859-7", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-7"},
    {"iso-8859-8", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-8"},
    {"iso-8859-8-i", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-8"},
    {"iso-8859-10", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-10"},
    {"iso-8859-13", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-13"},
    {"iso-8859-14", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-14"},
    {"iso-8859-15", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-15"},
    {"iso-8859-16", CHARSET_SINGLE, TABLE_NONE, "ISO-8859-16"},
    {"koi8-r", CHARSET_SINGLE, TABLE_NONE, "KOI8-R"},
    {"koi8-u", CHARSET_SINGLE, TABLE_NONE, "KOI8-U"},
    {"macintosh", CHARSET_SINGLE, TABLE_NONE, "MACINTOSH"},
    {"windows-874", CHARSET_SINGLE, TABLE_NONE, "CP874"},
    {"windows-1250", CHARSET_SINGLE, TABLE_NONE, "CP1250"},
    {"windows-1251", CHARSET_SINGLE, TABLE_NONE, "CP1251"},
    {"windows-1252", CHARSET_SINGLE, TABLE_NONE, "CP1252"},
    {"windows-1253", CHARSET_SINGLE, TABLE_NONE, "CP1253"},
    {"windows-1254", CHARSET_SINGLE, TABLE_NONE, "CP1254"},
    {"windows-1255", CHARSET_SINGLE, TABLE_NONE, "CP1255"},
    {"windows-1256", CHARSET_SINGLE, TABLE_NONE, "CP1256"},
    {"windows-1257", CHARSET_SINGLE, TABLE_NONE, "CP1257"},
    {"windows-1258", CHARSET_SINGLE, TABLE_NONE, "CP1258"},
    {"x-mac-cyrillic", CHARSET_SINGLE, TABLE_NONE, "MAC-CYRILLIC"},
    {"x-user-defined", CHARSET_SINGLE, TABLE_NONE, NULL},
    {"gbk", CHARSET_GB18030, TABLE_GB18030, NULL},
    {"gb18030", CHARSET_GB18030, TABLE_GB18030, NULL},
    {"big5", CHARSET_DOUBLE, TABLE_BIG5, NULL},
    {"euc-jp", CHARSET_EUC_JP, TABLE_EUC_JP, NULL},
    {"shift_jis", CHARSET_SHIFT_JIS, TABLE_SHIFT_JIS, NULL},
    {"euc-kr", CHARSET_DOUBLE, TABLE_EUC_KR, NULL},
    {"iso-2022-jp", CHARSET_ISO2022JP, TABLE_EUC_JP, NULL},
    {"utf-16be", CHARSET_UTF16BE, TABLE_NONE, NULL},
    {"utf-16le", CHARSET_UTF16LE, TABLE_NONE, NULL},
    {"utf-32be", CHARSET_UTF32BE, TABLE_NONE, NULL},
    {"utf-32le", CHARSET_UTF32LE, TABLE_NONE, NULL},
    {"utf-7", CHARSET_UTF7, TABLE_NONE, NULL},
    {"hz-gb-2312", CHARSET_HZ, TABLE_GB18030, NULL},
    {"iso-2022-kr", CHARSET_ISO2022KR, TABLE_EUC_KR, NULL},
    {"euc-tw", CHARSET_EUC_TW, TABLE_EUC_TW, NULL},
};

enum { WHATWG, MAIL };

/* Sorted by label, in byte order. */
static const struct {
  const char *label;
  guint8 charset;
  guint8 origin;
} labels[] = {
    {"866", CS_IBM866, WHATWG},
    {"8859-1", CS_WINDOWS_1252, MAIL},
    {"936", CS_GBK, MAIL},
    {"949", CS_EUC_KR, MAIL},
    {"950", CS_BIG5, MAIL},
    {"ansi_x3.4-1968", CS_WINDOWS_1252, WHATWG},
    {"arabic", CS_ISO_8859_6, WHATWG},
    {"ascii", CS_WINDOWS_1252, WHATWG},
    {"ascii7", CS_WINDOWS_1252, MAIL},
    {"asmo-708", CS_ISO_8859_6, WHATWG},
    {"big-5", CS_BIG5, MAIL},
    {"big5", CS_BIG5, WHATWG},
    {"big5-2003", CS_BIG5, MAIL},
    {"big5-eten", CS_BIG5, MAIL},
    {"big5-hkscs", CS_BIG5, WHATWG},
    {"big5-hkscs-2004", CS_BIG5, MAIL},
    {"big5-hkscs-2008", CS_BIG5, MAIL},
    {"big5_hkscs", CS_BIG5, MAIL},
    {"big5hkscs", CS_BIG5, MAIL},
    {"chinese", CS_GBK, WHATWG},
    {"chinese-hz", CS_HZ_GB_2312, MAIL},
    {"cn-big5", CS_BIG5, WHATWG},
    {"cn-gb", CS_GBK, MAIL},
    {"cns11643", CS_EUC_TW, MAIL},
    {"cp12000", CS_UTF_32LE, MAIL},
    {"cp12001", CS_UTF_32BE, MAIL},
    {"cp1250", CS_WINDOWS_1250, WHATWG},
    {"cp1251", CS_WINDOWS_1251, WHATWG},
    {"cp1252", CS_WINDOWS_1252, WHATWG},
    {"cp1253", CS_WINDOWS_1253, WHATWG},
    {"cp1254", CS_WINDOWS_1254, WHATWG},
    {"cp1255", CS_WINDOWS_1255, WHATWG},
    {"cp1256", CS_WINDOWS_1256, WHATWG},
    {"cp1257", CS_WINDOWS_1257, WHATWG},
    {"cp1258", CS_WINDOWS_1258, WHATWG},
    {"cp50220", CS_ISO_2022_JP, MAIL},
    {"cp50221", CS_ISO_2022_JP, MAIL},
    {"cp50222", CS_ISO_2022_JP, MAIL},
    {"cp50225", CS_ISO_2022_KR, MAIL},
    {"cp51932", CS_EUC_JP, MAIL},
    {"cp51936", CS_GBK, MAIL},
    {"cp51949", CS_EUC_KR, MAIL},
    {"cp52936", CS_HZ_GB_2312, MAIL},
    {"cp54936", CS_GB18030, MAIL},
    {"cp65000", CS_UTF_7, MAIL},
    {"cp65001", CS_UTF_8, MAIL},
    {"cp819", CS_WINDOWS_1252, WHATWG},
    {"cp866", CS_IBM866, WHATWG},
    {"cp874", CS_WINDOWS_874, MAIL},
    {"cp932", CS_SHIFT_JIS, MAIL},
    {"cp936", CS_GBK, MAIL},
    {"cp943", CS_SHIFT_JIS, MAIL},
    {"cp949", CS_EUC_KR, MAIL},
    {"cp950", CS_BIG5, MAIL},
    {"csascii", CS_WINDOWS_1252, MAIL},
    {"csbig5", CS_BIG5, WHATWG},
    {"csbig5hkscs", CS_BIG5, MAIL},
    {"cseuckr", CS_EUC_KR, WHATWG},
    {"cseucpkdfmtjapanese", CS_EUC_JP, WHATWG},
    {"cseuctw", CS_EUC_TW, MAIL},
    {"csgb18030", CS_GB18030, MAIL},
    {"csgb2312", CS_GBK, WHATWG},
    {"csgb231280", CS_GBK, MAIL},
    {"csgbk", CS_GBK, MAIL},
    {"csibm866", CS_IBM866, WHATWG},
    {"csiso2022jp", CS_ISO_2022_JP, WHATWG},
    {"csiso2022jp2", CS_ISO_2022_JP, MAIL},
    {"csiso2022kr", CS_ISO_2022_KR, MAIL},
    {"csiso58gb231280", CS_GBK, WHATWG},
    {"csiso88596e", CS_ISO_8859_6, WHATWG},
    {"csiso88596i", CS_ISO_8859_6, WHATWG},
    {"csiso88598e", CS_ISO_8859_8, WHATWG},
    {"csiso88598i", CS_ISO_8859_8_I, WHATWG},
    {"csisolatin1", CS_WINDOWS_1252, WHATWG},
    {"csisolatin2", CS_ISO_8859_2, WHATWG},
    {"csisolatin3", CS_ISO_8859_3, WHATWG},
    {"csisolatin4", CS_ISO_8859_4, WHATWG},
    {"csisolatin5", CS_WINDOWS_1254, WHATWG},
    {"csisolatin6", CS_ISO_8859_10, WHATWG},
    {"csisolatin9", CS_ISO_8859_15, WHATWG},
    {"csisolatinarabic", CS_ISO_8859_6, WHATWG},
    {"csisolatincyrillic", CS_ISO_8859_5, WHATWG},
    {"csisolatingreek", CS_ISO_8859_7, WHATWG},
    {"csisolatinhebrew", CS_ISO_8859_8, WHATWG},
    {"cskoi8r", CS_KOI8_R, WHATWG},
    {"csksc56011987", CS_EUC_KR, WHATWG},
    {"csmacintosh", CS_MACINTOSH, WHATWG},
    {"csshiftjis", CS_SHIFT_JIS, WHATWG},
    {"csucs2", CS_UTF_16LE, MAIL},
    {"csucs4", CS_UTF_32BE, MAIL},
    {"csunicode", CS_UTF_16LE, WHATWG},
    {"csunicode11utf7", CS_UTF_7, MAIL},
    {"csutf7", CS_UTF_7, MAIL},
    {"cswindows1250", CS_WINDOWS_1250, MAIL},
    {"cswindows1251", CS_WINDOWS_1251, MAIL},
    {"cswindows1252", CS_WINDOWS_1252, MAIL},
    {"cswindows31j", CS_SHIFT_JIS, MAIL},
    {"cswindows936", CS_GBK, MAIL},
    {"cyrillic", CS_ISO_8859_5, WHATWG},
    {"dos-874", CS_WINDOWS_874, WHATWG},
    {"ecma-114", CS_ISO_8859_6, WHATWG},
    {"ecma-118", CS_ISO_8859_7, WHATWG},
    {"elot_928", CS_ISO_8859_7, WHATWG},
    {"euc-cn", CS_GBK, MAIL},
    {"euc-jp", CS_EUC_JP, WHATWG},
    {"euc-kr", CS_EUC_KR, WHATWG},
    {"euc-tw", CS_EUC_TW, MAIL},
    {"euc_jp", CS_EUC_JP, MAIL},
    {"euc_tw", CS_EUC_TW, MAIL},
    {"euccn", CS_GBK, MAIL},
    {"eucjp", CS_EUC_JP, MAIL},
    {"eucjp-ms", CS_EUC_JP, MAIL},
    {"eucjp-win", CS_EUC_JP, MAIL},
    {"eucjpms", CS_EUC_JP, MAIL},
    {"euckr", CS_EUC_KR, MAIL},
    {"euctw", CS_EUC_TW, MAIL},
    {"gb-18030", CS_GB18030, MAIL},
    {"gb-2312", CS_GBK, MAIL},
    {"gb18030", CS_GB18030, WHATWG},
    {"gb18030-2000", CS_GB18030, MAIL},
    {"gb18030-2005", CS_GB18030, MAIL},
    {"gb18030-2022", CS_GB18030, MAIL},
    {"gb2312", CS_GBK, WHATWG},
    {"gb2312-80", CS_GBK, MAIL},
    {"gb_18030", CS_GB18030, MAIL},
    {"gb_2312", CS_GBK, WHATWG},
    {"gb_2312-80", CS_GBK, WHATWG},
    {"gbk", CS_GBK, WHATWG},
    {"greek", CS_ISO_8859_7, WHATWG},
    {"greek8", CS_ISO_8859_7, WHATWG},
    {"hebrew", CS_ISO_8859_8, WHATWG},
    {"hz", CS_HZ_GB_2312, MAIL},
    {"hz-gb-2312", CS_HZ_GB_2312, MAIL},
    {"hz-gb2312", CS_HZ_GB_2312, MAIL},
    {"hzgb2312", CS_HZ_GB_2312, MAIL},
    {"ibm-943", CS_SHIFT_JIS, MAIL},
    {"ibm819", CS_WINDOWS_1252, WHATWG},
    {"ibm866", CS_IBM866, WHATWG},
    {"ibm943", CS_SHIFT_JIS, MAIL},
    {"iso-10646-ucs-2", CS_UTF_16LE, WHATWG},
    {"iso-10646-ucs-4", CS_UTF_32BE, MAIL},
    {"iso-2022-jp", CS_ISO_2022_JP, WHATWG},
    {"iso-2022-jp-1", CS_ISO_2022_JP, MAIL},
    {"iso-2022-jp-2", CS_ISO_2022_JP, MAIL},
    {"iso-2022-jp-ext", CS_ISO_2022_JP, MAIL},
    {"iso-2022-jp-ms", CS_ISO_2022_JP, MAIL},
    {"iso-2022-kr", CS_ISO_2022_KR, MAIL},
    {"iso-2022jp", CS_ISO_2022_JP, MAIL},
    {"iso-2022kr", CS_ISO_2022_KR, MAIL},
    {"iso-8859-1", CS_WINDOWS_1252, WHATWG},
    {"iso-8859-10", CS_ISO_8859_10, WHATWG},
    {"iso-8859-11", CS_WINDOWS_874, WHATWG},
    {"iso-8859-13", CS_ISO_8859_13, WHATWG},
    {"iso-8859-14", CS_ISO_8859_14, WHATWG},
    {"iso-8859-15", CS_ISO_8859_15, WHATWG},
    {"iso-8859-16", CS_ISO_8859_16, WHATWG},
    {"iso-8859-2", CS_ISO_8859_2, WHATWG},
    {"iso-8859-3", CS_ISO_8859_3, WHATWG},
    {"iso-8859-4", CS_ISO_8859_4, WHATWG},
    {"iso-8859-5", CS_ISO_8859_5, WHATWG},
    {"iso-8859-6", CS_ISO_8859_6, WHATWG},
    {"iso-8859-6-e", CS_ISO_8859_6, WHATWG},
    {"iso-8859-6-i", CS_ISO_8859_6, WHATWG},
    {"iso-8859-7", CS_ISO_8859_7, WHATWG},
    {"iso-8859-8", CS_ISO_8859_8, WHATWG},
    {"iso-8859-8-e", CS_ISO_8859_8, WHATWG},
    {"iso-8859-8-i", CS_ISO_8859_8_I, WHATWG},
    {"iso-8859-9", CS_WINDOWS_1254, WHATWG},
    {"iso-ir-100", CS_WINDOWS_1252, WHATWG},
    {"iso-ir-101", CS_ISO_8859_2, WHATWG},
    {"iso-ir-109", CS_ISO_8859_3, WHATWG},
    {"iso-ir-110", CS_ISO_8859_4, WHATWG},
    {"iso-ir-126", CS_ISO_8859_7, WHATWG},
    {"iso-ir-127", CS_ISO_8859_6, WHATWG},
    {"iso-ir-138", CS_ISO_8859_8, WHATWG},
    {"iso-ir-144", CS_ISO_8859_5, WHATWG},
    {"iso-ir-148", CS_WINDOWS_1254, WHATWG},
    {"iso-ir-149", CS_EUC_KR, WHATWG},
    {"iso-ir-157", CS_ISO_8859_10, WHATWG},
    {"iso-ir-58", CS_GBK, WHATWG},
    {"iso2022-jp", CS_ISO_2022_JP, MAIL},
    {"iso2022-kr", CS_ISO_2022_KR, MAIL},
    {"iso2022jp", CS_ISO_2022_JP, MAIL},
    {"iso2022kr", CS_ISO_2022_KR, MAIL},
    {"iso646-us", CS_WINDOWS_1252, MAIL},
    {"iso8859-1", CS_WINDOWS_1252, WHATWG},
    {"iso8859-10", CS_ISO_8859_10, WHATWG},
    {"iso8859-11", CS_WINDOWS_874, WHATWG},
    {"iso8859-13", CS_ISO_8859_13, WHATWG},
    {"iso8859-14", CS_ISO_8859_14, WHATWG},
    {"iso8859-15", CS_ISO_8859_15, WHATWG},
    {"iso8859-2", CS_ISO_8859_2, WHATWG},
    {"iso8859-3", CS_ISO_8859_3, WHATWG},
    {"iso8859-4", CS_ISO_8859_4, WHATWG},
    {"iso8859-5", CS_ISO_8859_5, WHATWG},
    {"iso8859-6", CS_ISO_8859_6, WHATWG},
    {"iso8859-7", CS_ISO_8859_7, WHATWG},
    {"iso8859-8", CS_ISO_8859_8, WHATWG},
    {"iso8859-9", CS_WINDOWS_1254, WHATWG},
    {"iso88591", CS_WINDOWS_1252, WHATWG},
    {"iso885910", CS_ISO_8859_10, WHATWG},
    {"iso885911", CS_WINDOWS_874, WHATWG},
    {"iso885913", CS_ISO_8859_13, WHATWG},
    {"iso885914", CS_ISO_8859_14, WHATWG},
    {"iso885915", CS_ISO_8859_15, WHATWG},
    {"iso88592", CS_ISO_8859_2, WHATWG},
    {"iso88593", CS_ISO_8859_3, WHATWG},
    {"iso88594", CS_ISO_8859_4, WHATWG},
    {"iso88595", CS_ISO_8859_5, WHATWG},
    {"iso88596", CS_ISO_8859_6, WHATWG},
    {"iso88597", CS_ISO_8859_7, WHATWG},
    {"iso88598", CS_ISO_8859_8, WHATWG},
    {"iso88599", CS_WINDOWS_1254, WHATWG},
    {"iso8859_1", CS_WINDOWS_1252, MAIL},
    {"iso8859_15", CS_ISO_8859_15, MAIL},
    {"iso_646.irv:1991", CS_WINDOWS_1252, MAIL},
    {"iso_8859-1", CS_WINDOWS_1252, WHATWG},
    {"iso_8859-15", CS_ISO_8859_15, WHATWG},
    {"iso_8859-1:1987", CS_WINDOWS_1252, WHATWG},
    {"iso_8859-2", CS_ISO_8859_2, WHATWG},
    {"iso_8859-2:1987", CS_ISO_8859_2, WHATWG},
    {"iso_8859-3", CS_ISO_8859_3, WHATWG},
    {"iso_8859-3:1988", CS_ISO_8859_3, WHATWG},
    {"iso_8859-4", CS_ISO_8859_4, WHATWG},
    {"iso_8859-4:1988", CS_ISO_8859_4, WHATWG},
    {"iso_8859-5", CS_ISO_8859_5, WHATWG},
    {"iso_8859-5:1988", CS_ISO_8859_5, WHATWG},
    {"iso_8859-6", CS_ISO_8859_6, WHATWG},
    {"iso_8859-6:1987", CS_ISO_8859_6, WHATWG},
    {"iso_8859-7", CS_ISO_8859_7, WHATWG},
    {"iso_8859-7:1987", CS_ISO_8859_7, WHATWG},
    {"iso_8859-8", CS_ISO_8859_8, WHATWG},
    {"iso_8859-8:1988", CS_ISO_8859_8, WHATWG},
    {"iso_8859-9", CS_WINDOWS_1254, WHATWG},
    {"iso_8859-9:1989", CS_WINDOWS_1254, WHATWG},
    {"jis", CS_ISO_2022_JP, MAIL},
    {"jis7", CS_ISO_2022_JP, MAIL},
    {"koi", CS_KOI8_R, WHATWG},
    {"koi8", CS_KOI8_R, WHATWG},
    {"koi8-r", CS_KOI8_R, WHATWG},
    {"koi8-ru", CS_KOI8_U, WHATWG},
    {"koi8-u", CS_KOI8_U, WHATWG},
    {"koi8_r", CS_KOI8_R, WHATWG},
    {"korean", CS_EUC_KR, WHATWG},
    {"ks_c-5601-1987", CS_EUC_KR, MAIL},
    {"ks_c_5601", CS_EUC_KR, MAIL},
    {"ks_c_5601-1987", CS_EUC_KR, WHATWG},
    {"ks_c_5601-1989", CS_EUC_KR, WHATWG},
    {"ks_c_5601-1992", CS_EUC_KR, MAIL},
    {"ksc5601", CS_EUC_KR, WHATWG},
    {"ksc5601-1987", CS_EUC_KR, MAIL},
    {"ksc5601-1992", CS_EUC_KR, MAIL},
    {"ksc_5601", CS_EUC_KR, WHATWG},
    {"l1", CS_WINDOWS_1252, WHATWG},
    {"l2", CS_ISO_8859_2, WHATWG},
    {"l3", CS_ISO_8859_3, WHATWG},
    {"l4", CS_ISO_8859_4, WHATWG},
    {"l5", CS_WINDOWS_1254, WHATWG},
    {"l6", CS_ISO_8859_10, WHATWG},
    {"l9", CS_ISO_8859_15, WHATWG},
    {"latin-1", CS_WINDOWS_1252, MAIL},
    {"latin-9", CS_ISO_8859_15, MAIL},
    {"latin1", CS_WINDOWS_1252, WHATWG},
    {"latin2", CS_ISO_8859_2, WHATWG},
    {"latin3", CS_ISO_8859_3, WHATWG},
    {"latin4", CS_ISO_8859_4, WHATWG},
    {"latin5", CS_WINDOWS_1254, WHATWG},
    {"latin6", CS_ISO_8859_10, WHATWG},
    {"latin9", CS_ISO_8859_15, MAIL},
    {"logical", CS_ISO_8859_8_I, WHATWG},
    {"mac", CS_MACINTOSH, WHATWG},
    {"macintosh", CS_MACINTOSH, WHATWG},
    {"ms-ansi", CS_WINDOWS_1252, MAIL},
    {"ms-cyrl", CS_WINDOWS_1251, MAIL},
    {"ms-ee", CS_WINDOWS_1250, MAIL},
    {"ms874", CS_WINDOWS_874, MAIL},
    {"ms932", CS_SHIFT_JIS, WHATWG},
    {"ms936", CS_GBK, MAIL},
    {"ms949", CS_EUC_KR, MAIL},
    {"ms950", CS_BIG5, MAIL},
    {"ms950-hkscs", CS_BIG5, MAIL},
    {"ms950_hkscs", CS_BIG5, MAIL},
    {"ms_kanji", CS_SHIFT_JIS, WHATWG},
    {"mskanji", CS_SHIFT_JIS, MAIL},
    {"shift-jis", CS_SHIFT_JIS, WHATWG},
    {"shift_jis", CS_SHIFT_JIS, WHATWG},
    {"shift_jis-ms", CS_SHIFT_JIS, MAIL},
    {"shiftjis", CS_SHIFT_JIS, MAIL},
    {"sjis", CS_SHIFT_JIS, WHATWG},
    {"sjis-win", CS_SHIFT_JIS, MAIL},
    {"sun_eu_greek", CS_ISO_8859_7, WHATWG},
    {"tis-620", CS_WINDOWS_874, WHATWG},
    {"tis620", CS_WINDOWS_874, MAIL},
    {"ucs-2", CS_UTF_16LE, WHATWG},
    {"ucs-2be", CS_UTF_16BE, MAIL},
    {"ucs-2le", CS_UTF_16LE, MAIL},
    {"ucs-4", CS_UTF_32BE, MAIL},
    {"ucs-4be", CS_UTF_32BE, MAIL},
    {"ucs-4le", CS_UTF_32LE, MAIL},
    {"uhc", CS_EUC_KR, MAIL},
    {"ujis", CS_EUC_JP, MAIL},
    {"unicode", CS_UTF_16LE, WHATWG},
    {"unicode-1-1-big", CS_UTF_16BE, MAIL},
    {"unicode-1-1-utf-7", CS_UTF_7, MAIL},
    {"unicode-1-1-utf-8", CS_UTF_8, WHATWG},
    {"unicode-2-0-utf-7", CS_UTF_7, MAIL},
    {"unicode11utf8", CS_UTF_8, WHATWG},
    {"unicode20utf8", CS_UTF_8, WHATWG},
    {"unicodefeff", CS_UTF_16LE, WHATWG},
    {"unicodefffe", CS_UTF_16BE, WHATWG},
    {"us", CS_WINDOWS_1252, MAIL},
    {"us-ascii", CS_WINDOWS_1252, WHATWG},
    {"us_ascii", CS_WINDOWS_1252, MAIL},
    {"usascii", CS_WINDOWS_1252, MAIL},
    {"utf-16", CS_UTF_16LE, WHATWG},
    {"utf-16-le", CS_UTF_16LE, MAIL},
    {"utf-16be", CS_UTF_16BE, WHATWG},
    {"utf-16le", CS_UTF_16LE, WHATWG},
    {"utf-32", CS_UTF_32BE, MAIL},
    {"utf-32be", CS_UTF_32BE, MAIL},
    {"utf-32le", CS_UTF_32LE, MAIL},
    {"utf-7", CS_UTF_7, MAIL},
    {"utf-8", CS_UTF_8, WHATWG},
    {"utf-8-mac", CS_UTF_8, MAIL},
    {"utf16", CS_UTF_16LE, MAIL},
    {"utf16be", CS_UTF_16BE, MAIL},
    {"utf16le", CS_UTF_16LE, MAIL},
    {"utf32", CS_UTF_32BE, MAIL},
    {"utf32be", CS_UTF_32BE, MAIL},
    {"utf32le", CS_UTF_32LE, MAIL},
    {"utf7", CS_UTF_7, MAIL},
    {"utf8", CS_UTF_8, WHATWG},
    {"utf8mb4", CS_UTF_8, MAIL},
    {"utf_8", CS_UTF_8, MAIL},
    {"visual", CS_ISO_8859_8, WHATWG},
    {"win-1251", CS_WINDOWS_1251, MAIL},
    {"win1251", CS_WINDOWS_1251, MAIL},
    {"windows-1250", CS_WINDOWS_1250, WHATWG},
    {"windows-1251", CS_WINDOWS_1251, WHATWG},
    {"windows-1252", CS_WINDOWS_1252, WHATWG},
    {"windows-1253", CS_WINDOWS_1253, WHATWG},
    {"windows-1254", CS_WINDOWS_1254, WHATWG},
    {"windows-1255", CS_WINDOWS_1255, WHATWG},
    {"windows-1256", CS_WINDOWS_1256, WHATWG},
    {"windows-1257", CS_WINDOWS_1257, WHATWG},
    {"windows-1258", CS_WINDOWS_1258, WHATWG},
    {"windows-31j", CS_SHIFT_JIS, WHATWG},
    {"windows-54936", CS_GB18030, MAIL},
    {"windows-65001", CS_UTF_8, MAIL},
    {"windows-874", CS_WINDOWS_874, WHATWG},
    {"windows-932", CS_SHIFT_JIS, MAIL},
    {"windows-936", CS_GBK, MAIL},
    {"windows-949", CS_EUC_KR, WHATWG},
    {"windows-949-2000", CS_EUC_KR, MAIL},
    {"windows-950", CS_BIG5, MAIL},
    {"windows1250", CS_WINDOWS_1250, MAIL},
    {"windows1251", CS_WINDOWS_1251, MAIL},
    {"windows1252", CS_WINDOWS_1252, MAIL},
    {"x-ascii", CS_WINDOWS_1252, MAIL},
    {"x-big5", CS_BIG5, MAIL},
    {"x-big5-hkscs", CS_BIG5, MAIL},
    {"x-cns11643", CS_EUC_TW, MAIL},
    {"x-cp1250", CS_WINDOWS_1250, WHATWG},
    {"x-cp1251", CS_WINDOWS_1251, WHATWG},
    {"x-cp1252", CS_WINDOWS_1252, WHATWG},
    {"x-cp1253", CS_WINDOWS_1253, WHATWG},
    {"x-cp1254", CS_WINDOWS_1254, WHATWG},
    {"x-cp1255", CS_WINDOWS_1255, WHATWG},
    {"x-cp1256", CS_WINDOWS_1256, WHATWG},
    {"x-cp1257", CS_WINDOWS_1257, WHATWG},
    {"x-cp1258", CS_WINDOWS_1258, WHATWG},
    {"x-cp936", CS_GBK, MAIL},
    {"x-cp950", CS_BIG5, MAIL},
    {"x-euc-cn", CS_GBK, MAIL},
    {"x-euc-jp", CS_EUC_JP, WHATWG},
    {"x-euc-kr", CS_EUC_KR, MAIL},
    {"x-euc-tw", CS_EUC_TW, MAIL},
    {"x-eucjp", CS_EUC_JP, MAIL},
    {"x-gb18030", CS_GB18030, MAIL},
    {"x-gb2312", CS_GBK, MAIL},
    {"x-gbk", CS_GBK, WHATWG},
    {"x-hz-gb-2312", CS_HZ_GB_2312, MAIL},
    {"x-iso-2022-jp", CS_ISO_2022_JP, MAIL},
    {"x-iso-8859-1", CS_WINDOWS_1252, MAIL},
    {"x-mac-chinesesimp", CS_GBK, MAIL},
    {"x-mac-chinesetrad", CS_BIG5, MAIL},
    {"x-mac-cyrillic", CS_X_MAC_CYRILLIC, WHATWG},
    {"x-mac-roman", CS_MACINTOSH, WHATWG},
    {"x-mac-ukrainian", CS_X_MAC_CYRILLIC, WHATWG},
    {"x-ms-cp932", CS_SHIFT_JIS, MAIL},
    {"x-ms950-hkscs", CS_BIG5, MAIL},
    {"x-shift-jis", CS_SHIFT_JIS, MAIL},
    {"x-shift_jis", CS_SHIFT_JIS, MAIL},
    {"x-sjis", CS_SHIFT_JIS, WHATWG},
    {"x-uhc", CS_EUC_KR, MAIL},
    {"x-unicode-1-1-utf-7", CS_UTF_7, MAIL},
    {"x-unicode-2-0-utf-7", CS_UTF_7, MAIL},
    {"x-unicode20utf8", CS_UTF_8, WHATWG},
    {"x-user-defined", CS_X_USER_DEFINED, WHATWG},
    {"x-utf-16be", CS_UTF_16BE, MAIL},
    {"x-utf-16le", CS_UTF_16LE, MAIL},
    {"x-utf-8", CS_UTF_8, MAIL},
    {"x-utf8", CS_UTF_8, MAIL},
    {"x-windows-874", CS_WINDOWS_874, MAIL},
    {"x-windows-936", CS_GBK, MAIL},
    {"x-windows-949", CS_EUC_KR, MAIL},
    {"x-windows-950", CS_BIG5, MAIL},
    {"x-x-big5", CS_BIG5, WHATWG},
};

static gboolean
is_blank(char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';
}

/* Index in labels, or -1. */
static int
label_search(const char *label)
{
  size_t low = 0, high = G_N_ELEMENTS(labels);
  while (low < high) {
    const size_t mid = low + (high - low) / 2;
    const int order = strcmp(label, labels[mid].label);
    if (order == 0)
      return (int)mid;
    if (order < 0)
      high = mid;
    else
      low = mid + 1;
  }
  return -1;
}

enum { LONGEST = 32 };

/* Lower case, without blanks around it. FALSE if it is none that anybody has. */
static gboolean
label_normal(const char *label, size_t len, char lower[LONGEST])
{
  while (len > 0 && is_blank(label[len - 1]))
    len--;
  while (len > 0 && is_blank(*label))
    label++, len--;
  if (len == 0 || len >= LONGEST || memchr(label, 0, len) != NULL)
    return FALSE;
  for (size_t i = 0; i < len; i++)
    lower[i] = g_ascii_tolower(label[i]);
  lower[len] = 0;
  return TRUE;
}

const Charset *
charset_find(const char *label, size_t len)
{
  char lower[LONGEST];
  if (!label_normal(label, len, lower))
    return NULL;
  const int i = label_search(lower);
  return i < 0 ? charset_ebcdic_find(lower) : &charsets[labels[i].charset];
}

const Charset *
charset_by_index(unsigned i)
{
  return i < G_N_ELEMENTS(charsets) ? &charsets[i]
                                    : charset_ebcdic_page(i - (unsigned)G_N_ELEMENTS(charsets));
}

unsigned
charset_index(const Charset *charset)
{
  if (charset->kind == CHARSET_EBCDIC)
    return (unsigned)G_N_ELEMENTS(charsets) + charset_ebcdic_index(charset);
  return (unsigned)(charset - charsets);
}

const char *
charset_from_label(const char *label, size_t len)
{
  const Charset *charset = charset_find(label, len);
  return charset == NULL ? NULL : charset->name;
}

const char *
charset_from_meta_label(const char *label, size_t len)
{
  char lower[LONGEST];
  const int i = label_normal(label, len, lower) ? label_search(lower) : -1;
  if (i < 0 || labels[i].origin != WHATWG)
    return NULL;
  switch (labels[i].charset) {
  case CS_UTF_16LE:
  case CS_UTF_16BE:
    return charsets[CS_UTF_8].name;
  case CS_X_USER_DEFINED:
    return charsets[CS_WINDOWS_1252].name;
  default:
    return charsets[labels[i].charset].name;
  }
}

gboolean
charset_is_ascii_based(const char *name)
{
  const Charset *charset = name == NULL ? NULL : charset_find(name, strlen(name));
  if (charset == NULL)
    return FALSE;
  switch (charset->kind) {
  case CHARSET_UTF8:
  case CHARSET_SINGLE:
  case CHARSET_DOUBLE:
  case CHARSET_GB18030:
  case CHARSET_SHIFT_JIS:
  case CHARSET_EUC_JP:
  case CHARSET_EUC_TW:
    return TRUE;
  default:
    return FALSE;
  }
}
