/* charset_ebcdic.c - the code pages of mainframes, in which no letter has the byte that it has in
 * ASCII.
 *
 * Outlook and all that asks iconv read them; whoever does not sees noise. Labels are a number in
 * many dresses, or a country's. Pages that switch to pairs of bytes are read as their single ones,
 * which is enough for addresses. */
#include "charset.h"

#include <string.h>

static const Charset pages[] = {
#define PAGE(number)                                                                               \
  {                                                                                                \
    "ibm" #number, CHARSET_EBCDIC, TABLE_NONE, "IBM" #number                                       \
  }
    PAGE(037),  PAGE(273),  PAGE(277),  PAGE(278),  PAGE(280),  PAGE(284),  PAGE(285),  PAGE(290),
    PAGE(297),  PAGE(420),  PAGE(423),  PAGE(424),  PAGE(500),  PAGE(870),  PAGE(871),  PAGE(875),
    PAGE(880),  PAGE(905),  PAGE(918),  PAGE(1026), PAGE(1047), PAGE(1140), PAGE(1141), PAGE(1142),
    PAGE(1143), PAGE(1144), PAGE(1145), PAGE(1146), PAGE(1147), PAGE(1148), PAGE(1149),
#undef PAGE
};

/* Numbers that stand for a page above: pages of pairs, and Windows' own. */
static const struct {
  guint16 number, page;
} others[] = {
    {930, 290},   {933, 37},     {935, 37},    {937, 37},    {939, 37},    {1364, 37},
    {1371, 37},   {1388, 37},    {1390, 290},  {1399, 37},   {20273, 273}, {20277, 277},
    {20278, 278}, {20280, 280},  {20284, 284}, {20285, 285}, {20290, 290}, {20297, 297},
    {20420, 420}, {20423, 423},  {20424, 424}, {20833, 37},  {20871, 871}, {20880, 880},
    {20905, 905}, {20924, 1047}, {21025, 880},
};

static const struct {
  const char *country;
  guint16 page;
} countries[] = {
    {"ar1", 420},   {"ar2", 918}, {"be", 500}, {"ch", 500},      {"dk", 277},
    {"es", 284},    {"fi", 278},  {"fr", 297}, {"gb", 285},      {"gr", 423},
    {"he", 424},    {"is", 871},  {"it", 280}, {"jp-kana", 290}, {"no", 277},
    {"roece", 870}, {"se", 278},  {"tr", 905}, {"yu", 870},
};

static const Charset *
page_find(unsigned number)
{
  for (size_t i = 0; i < G_N_ELEMENTS(others); i++)
    if (others[i].number == number)
      number = others[i].page;
  for (size_t i = 0; i < G_N_ELEMENTS(pages); i++)
    if (g_ascii_strtoull(pages[i].name + 3, NULL, 10) == number)
      return &pages[i];
  return NULL;
}

/* "ebcdic-cp-us", "x-ebcdic-italy": of those that are not known the most common one. */
static const Charset *
country_find(const char *label)
{
  const char *country = strstr(label, "cp-");

  for (size_t i = 0; country != NULL && i < G_N_ELEMENTS(countries); i++)
    if (strcmp(countries[i].country, country + 3) == 0)
      return page_find(countries[i].page);
  return page_find(37);
}

const Charset *
charset_ebcdic_find(const char *label)
{
  static const char *const dresses[] = {"csibm", "ibm-",  "ibm",   "cp-",
                                        "cp",    "ccsid", "x-ibm", "x-cp"};
  char *end;

  if (g_str_has_prefix(label, "ebcdic") || g_str_has_prefix(label, "x-ebcdic"))
    return country_find(label);
  for (size_t i = 0; i < G_N_ELEMENTS(dresses); i++) {
    const char *number = label + strlen(dresses[i]);
    if (g_str_has_prefix(label, dresses[i]) && g_ascii_isdigit(*number)) {
      const guint64 value = g_ascii_strtoull(number, &end, 10);
      return *end == '\0' && value <= G_MAXUINT16 ? page_find((unsigned)value) : NULL;
    }
  }
  return NULL;
}

const Charset *
charset_ebcdic_page(unsigned i)
{
  return i < G_N_ELEMENTS(pages) ? &pages[i] : NULL;
}

unsigned
charset_ebcdic_index(const Charset *charset)
{
  return (unsigned)(charset - pages);
}
