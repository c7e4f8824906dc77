/* pdf_text.c - pages have no words, only characters at places. Viewers that make links of addresses
 * put them together each in its own way, so several readings are looked through:
 *
 *   - in the order of the stream, and line by line from left to right, where that differs;
 *   - with a blank wherever there is a gap, and without where the gap is so narrow that it may be
 *     kerning; then lines that end in a hyphen go on in the next one, too;
 *   - what is shown, and what the document says is meant (ActualText).
 *
 * What is found in one of them is killed in the characters themselves, and then all are looked
 * through again. */
#include "pdf_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "link.h"

/* In sizes of the font. Words are a quarter apart, or more than a tenth where lines are squeezed;
 * pairs of letters are moved by less. */
#define KERNING 0.1
#define BLANK   0.3
#define BACK    0.5 /* to the left by so much is a new beginning */
#define LINE    0.5 /* off the line by so much is another line */

/* Rounds of killing: each address has fewer places than that which stand for the same character. */
#define ROUNDS 6

typedef struct reading {
  gboolean narrow;             /* no blanks in narrow gaps, no line end behind a hyphen */
  gboolean told;               /* what is meant, in place of what is shown */
  gboolean ambiguous, telling; /* a narrow gap, or words that are told, have been met */
} Reading;

/* Where a character of a reading's text comes from. */
typedef struct origin {
  size_t at;
  PdfGlyph *glyph;
} Origin;

typedef struct words {
  GString *text;
  GArray *origins; /* Origin, in order */
} Words;

/* --- one reading --- */

static gboolean
ends_in(const Words *words, char c)
{
  return words->text->len > 0 && words->text->str[words->text->len - 1] == c;
}

/* What stands between two characters. */
static void
add_between(Words *words, const PdfGlyph *before, const PdfGlyph *glyph, Reading *reading)
{
  const double em = MAX(MAX(before->em, glyph->em), 1e-6),
               off = fabs((double)glyph->across - before->across) / em,
               gap = ((double)glyph->along - before->end) / em;

  if (before->turn != glyph->turn || !(off <= LINE)) {
    reading->ambiguous = reading->ambiguous || ends_in(words, '-');
    if (!reading->narrow || !ends_in(words, '-'))
      g_string_append_c(words->text, '\n');
  } else if (!(gap <= BLANK) || gap < -BACK) {
    g_string_append_c(words->text, ' ');
  } else if (gap > KERNING) {
    reading->ambiguous = TRUE;
    if (!reading->narrow)
      g_string_append_c(words->text, ' ');
  }
}

/* Is it the same again, a little aside? That makes letters bold. */
static gboolean
is_shadow(const PdfGlyphs *glyphs, const PdfGlyph *before, const PdfGlyph *glyph)
{
  return before->text_len == glyph->text_len && before->turn == glyph->turn &&
         memcmp(glyphs->text->str + before->text, glyphs->text->str + glyph->text,
                glyph->text_len) == 0 &&
         fabs((double)before->along - glyph->along) < KERNING * glyph->em &&
         fabs((double)before->across - glyph->across) < KERNING * glyph->em;
}

static void
add_glyph(Words *words, const PdfGlyphs *glyphs, PdfGlyph *glyph, const PdfGlyph *before,
          Reading *reading)
{
  Origin origin = {.glyph = glyph};

  if (before)
    add_between(words, before, glyph, reading);
  origin.at = words->text->len;
  g_string_append_len(words->text, glyphs->text->str + glyph->text, glyph->text_len);
  g_array_append_val(words->origins, origin);
}

/* The text of a reading, of glyphs in that order. */
static void
read_words(const PdfGlyphs *glyphs, PdfGlyph *const *order, guint count, Reading *reading,
           Words *words)
{
  const PdfGlyph *before = NULL;

  g_string_truncate(words->text, 0);
  g_array_set_size(words->origins, 0);
  for (guint i = 0; i < count; i++) {
    PdfGlyph *glyph = order[i];

    reading->telling = reading->telling || glyph->words;
    if (glyph->dead || glyph->text_len == 0 || (reading->told ? glyph->covered : glyph->words) ||
        (before && is_shadow(glyphs, before, glyph)))
      continue;
    add_glyph(words, glyphs, glyph, before, reading);
    before = glyph;
  }
}

/* --- killing --- */

/* Without these there is no address left. A slash in a path may stay. */
static gboolean
is_joint(gunichar c)
{
  static const gunichar joints[] = {'.', ':', '@', '\\', 0x3002, 0xff0e, 0xff61, 0xff1a, 0xff20};

  for (size_t i = 0; i < G_N_ELEMENTS(joints); i++)
    if (c == joints[i])
      return TRUE;
  return FALSE;
}

static gboolean
has_joint(const char *text, size_t len)
{
  for (const char *p = text; p < text + len; p = g_utf8_next_char(p))
    if (is_joint(g_utf8_get_char(p)))
      return TRUE;
  return FALSE;
}

static guint
origin_of(const Words *words, size_t at)
{
  guint low = 0, high = words->origins->len;

  while (low + 1 < high) {
    const guint middle = low + (high - low) / 2;

    if (g_array_index(words->origins, Origin, middle).at <= at)
      low = middle;
    else
      high = middle;
  }
  return low;
}

