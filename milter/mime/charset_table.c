/* charset_table.c - tables of characters, filled from the C library's converters.
 *
 * iconv is a large surface, and mail may name any of its 250 converters. So it never sees a byte of
 * a mail: each charset that we decode has a table, filled once by asking a named converter for
 * every code there is. Where browsers' meaning (WHATWG) differs from the converter's, a patch says
 * so; compared code by code with the standard's indexes, only 24 codes of GB18030 are left that it
 * calls private use, and the user-defined rows of Shift_JIS. Once built a table never changes, so
 * workers share the zygote's. */
#include "charset.h"

#include <iconv.h>
#include <string.h>

#define NO_CONVERTER ((iconv_t)-1)

static void
glyph_set(Glyph *g, gunichar c)
{
  char utf8[8] = {0};
  g_unichar_to_utf8(c, utf8);
  memcpy(g->utf8, utf8, 4);
}

static gunichar
glyph_char(const Glyph *g)
{
  char utf8[5] = {0};
  memcpy(utf8, g->utf8, 4);
  return g->utf8[0] == 0 ? 0 : g_utf8_get_char(utf8);
}

static iconv_t
converter_open(const char *name)
{
  return iconv_open("UTF-8", name);
}

static void
converter_close(iconv_t cd)
{
  if (cd != NO_CONVERTER)
    (void)iconv_close(cd);
}

/* The one character that these bytes are; all zeros if they are none, or several. */
static Glyph
convert_code(iconv_t cd, const guint8 *code, size_t len)
{
  Glyph glyph = {{0}};
  char in[4], out[16] = {0}, *from = in, *to = out;
  size_t from_left = len, to_left = sizeof out - 1;
  if (cd == NO_CONVERTER)
    return glyph;
  memcpy(in, code, len);
  (void)iconv(cd, NULL, NULL, NULL, NULL);
  if (iconv(cd, &from, &from_left, &to, &to_left) != 0 || from_left != 0)
    return glyph;
  if (iconv(cd, NULL, NULL, &to, &to_left) != 0)
    return glyph;
  if (g_utf8_strlen(out, -1) == 1 && to - out <= 4)
    memcpy(glyph.utf8, out, 4);
  return glyph;
}

typedef struct patch {
  const char *name;
  guint8 byte;
  guint16 c;
} Patch;

static const Patch single_patches[] = {
    {"koi8-u", 0xae, 0x045e},    {"koi8-u", 0xbe, 0x040e},         {"macintosh", 0xc6, 0x2206},
    {"macintosh", 0xf0, 0xf8ff}, {"x-mac-cyrillic", 0xff, 0x20ac}, {"windows-1255", 0xca, 0x05ba},
};

static gboolean
fill_single(const Charset *charset, Glyph *table)
{
  iconv_t cd = NO_CONVERTER;
  if (charset->converter != NULL && (cd = converter_open(charset->converter)) == NO_CONVERTER)
    return FALSE;
  const gboolean windows = g_str_has_prefix(charset->name, "windows-");
  for (unsigned i = 0; i < 128; i++) {
    const guint8 byte = (guint8)(0x80 + i);
    if (charset->converter == NULL)
      glyph_set(&table[i], 0xf780 + i);
    else
      table[i] = convert_code(cd, &byte, 1);
    if (windows && byte < 0xa0 && table[i].utf8[0] == 0)
      glyph_set(&table[i], byte); /* undefined means the control character */
  }
  for (size_t i = 0; i < G_N_ELEMENTS(single_patches); i++)
    if (strcmp(single_patches[i].name, charset->name) == 0)
      glyph_set(&table[single_patches[i].byte - 0x80], single_patches[i].c);
  converter_close(cd);
  return TRUE;
}

static gboolean
fill_ebcdic(const Charset *charset, guint16 *table)
{
  const iconv_t cd = converter_open(charset->converter);
  if (cd == NO_CONVERTER)
    return FALSE;
  for (unsigned i = 0; i < 256; i++) {
    const guint8 byte = (guint8)i;
    const Glyph g = convert_code(cd, &byte, 1);
    const gunichar c = glyph_char(&g);
    table[i] = c <= 0xffff ? (guint16)c : 0;
  }
  converter_close(cd);
  return TRUE;
}

