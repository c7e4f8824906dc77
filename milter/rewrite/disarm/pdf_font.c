/* pdf_font.c - codes to characters as viewers do who look for addresses in what a page shows: by
 * ToUnicode where it says something of a code, else by the encoding. Of encodings the ASCII part
 * matters, and that all of them share; of other scripts only that it is one. A code of two bytes of
 * which nothing is said is taken for a character, as viewers do. */
#include "pdf_font.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "pdf_content.h"
#include "utf16.h"

#define IDEOGRAPH "\xe4\xb8\x80" /* 一: some character of such a script */
#define OTHER     "\xef\xbf\xbd"

/* How long a code is. */
typedef enum codes {
  CODES_ONE,
  CODES_TWO,
  CODES_LEAD,     /* two where the first byte is not ASCII */
  CODES_LEAD_JIS, /* the same, but half-width Katakana are one */
  CODES_RANGES    /* as the font's CMap says */
} Codes;

/* What a code of two bytes is by itself. */
typedef enum meaning { MEANS_NOTHING, MEANS_ASCII, MEANS_UNICODE } Meaning;

typedef struct code_range {
  unsigned len, low, high;
} CodeRange;

/* Codes that mean characters in a row, kept as such if they are many: all there are, as a rule. */
typedef struct wide_range {
  guint32 low, high;
  gunichar first;
} WideRange;
#define WIDE      1000
#define MOST_WIDE 16

struct pdf_font {
  gboolean composite, vertical;
  Codes codes;
  Meaning meaning;
  GArray *ranges;                 /* CodeRange */
  GArray *wide;                   /* WideRange: ToUnicode, where the next two have nothing */
  GHashTable *chars;              /* code ─▶ character: ToUnicode, as nearly always */
  GHashTable *texts;              /* code ─▶ UTF-8: what it has otherwise */
  GHashTable *glyphs;             /* code ─▶ UTF-8: Differences */
  GHashTable *widths;             /* code ─▶ width in 1/64 units */
  unsigned ascii_from, half_from; /* codes of two rows of ASCII in an Adobe collection; 0: none */
  double width, unit;
  gboolean monospaced;
  unsigned *room;
  char shown[8];
};

PdfFont *
pdf_font_new(gboolean composite, unsigned *room)
{
  PdfFont *font = g_new0(PdfFont, 1);

  font->room = room;
  font->composite = composite;
  font->codes = composite ? CODES_TWO : CODES_ONE;
  font->meaning = composite ? MEANS_NOTHING : MEANS_ASCII;
  font->ranges = g_array_new(FALSE, FALSE, sizeof(CodeRange));
  font->wide = g_array_new(FALSE, FALSE, sizeof(WideRange));
  font->chars = g_hash_table_new(NULL, NULL);
  font->texts = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  font->glyphs = g_hash_table_new_full(NULL, NULL, NULL, g_free);
  font->widths = g_hash_table_new(NULL, NULL);
  font->width = composite ? 1000 : -1;
  font->unit = 0.001;
  return font;
}

void
pdf_font_free(PdfFont *font)
{
  if (!font)
    return;
  g_array_unref(font->ranges);
  g_array_unref(font->wide);
  g_hash_table_unref(font->chars);
  g_hash_table_unref(font->texts);
  g_hash_table_unref(font->glyphs);
  g_hash_table_unref(font->widths);
  g_free(font);
}

/* --- encodings --- */

void
pdf_font_set_base(PdfFont *font, const char *name)
{
  font->monospaced = strstr(name, "Courier") != NULL;
}

static gboolean
has_any(const char *name, const char *const *words)
{
  for (; *words; words++)
    if (strstr(name, *words))
      return TRUE;
  return FALSE;
}

void
pdf_font_set_encoding(PdfFont *font, const char *name)
{
  static const char *const unicode[] = {"UCS2", "UTF16", NULL};
  static const char *const lead[] = {"GBK", "GBpc", "EUC", "B5", "ETen", "HKscs", "KSC", NULL};

  if (!font->composite)
    return;
  font->vertical = g_str_has_suffix(name, "-V") || strcmp(name, "V") == 0;
  if (has_any(name, unicode)) {
    font->meaning = MEANS_UNICODE;
  } else if (strstr(name, "RKSJ") || has_any(name, lead)) {
    font->codes = strstr(name, "RKSJ") ? CODES_LEAD_JIS : CODES_LEAD;
    font->meaning = MEANS_ASCII;
  }
}