/* TRUE if something went. Where there is no joint all goes. */
static gboolean
kill_span(const PdfGlyphs *glyphs, const Words *words, Range span)
{
  const guint first = origin_of(words, span.off), count = words->origins->len;
  gboolean joints = FALSE, gone = FALSE;

  for (int all = 0; all < 2 && !gone; all++)
    for (guint i = first; i < count; i++) {
      const Origin *origin = &g_array_index(words->origins, Origin, i);
      PdfGlyph *glyph = origin->glyph;

      if (origin->at >= range_end(span))
        break;
      joints = has_joint(glyphs->text->str + glyph->text, glyph->text_len);
      if (!joints && !all && !glyph->words)
        continue;
      glyph->dead = TRUE;
      gone = TRUE;
    }
  return gone;
}

typedef struct search {
  const PdfGlyphs *glyphs;
  PdfTextVisit visit;
  void *data;
  Words words;
  gboolean whole, killed;
} Search;

/* TRUE if something was killed. */
static gboolean
search_words(Search *search)
{
  g_autoptr(GArray) links = links_new();
  gboolean killed = FALSE;

  if (!text_links((const unsigned char *)search->words.text->str, search->words.text->len, links))
    search->whole = FALSE;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (search->visit(search->data, link->target))
      killed = kill_span(search->glyphs, &search->words, link->span) || killed;
  }
  search->killed = search->killed || killed;
  return killed;
}

/* All readings of one order. */
static gboolean
search_order(Search *search, PdfGlyph *const *order, guint count)
{
  Reading reading = {0};
  gboolean killed = FALSE;

  for (int told = 0; told < 2 && (!told || reading.telling); told++)
    for (int narrow = 0; narrow < 2 && (!narrow || reading.ambiguous); narrow++) {
      reading.told = told;
      reading.narrow = narrow;
      read_words(search->glyphs, order, count, &reading, &search->words);
      killed = search_words(search) || killed;
    }
  return killed;
}

/* --- line by line --- */

static int
compare(double a, double b)
{
  return a < b ? -1 : a > b;
}

static int
compare_across(const void *a, const void *b)
{
  const PdfGlyph *x = *(PdfGlyph *const *)a, *y = *(PdfGlyph *const *)b;

  if (x->turn != y->turn)
    return x->turn < y->turn ? -1 : 1;
  return compare(y->across, x->across);
}

static int
compare_along(const void *a, const void *b)
{
  const PdfGlyph *x = *(PdfGlyph *const *)a, *y = *(PdfGlyph *const *)b;
  const int by_place = compare(x->along, y->along);

  return by_place ? by_place : x < y ? -1 : x > y;
}

static void
sort_lines(PdfGlyph **order, guint count)
{
  guint end;

  qsort(order, count, sizeof *order, compare_across);
  for (guint start = 0; start < count; start = end) {
    for (end = start + 1; end < count; end++) {
      const double em = MAX(MAX(order[end]->em, order[end - 1]->em), 1e-6);

      if (order[end]->turn != order[start]->turn ||
          !(order[end - 1]->across - order[end]->across <= LINE / 2 * em))
        break;
    }
    qsort(order + start, end - start, sizeof *order, compare_along);
  }
}

/* Nothing stands to the left of, or above, what came before? */
static gboolean
is_in_order(const PdfGlyphs *glyphs)
{
  for (guint i = 1; i < glyphs->glyphs->len; i++) {
    const PdfGlyph *before = &g_array_index(glyphs->glyphs, PdfGlyph, i - 1), *glyph = before + 1;
    const double em = MAX(MAX(before->em, glyph->em), 1e-6);

    if (glyph->turn != before->turn || glyph->across > before->across + LINE / 2 * em ||
        (glyph->across > before->across - LINE / 2 * em && glyph->along < before->along))
      return FALSE;
  }
  return TRUE;
}

/* --- all --- */

static void
search_rounds(Search *search)
{
  const PdfGlyphs *glyphs = search->glyphs;
  const guint count = glyphs->glyphs->len;
  g_autofree PdfGlyph **order = g_new(PdfGlyph *, count + 1), **lines = NULL;

  for (guint i = 0; i < count; i++)
    order[i] = &g_array_index(glyphs->glyphs, PdfGlyph, i);
  if (!is_in_order(glyphs)) {
    lines = g_memdup2(order, count * sizeof *order);
    sort_lines(lines, count);
  }
  for (unsigned round = 0;; round++) {
    gboolean killed = search_order(search, order, count);

    if (lines)
      killed = search_order(search, lines, count) || killed;
    if (!killed)
      return;
    if (round == ROUNDS) {
      search->whole = FALSE;
      return;
    }
  }
}

GBytes *
pdf_text_look(GBytes *content, PdfFontFind find, PdfTextVisit visit, void *data, unsigned *left,
              gboolean *whole)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  g_autoptr(PdfGlyphs) glyphs = pdf_glyphs_read(bytes, len, find, data, left);
  Search search = {glyphs, visit, data, {g_string_new(NULL), NULL}, glyphs->whole, FALSE};
  GBytes *out;

  search.words.origins = g_array_new(FALSE, FALSE, sizeof(Origin));
  search_rounds(&search);
  g_string_free(search.words.text, TRUE);
  g_array_unref(search.words.origins);
  *whole = *whole && search.whole;
  out = search.killed ? pdf_glyphs_write(glyphs, content) : g_bytes_ref(content);
  if (!out)
    *whole = FALSE;
  return out ? out : g_bytes_ref(content);
}