/* Fills what is empty so far with what stands behind `prefix`. */
static gboolean
fill_pairs(Glyph *table, const char *converter, const guint8 *prefix, size_t prefix_len,
           gboolean private_use)
{
  const iconv_t cd = converter_open(converter);
  if (cd == NO_CONVERTER)
    return FALSE;
  guint8 code[4];
  if (prefix_len > 0)
    memcpy(code, prefix, prefix_len);
  for (unsigned lead = LEAD_MIN; lead <= LEAD_MAX; lead++) {
    for (unsigned trail = TRAIL_MIN; trail <= TRAIL_MAX; trail++) {
      Glyph *g = &table[pair_index((guint8)lead, (guint8)trail)];
      if (g->utf8[0] != 0)
        continue;
      code[prefix_len] = (guint8)lead;
      code[prefix_len + 1] = (guint8)trail;
      const Glyph found = convert_code(cd, code, prefix_len + 2);
      const gunichar c = glyph_char(&found);
      if (private_use || c < 0xe000 || c > 0xf8ff)
        *g = found;
    }
  }
  converter_close(cd);
  return TRUE;
}

static void
patch_pair(Glyph *table, unsigned code, gunichar c)
{
  glyph_set(&table[pair_index((guint8)(code >> 8), (guint8)code)], c);
}

typedef struct code_char {
  guint16 code, c;
} CodeChar;

/* Browsers read the first two rows as Microsoft does. The others are codes that early HKSCS gave to
 * characters of Big5 or its own, and that later editions dropped: old mail of Hong Kong has them.
 */
static const CodeChar big5_patches[] = {
    {0xa145, 0x2027}, {0xa14e, 0xfe51}, {0xa1c2, 0x00af}, {0xa1e3, 0xff5e}, {0xa1f2, 0x2295},
    {0xa1f3, 0x2299}, {0xa241, 0x2215}, {0xa242, 0xfe68}, {0xa244, 0xffe5}, {0xa246, 0xffe0},
    {0xa247, 0xffe1}, {0x8e69, 0x7bb8}, {0x8e6f, 0x7c06}, {0x8e7e, 0x7cce}, {0x8eab, 0x7dd2},
    {0x8eb4, 0x7e1d}, {0x8ecd, 0x8005}, {0x8ed0, 0x8028}, {0x8f57, 0x83c1}, {0x8f69, 0x84a8},
    {0x8f6e, 0x840f}, {0x8fcb, 0x89a6}, {0x8fcc, 0x89a9}, {0x8ffe, 0x8d77}, {0x906d, 0x90fd},
    {0x907a, 0x92b9}, {0x90dc, 0x975c}, {0x90f1, 0x97ff}, {0x91bf, 0x9f16}, {0x9244, 0x8503},
    {0x92af, 0x5159}, {0x92b0, 0x515b}, {0x92b1, 0x515d}, {0x92b2, 0x515e}, {0x92c8, 0x936e},
    {0x92d1, 0x7479}, {0x9447, 0x6d67}, {0x94ca, 0x799b}, {0x95d9, 0x9097}, {0x9644, 0x975d},
    {0x96ed, 0x701e}, {0x96fc, 0x5b28}, {0x9b76, 0x7201}, {0x9b78, 0x77d7}, {0x9b7b, 0x7e87},
    {0x9bc6, 0x99d6}, {0x9bde, 0x91d4}, {0x9bec, 0x60de}, {0x9bf6, 0x6fb6}, {0x9c42, 0x8f36},
    {0x9c53, 0x4fbb}, {0x9c62, 0x71df}, {0x9c68, 0x9104}, {0x9c6b, 0x9df0}, {0x9c77, 0x83cf},
    {0x9cbc, 0x5c10}, {0x9cbd, 0x79e3}, {0x9cd0, 0x5a67}, {0x9d57, 0x8f0b}, {0x9d5a, 0x7b51},
    {0x9dc4, 0x62d0}, {0x9ea9, 0x6062}, {0x9eef, 0x75f9}, {0x9efd, 0x6c4a}, {0x9f60, 0x9b2e},
    {0x9f66, 0x9f17}, {0x9fcb, 0x50ed}, {0x9fd8, 0x5f0c}, {0xa063, 0x880f}, {0xa077, 0x62ce},
    {0xa0d5, 0x7468}, {0xa0df, 0x7162}, {0xa0e4, 0x7250}, {0xc6cf, 0x5ef4}, {0xc6d3, 0x65e0},
    {0xc6d5, 0x7676}, {0xc6d7, 0x96b6}, {0xc6de, 0x3003}, {0xc6df, 0x4edd}, {0xfa5f, 0x5029},
    {0xfa66, 0x507d}, {0xfabd, 0x5305}, {0xfac5, 0x5344}, {0xfad5, 0x537f}, {0xfb48, 0x5605},
    {0xfbb8, 0x5a77}, {0xfbf3, 0x5e75}, {0xfbf9, 0x5ed0}, {0xfc4f, 0x5f58}, {0xfc6c, 0x60a4},
    {0xfcb9, 0x6490}, {0xfce2, 0x6674}, {0xfcf1, 0x675e}, {0xfdb7, 0x6c9c}, {0xfdb8, 0x6e1d},
    {0xfdbb, 0x6e2f}, {0xfdf1, 0x716e}, {0xfe52, 0x732a}, {0xfe6f, 0x745c}, {0xfeaa, 0x74e9},
    {0xfedd, 0x7809},
};