/* Those of the ordinary and of half width begin with a space. */
void
pdf_font_set_collection(PdfFont *font, const char *ordering)
{
  static const struct {
    const char *ordering;
    unsigned half;
  } collections[] = {{"GB1", 814}, {"CNS1", 13648}, {"Japan1", 231}, {"Korea1", 8094}};

  for (size_t i = 0; i < G_N_ELEMENTS(collections); i++)
    if (strcmp(ordering, collections[i].ordering) == 0) {
      font->ascii_from = 1;
      font->half_from = collections[i].half;
    }
}

static const char *
show(PdfFont *font, gunichar c)
{
  font->shown[g_unichar_to_utf8(g_unichar_validate(c) && c != 0 ? c : 0xfffd, font->shown)] = '\0';
  return font->shown;
}

/* --- CMaps: PostScript, which is read like a content stream --- */

static guint32
code_of(const PdfToken *token)
{
  guint32 code = 0;

  for (size_t i = 0; i < token->len && i < 4; i++)
    code = code << 8 | (unsigned char)token->bytes[i];
  return code;
}

void
pdf_font_set_codes(PdfFont *font, const unsigned char *cmap, size_t len)
{
  g_autoptr(PdfContent) content = pdf_content_new(cmap, len);
  const PdfOperator *op;

  while ((op = pdf_content_next(content)) != NULL) {
    if (op->count > 1 && strcmp(op->name, "def") == 0 &&
        g_strcmp0(op->operands[op->count - 2].bytes, "WMode") == 0)
      font->vertical = op->operands[op->count - 1].number == 1;
    if (strcmp(op->name, "endcodespacerange") != 0)
      continue;
    for (unsigned i = 0; i + 1 < op->count && font->ranges->len < 256; i += 2) {
      const PdfToken *low = &op->operands[i], *high = low + 1;
      CodeRange range = {(unsigned)low->len, code_of(low), code_of(high)};

      if (low->kind == PDF_STRING && high->kind == PDF_STRING && range.len >= 1 && range.len <= 4)
        g_array_append_val(font->ranges, range);
    }
  }
  if (font->ranges->len > 0)
    font->codes = CODES_RANGES;
}

static gboolean
take_room(PdfFont *font)
{
  if (*font->room == 0)
    return FALSE;
  (*font->room)--;
  return TRUE;
}

static gboolean
is_one_char(const PdfToken *text)
{
  return text->len == 2 && !utf16_is_high(code_of(text)) && !utf16_is_low(code_of(text));
}

static gunichar
char_further(gunichar first, guint32 more)
{
  return more < 0x110000 && g_unichar_validate(first + more) ? first + more : 0xfffd;
}

/* What a code means; the last character is so many further. */
static void
set_text(PdfFont *font, guint32 code, const PdfToken *text, guint32 more)
{
  g_autofree char *utf8 =
      text->len == 1 ? NULL
                     : utf16_decode_lossy((const unsigned char *)text->bytes, text->len, UTF16_BE);
  GString *out = g_string_new(utf8);

  if (text->len == 1)
    g_string_append_unichar(out, (unsigned char)text->bytes[0]);
  if (more > 0) {
    const char *last = out->len > 0 ? g_utf8_prev_char(out->str + out->len) : out->str;
    const gunichar c = g_utf8_get_char(last) + more; /* a range may begin with U+0000 */

    g_string_truncate(out, (gsize)(last - out->str));
    g_string_append_unichar(out, g_unichar_validate(c) ? c : 0xfffd);
  }
  g_hash_table_insert(font->texts, GUINT_TO_POINTER(code), g_string_free(out, FALSE));
}

