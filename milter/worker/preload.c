/* Found by strace of workers over whole corpora; a jailed worker says on the log what was missed.
 *   iconv      a module for each converter, loaded when it is first named: libclamav names the code
 *              pages of documents and of names in archives, GMime the charsets of header fields.
 *              An open converter keeps its module
 *   localtime  /etc/localtime; libclamav names its folders by the hour
 *   gettext    catalogues for words that nobody reads: there are none in the language "C" */
#include "preload.h"

#include <iconv.h>
#include <locale.h>
#include <time.h>

/* The code pages of libclamav 1.4's entconv.c and what is common in mail. */
static const char *const converters[] = {
    "UTF-7",         "UTF-16",       "UTF-16LE",     "UTF-16BE",     "UTF-32",
    "UTF-32LE",      "UTF-32BE",     "UCS-2",        "UCS-4",        "UCS-4LE",
    "UCS-4BE",       "ISO-10646",    "US-ASCII",     "ISO-8859-1",   "ISO-8859-2",
    "ISO-8859-3",    "ISO-8859-4",   "ISO-8859-5",   "ISO-8859-6",   "ISO-8859-7",
    "ISO-8859-8",    "ISO-8859-9",   "ISO-8859-10",  "ISO-8859-11",  "ISO-8859-13",
    "ISO-8859-14",   "ISO-8859-15",  "ISO-8859-16",  "WINDOWS-874",  "WINDOWS-1250",
    "WINDOWS-1251",  "WINDOWS-1252", "WINDOWS-1253", "WINDOWS-1254", "WINDOWS-1255",
    "WINDOWS-1256",  "WINDOWS-1257", "WINDOWS-1258", "KOI8-R",       "KOI8-U",
    "TIS-620",       "MACINTOSH",    "BIG5",         "BIG5-HKSCS",   "GB2312",
    "GBK",           "GB18030",      "EUC-CN",       "EUC-TW",       "ISO-2022-CN",
    "SHIFT_JIS",     "CP932",        "EUC-JP",       "ISO-2022-JP",  "ISO-2022-JP-2",
    "ISO-2022-JP-3", "EUC-KR",       "CP949",        "ISO-2022-KR",  "JOHAB",
    "IBM037",        "IBM273",       "IBM277",       "IBM278",       "IBM280",
    "IBM284",        "IBM285",       "IBM290",       "IBM297",       "IBM420",
    "IBM423",        "IBM424",       "IBM437",       "IBM500",       "IBM775",
    "IBM850",        "IBM852",       "IBM855",       "IBM857",       "IBM860",
    "IBM861",        "IBM863",       "IBM864",       "IBM865",       "CP866",
    "IBM869",        "IBM870",       "IBM871",       "CP875",        "IBM880",
    "IBM905",        "CP1025",       "IBM1026"};

struct preload {
  iconv_t from[G_N_ELEMENTS(converters)], to_utf16;
};

/* One that the C library lacks is not there for the library that asks for it, either. */
static iconv_t
open_converter(const char *to, const char *from)
{
  return iconv_open(to, from);
}

static void
close_converter(iconv_t converter)
{
  if (converter != (iconv_t)-1)
    iconv_close(converter);
}

Preload *
preload_new(void)
{
  Preload *preload = g_new0(Preload, 1);
  const time_t now = time(NULL);
  struct tm broken;

  for (size_t i = 0; i < G_N_ELEMENTS(converters); i++)
    preload->from[i] = open_converter("UTF-8//TRANSLIT", converters[i]);
  preload->to_utf16 = open_converter("UTF-16BE", "UCS-4LE");
  tzset();
  localtime_r(&now, &broken);
  setlocale(LC_MESSAGES, "C");
  return preload;
}

void
preload_free(Preload *preload)
{
  if (preload == NULL)
    return;
  for (size_t i = 0; i < G_N_ELEMENTS(converters); i++)
    close_converter(preload->from[i]);
  close_converter(preload->to_utf16);
  g_free(preload);
}