static gboolean
fill_big5(Glyph *table)
{
  /* HKSCS first; CP950 adds box drawings and the like that HKSCS leaves out. */
  if (!fill_pairs(table, "BIG5-HKSCS", NULL, 0, FALSE) ||
      !fill_pairs(table, "BIG5", NULL, 0, FALSE))
    return FALSE;
  for (size_t i = 0; i < G_N_ELEMENTS(big5_patches); i++)
    patch_pair(table, big5_patches[i].code, big5_patches[i].c);
  for (unsigned i = 0; i < 33; i++) /* pictures of control characters; U+2420 is not among them */
    patch_pair(table, 0xa3c0 + i, i < 32 ? 0x2400 + i : 0x2421);
  static const struct {
    guint8 trail, utf8[4];
  } twos[] = {
      {0x62, {0xc3, 0x8a, 0xcc, 0x84}}, /* U+00CA U+0304 */
      {0x64, {0xc3, 0x8a, 0xcc, 0x8c}}, /* U+00CA U+030C */
      {0xa3, {0xc3, 0xaa, 0xcc, 0x84}}, /* U+00EA U+0304 */
      {0xa5, {0xc3, 0xaa, 0xcc, 0x8c}}, /* U+00EA U+030C */
  };
  for (size_t i = 0; i < G_N_ELEMENTS(twos); i++)
    memcpy(&table[pair_index(0x88, twos[i].trail)], twos[i].utf8, 4);
  return TRUE;
}

/* JIS X 0208 with the extensions that windows-31j has: the same characters, counted otherwise. */
static gboolean
fill_euc_jp(Glyph *table)
{
  const Glyph *sjis = charset_double_table(TABLE_SHIFT_JIS);
  for (unsigned pointer = 0; pointer < 94 * 94; pointer++) {
    const unsigned lead = pointer / 188, trail = pointer % 188;
    const guint8 sjis_lead = (guint8)(lead + (lead < 0x1f ? 0x81 : 0xc1));
    const guint8 sjis_trail = (guint8)(trail + (trail < 0x3f ? 0x40 : 0x41));
    const guint8 euc_lead = (guint8)(pointer / 94 + 0xa1),
                 euc_trail = (guint8)(pointer % 94 + 0xa1);
    table[pair_index(euc_lead, euc_trail)] = sjis[pair_index(sjis_lead, sjis_trail)];
  }
  for (unsigned i = 0; i < 63; i++) /* half-width katakana */
    patch_pair(table, 0x8ea1 + i, 0xff61 + i);
  return TRUE;
}