static gboolean
add_meaning(PdfFont *font, guint32 code, const PdfToken *text, guint32 more)
{
  const gunichar c = is_one_char(text) ? char_further(code_of(text), more) : 0;

  if (c != 0) {
    g_hash_table_insert(font->chars, GUINT_TO_POINTER(code), GUINT_TO_POINTER(c));
    if (g_hash_table_size(font->texts) > 0)
      g_hash_table_remove(font->texts, GUINT_TO_POINTER(code));
  } else {
    g_hash_table_remove(font->chars, GUINT_TO_POINTER(code));
    set_text(font, code, text, more);
  }
  return take_room(font);
}

static gboolean
add_chars(PdfFont *font, const PdfOperator *op)
{
  for (unsigned i = 0; i + 1 < op->count; i += 2)
    if (op->operands[i].kind == PDF_STRING && op->operands[i + 1].kind == PDF_STRING &&
        !add_meaning(font, code_of(&op->operands[i]), &op->operands[i + 1], 0))
      return FALSE;
  return !op->cut;
}

/* FALSE if it is not to be kept as one: where codes have a meaning already it must take the place
 * of that. */
static gboolean
add_wide(PdfFont *font, guint32 low, guint32 high, const PdfToken *text)
{
  const WideRange wide = {low, high, code_of(text)};

  if (high < low || high - low < WIDE || font->wide->len >= MOST_WIDE || !is_one_char(text) ||
      g_hash_table_size(font->chars) > 0 || g_hash_table_size(font->texts) > 0)
    return FALSE;
  g_array_append_val(font->wide, wide);
  return TRUE;
}

/* What a code means by the last of these ranges that has it; NULL if none has. */
static const char *
wide_text(PdfFont *font, guint32 code)
{
  for (guint i = font->wide->len; i-- > 0;) {
    const WideRange *wide = &g_array_index(font->wide, WideRange, i);

    if (code >= wide->low && code <= wide->high) {
      const gunichar c = char_further(wide->first, code - wide->low);

      return c != 0 ? show(font, c) : "";
    }
  }
  return NULL;
}

/* <first> <last> <text>, or <first> <last> [<text> ...]. */
static gboolean
add_ranges(PdfFont *font, const PdfOperator *op)
{
  for (unsigned i = 0; i + 2 < op->count; i++) {
    const PdfToken *low = &op->operands[i], *high = low + 1, *text = low + 2;
    const gboolean list = text->kind == PDF_OPEN;
    guint32 code = code_of(low);

    if (low->kind != PDF_STRING || high->kind != PDF_STRING)
      continue;
    i += 2 + list;
    if (!list && i < op->count && text->kind == PDF_STRING &&
        add_wide(font, code, code_of(high), text))
      continue;
    for (; code <= code_of(high) && i < op->count && op->operands[i].kind == PDF_STRING; code++) {
      if (!add_meaning(font, code, &op->operands[i], list ? 0 : code - code_of(low)))
        return FALSE;
      i += list;
      if (code == G_MAXUINT32)
        break;
    }
    while (list && i < op->count && op->operands[i].kind != PDF_CLOSE)
      i++;
  }
  return !op->cut;
}

gboolean
pdf_font_set_unicode(PdfFont *font, const unsigned char *cmap, size_t len)
{
  g_autoptr(PdfContent) content = pdf_content_new(cmap, len);
  const PdfOperator *op;
  gboolean whole = TRUE;

  while (whole && (op = pdf_content_next(content)) != NULL) {
    if (strcmp(op->name, "endbfchar") == 0)
      whole = add_chars(font, op);
    else if (strcmp(op->name, "endbfrange") == 0)
      whole = add_ranges(font, op);
  }
  return whole;
}

/* --- names of glyphs (the Adobe Glyph List, where it matters) --- */