static gboolean
fill_double(DoubleTable which, Glyph *table)
{
  switch (which) {
  case TABLE_BIG5:
    return fill_big5(table);
  case TABLE_GB18030:
    if (!fill_pairs(table, "GB18030", NULL, 0, TRUE))
      return FALSE;
    patch_pair(table, 0xa3a0, 0x3000);
    return TRUE;
  case TABLE_SHIFT_JIS:
    return fill_pairs(table, "CP932", NULL, 0, TRUE);
  case TABLE_EUC_KR:
    return fill_pairs(table, "UHC", NULL, 0, TRUE);
  case TABLE_EUC_JP:
    return fill_euc_jp(table);
  case TABLE_EUC_TW:
    return fill_pairs(table, "EUC-TW", NULL, 0, TRUE);
  case TABLE_JIS0212:
    return fill_pairs(table, "EUC-JP", (const guint8 *)"\x8f", 1, TRUE);
  case TABLE_CNS2:
    return fill_pairs(table, "EUC-TW", (const guint8 *)"\x8e\xa2", 2, TRUE);
  case TABLE_NONE:
  case N_TABLES:
    break;
  }
  return FALSE;
}

static gboolean
fill_gb_quads(guint16 *table)
{
  const iconv_t cd = converter_open("GB18030");
  if (cd == NO_CONVERTER)
    return FALSE;
  for (unsigned i = 0; i < GB_QUADS; i++) {
    const guint8 code[4] = {(guint8)(0x81 + i / 12600), (guint8)(0x30 + i / 1260 % 10),
                            (guint8)(0x81 + i / 10 % 126), (guint8)(0x30 + i % 10)};
    const Glyph g = convert_code(cd, code, 4);
    const gunichar c = glyph_char(&g);
    /* The converter leaves out 18 codes whose characters have a two-byte code as well. */
    if (c == 0 && i > 0)
      table[i] = (guint16)(table[i - 1] + 1);
    else
      table[i] = c <= 0xffff ? (guint16)c : 0;
  }
  converter_close(cd);
  return TRUE;
}

/* Where two codes mean the same character, Big5 must not be written with the codes of HKSCS that
 * plain Big5 readers lack, nor Shift_JIS with those of NEC's selection; otherwise the first. */
static gboolean
is_second_choice(DoubleTable which, unsigned code)
{
  if (which == TABLE_BIG5)
    return code < 0xa140 || code == 0xa2cc || code == 0xa2ce || (code >= 0xf9f9 && code < 0xf9ff);
  return which == TABLE_SHIFT_JIS && code >= 0xed40 && code <= 0xeffc;
}

/* Codes of characters: a table for the BMP, a hash for the few beyond it. */
typedef struct reverse {
  guint16 bmp[0x10000];
  GHashTable *beyond; /* code point to code */
} Reverse;

static void
reverse_add(Reverse *reverse, gunichar c, unsigned code)
{
  if (c <= 0xffff && reverse->bmp[c] == 0)
    reverse->bmp[c] = (guint16)code;
  else if (c > 0xffff && g_hash_table_lookup(reverse->beyond, GUINT_TO_POINTER(c)) == NULL)
    g_hash_table_insert(reverse->beyond, GUINT_TO_POINTER(c), GUINT_TO_POINTER(code));
}

static void
fill_reverse(DoubleTable which, Reverse *reverse)
{
  const Glyph *table = charset_double_table(which);
  reverse->beyond = g_hash_table_new(NULL, NULL);
  for (int second = 0; second <= 1; second++) {
    for (unsigned i = 0; i < PAIRS; i++) {
      const gunichar c = glyph_char(&table[i]);
      const gboolean two = which == TABLE_BIG5 && c < 0x100 && table[i].utf8[2] != 0;
      if (c != 0 && !two && is_second_choice(which, i + PAIR_MIN) == second)
        reverse_add(reverse, c, i + PAIR_MIN);
    }
  }
}

static void
fill_quad_codes(guint16 *codes)
{
  const guint16 *quads = charset_gb_quads();
  for (unsigned i = GB_QUADS; i-- > 0;)
    codes[quads[i]] = (guint16)(i + 1);
  codes[0] = 0;
}