static const struct {
  const char *name, *text;
} names[] = {
    {"space", " "},
    {"exclam", "!"},
    {"quotedbl", "\""},
    {"numbersign", "#"},
    {"dollar", "$"},
    {"percent", "%"},
    {"ampersand", "&"},
    {"quotesingle", "'"},
    {"quoteright", "'"},
    {"quoteleft", "'"},
    {"parenleft", "("},
    {"parenright", ")"},
    {"asterisk", "*"},
    {"plus", "+"},
    {"comma", ","},
    {"hyphen", "-"},
    {"minus", "-"},
    {"period", "."},
    {"slash", "/"},
    {"zero", "0"},
    {"one", "1"},
    {"two", "2"},
    {"three", "3"},
    {"four", "4"},
    {"five", "5"},
    {"six", "6"},
    {"seven", "7"},
    {"eight", "8"},
    {"nine", "9"},
    {"colon", ":"},
    {"semicolon", ";"},
    {"less", "<"},
    {"equal", "="},
    {"greater", ">"},
    {"question", "?"},
    {"at", "@"},
    {"bracketleft", "["},
    {"backslash", "\\"},
    {"bracketright", "]"},
    {"asciicircum", "^"},
    {"underscore", "_"},
    {"grave", "`"},
    {"braceleft", "{"},
    {"bar", "|"},
    {"braceright", "}"},
    {"asciitilde", "~"},
    {"fi", "fi"},
    {"fl", "fl"},
    {"ff", "ff"},
    {"ffi", "ffi"},
    {"ffl", "ffl"},
    {"nbspace", " "},
    {"nonbreakingspace", " "},
    {"sfthyphen", "-"},
    {"softhyphen", "-"},
    {"slashbig", "/"},
    {"fraction", "/"},
    {"onedotenleader", "."},
};

/* "uni002E", "u1F600"; 0 for no such name. */
static gunichar
coded_name(const char *name, size_t len)
{
  const size_t head = len >= 7 && strncmp(name, "uni", 3) == 0 ? 3 : 1;
  char *end = NULL;
  unsigned long c;

  if (name[0] != 'u' || len < head + 4 || len > head + 6)
    return 0;
  c = strtoul(name + head, &end, 16);
  return end >= name + head + 4 && c < 0x110000 && g_unichar_validate((gunichar)c) ? (gunichar)c
                                                                                   : 0;
}

static void
add_glyph_text(GString *out, const char *name, size_t len)
{
  const gunichar c = coded_name(name, len);

  if (len == 1 || c != 0) {
    g_string_append_unichar(out, c != 0 ? c : (unsigned char)*name);
    return;
  }
  for (size_t i = 0; i < G_N_ELEMENTS(names); i++)
    if (strlen(names[i].name) == len && strncmp(names[i].name, name, len) == 0) {
      g_string_append(out, names[i].text);
      return;
    }
  g_string_append(out, OTHER);
}

/* "f_i" is two, and what follows a dot is about looks: "period.tab". NULL for no glyph. */
static char *
glyph_text(const char *name)
{
  const size_t len = *name ? 1 + strcspn(name + 1, ".") : 0;
  GString *out;

  if (strcmp(name, ".notdef") == 0 || strcmp(name, ".null") == 0)
    return NULL;
  out = g_string_new(NULL);
  for (size_t at = 0; at < len;) {
    const size_t piece = MIN(strcspn(name + at, "_"), len - at);

    if (piece > 0)
      add_glyph_text(out, name + at, piece);
    at += piece + 1;
  }
  return g_string_free(out, FALSE);
}

void
pdf_font_set_glyph(PdfFont *font, unsigned code, const char *name)
{
  char *text = glyph_text(name);

  if (text)
    g_hash_table_insert(font->glyphs, GUINT_TO_POINTER(code & 0xff), text);
}

void
pdf_font_set_own_glyph(PdfFont *font, unsigned code, const char *name)
{
  g_autofree char *text = glyph_text(name);

  if (text && !strstr(text, OTHER))
    g_hash_table_insert(font->glyphs, GUINT_TO_POINTER(code & 0xff), g_steal_pointer(&text));
}

/* --- widths --- */

/* Of Helvetica, from the space on: near enough to others where a font brings none. */
static const guint16 usual_widths[] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584};

void
pdf_font_set_width(PdfFont *font, unsigned code, double width)
{
  if (width > -30000 && width < 30000 && take_room(font))
    g_hash_table_insert(font->widths, GUINT_TO_POINTER(code), GINT_TO_POINTER((int)(width * 64)));
}

void
pdf_font_set_default_width(PdfFont *font, double width)
{
  font->width = CLAMP(width, -30000, 30000);
}