/* Each slot is set once and then constant. */
static struct {
  gsize singles[64];
  gsize ebcdics[48];
  gsize doubles[N_TABLES];
  gsize reverses[N_TABLES];
  gsize gb_quads, gb_quad_codes;
  gsize failed; /* a converter was missing */
} slots;

static void
note_failure(gboolean ok)
{
  if (!ok)
    g_atomic_pointer_set(&slots.failed, 1);
}

const Glyph *
charset_single_table(const Charset *charset)
{
  const unsigned i = charset_index(charset);
  g_assert(i < G_N_ELEMENTS(slots.singles));
  if (g_once_init_enter(&slots.singles[i])) {
    Glyph *table = g_new0(Glyph, 128);
    note_failure(fill_single(charset, table));
    g_once_init_leave(&slots.singles[i], GPOINTER_TO_SIZE(table));
  }
  return GSIZE_TO_POINTER(slots.singles[i]);
}

const guint16 *
charset_ebcdic_table(const Charset *charset)
{
  const unsigned i = charset_ebcdic_index(charset);
  g_assert(i < G_N_ELEMENTS(slots.ebcdics));
  if (g_once_init_enter(&slots.ebcdics[i])) {
    guint16 *table = g_new0(guint16, 256);
    note_failure(fill_ebcdic(charset, table));
    g_once_init_leave(&slots.ebcdics[i], GPOINTER_TO_SIZE(table));
  }
  return GSIZE_TO_POINTER(slots.ebcdics[i]);
}

const Glyph *
charset_double_table(DoubleTable which)
{
  if (g_once_init_enter(&slots.doubles[which])) {
    Glyph *table = g_new0(Glyph, PAIRS);
    note_failure(fill_double(which, table));
    g_once_init_leave(&slots.doubles[which], GPOINTER_TO_SIZE(table));
  }
  return GSIZE_TO_POINTER(slots.doubles[which]);
}

const guint16 *
charset_gb_quads(void)
{
  if (g_once_init_enter(&slots.gb_quads)) {
    guint16 *table = g_new0(guint16, GB_QUADS);
    note_failure(fill_gb_quads(table));
    g_once_init_leave(&slots.gb_quads, GPOINTER_TO_SIZE(table));
  }
  return GSIZE_TO_POINTER(slots.gb_quads);
}

static const Reverse *
reverse_table(DoubleTable which)
{
  if (g_once_init_enter(&slots.reverses[which])) {
    Reverse *reverse = g_new0(Reverse, 1);
    fill_reverse(which, reverse);
    g_once_init_leave(&slots.reverses[which], GPOINTER_TO_SIZE(reverse));
  }
  return GSIZE_TO_POINTER(slots.reverses[which]);
}

unsigned
charset_double_code(DoubleTable which, gunichar c)
{
  const Reverse *reverse = reverse_table(which);
  if (c <= 0xffff)
    return reverse->bmp[c];
  return GPOINTER_TO_UINT(g_hash_table_lookup(reverse->beyond, GUINT_TO_POINTER(c)));
}

int
charset_gb_quad(gunichar c)
{
  if (g_once_init_enter(&slots.gb_quad_codes)) {
    guint16 *codes = g_new0(guint16, 0x10000);
    fill_quad_codes(codes);
    g_once_init_leave(&slots.gb_quad_codes, GPOINTER_TO_SIZE(codes));
  }
  const guint16 *codes = GSIZE_TO_POINTER(slots.gb_quad_codes);
  return c <= 0xffff ? codes[c] - 1 : -1;
}

gboolean
charset_preload(void)
{
  const Charset *charset;
  for (unsigned i = 0; (charset = charset_by_index(i)) != NULL; i++)
    if (charset->kind == CHARSET_SINGLE)
      (void)charset_single_table(charset);
    else if (charset->kind == CHARSET_EBCDIC)
      (void)charset_ebcdic_table(charset);
  for (DoubleTable which = TABLE_NONE + 1; which < N_TABLES; which++)
    (void)reverse_table(which);
  (void)charset_gb_quad(0x80);
  return g_atomic_pointer_get(&slots.failed) == 0;
}