void
pdf_font_set_unit(PdfFont *font, double unit)
{
  if (unit > 0 && unit <= 1)
    font->unit = unit;
}

static double
width_of(const PdfFont *font, unsigned code)
{
  void *width = NULL;

  if (font->vertical)
    return 1;
  if (g_hash_table_lookup_extended(font->widths, GUINT_TO_POINTER(code), NULL, &width))
    return GPOINTER_TO_INT(width) / 64.0 * font->unit;
  if (font->width >= 0)
    return font->width * font->unit;
  if (font->monospaced)
    return 0.6;
  return code >= ' ' && code < ' ' + G_N_ELEMENTS(usual_widths) ? usual_widths[code - ' '] / 1000.0
                                                                : 0.556;
}

/* --- strings --- */

gboolean
pdf_font_is_vertical(const PdfFont *font)
{
  return font->vertical;
}

/* Each byte lies between those of the range (9.7.6.2). */
static gboolean
range_has(const CodeRange *range, const unsigned char *bytes, size_t len)
{
  for (unsigned i = 0; i < range->len; i++) {
    const unsigned shift = 8 * (range->len - 1 - i);

    if (i >= len || bytes[i] < (range->low >> shift & 0xff) ||
        bytes[i] > (range->high >> shift & 0xff))
      return FALSE;
  }
  return TRUE;
}

static unsigned
ranged_len(const PdfFont *font, const unsigned char *bytes, size_t len)
{
  unsigned least = 4;

  for (guint i = 0; i < font->ranges->len; i++) {
    const CodeRange *range = &g_array_index(font->ranges, CodeRange, i);

    if (range_has(range, bytes, len))
      return range->len;
    least = MIN(least, range->len);
  }
  return least;
}

static unsigned
code_len(const PdfFont *font, const unsigned char *bytes, size_t len)
{
  switch (font->codes) {
  case CODES_TWO:
    return 2;
  case CODES_LEAD:
    return *bytes > 0x80 ? 2 : 1;
  case CODES_LEAD_JIS:
    return *bytes > 0x80 && (*bytes < 0xa0 || *bytes > 0xdf) ? 2 : 1;
  case CODES_RANGES:
    return ranged_len(font, bytes, len);
  case CODES_ONE:
  default:
    return 1;
  }
}

/* By the encoding alone. */
static const char *
encoded_text(PdfFont *font, unsigned code, unsigned len)
{
  if (font->meaning == MEANS_UNICODE)
    return show(font, code);
  if (font->meaning == MEANS_ASCII && len == 1)
    return code >= ' ' && code < 0x7f        ? show(font, code)
           : !font->composite && code > 0xa0 ? show(font, code)
           : code < ' '                      ? ""
                                             : OTHER;
  if (font->meaning == MEANS_ASCII)
    return IDEOGRAPH;
  if (font->half_from && code >= font->half_from && code < font->half_from + 95)
    return show(font, ' ' + code - font->half_from);
  if (font->ascii_from && code > 0)
    return code < 96 ? show(font, ' ' + code - font->ascii_from) : IDEOGRAPH;
  return code >= ' ' ? show(font, code) : ""; /* as if it were Unicode: nothing else is known */
}

PdfChar
pdf_font_char(PdfFont *font, const unsigned char *bytes, size_t len)
{
  PdfChar c = {.len = (unsigned)MIN(code_len(font, bytes, len), len)};
  gunichar plain;

  for (unsigned i = 0; i < c.len; i++)
    c.code = c.code << 8 | bytes[i];
  c.width = width_of(font, c.code);
  plain = GPOINTER_TO_UINT(g_hash_table_lookup(font->chars, GUINT_TO_POINTER(c.code)));
  c.text = plain ? show(font, plain) : g_hash_table_lookup(font->texts, GUINT_TO_POINTER(c.code));
  if (!c.text)
    c.text = wide_text(font, c.code);
  if (!c.text)
    c.text = g_hash_table_lookup(font->glyphs, GUINT_TO_POINTER(c.code));
  if (!c.text)
    c.text = encoded_text(font, c.code, c.len);
  return c;
}
