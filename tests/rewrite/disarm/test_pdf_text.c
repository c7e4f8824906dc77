/* Words that a PDF's page shows: which addresses are found in them, and what is left of the page
 * when they are to lead nowhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "bounds.h"
#include "pdf_text.h"

#define DRIVE "https://drive.google.com/x"

/* F1 is Helvetica, F2 has codes of two bytes whose meaning is a hundred hexadecimal less, F3 goes
 * down and means what GBK does, F4 has names for its codes, F5 the codes of Adobe's Chinese; of
 * those of F6 nothing is known but that they have two bytes. */
typedef struct fonts {
  PdfFont *fonts[6];
  unsigned room;
  GHashTable *found; /* addresses */
} Fonts;

static PdfFont *
find(void *data, const char *name, double *size)
{
  Fonts *fonts = data;

  if (size)
    *size = 12; /* G4 is a graphics state with F4 */
  return name[0] == (size ? 'G' : 'F') && name[1] >= '1' && name[1] <= '6'
             ? fonts->fonts[name[1] - '1']
             : NULL;
}

static void
fonts_init(Fonts *fonts)
{
  static const char cmap[] = "1 begincodespacerange <0000> <ffff> endcodespacerange\n"
                             "1 beginbfrange <0100> <0170> <0000> endbfrange\n"
                             "2 beginbfchar <0171> <0071> <01fb> <00660069> endbfchar\n"
                             "1 beginbfrange <0172> <0173> [<0072> <0073>] endbfrange\n"
                             "1 beginbfrange <0174> <017a> <0074> endbfrange";

  fonts->room = 10000;
  fonts->found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(fonts->fonts); i++)
    fonts->fonts[i] = pdf_font_new(i == 1 || i == 2 || i >= 4, &fonts->room);
  assert_true(pdf_font_set_unicode(fonts->fonts[1], (const unsigned char *)cmap, sizeof cmap - 1));
  pdf_font_set_default_width(fonts->fonts[1], 500);
  pdf_font_set_encoding(fonts->fonts[2], "GBK-EUC-V");
  pdf_font_set_glyph(fonts->fonts[3], 1, "period");
  pdf_font_set_glyph(fonts->fonts[3], 2, "uni003A");
  pdf_font_set_glyph(fonts->fonts[3], 3, "slash.alt");
  pdf_font_set_glyph(fonts->fonts[3], 4, "f_i");
  pdf_font_set_collection(fonts->fonts[4], "CNS1");
}

static void
fonts_clear(Fonts *fonts)
{
  for (guint i = 0; i < G_N_ELEMENTS(fonts->fonts); i++)
    pdf_font_free(fonts->fonts[i]);
  g_hash_table_unref(fonts->found);
}

static gboolean
note(void *data, const char *address)
{
  g_hash_table_add(((Fonts *)data)->found, g_strdup(address));
  return FALSE;
}

static gboolean
kill_all(void *data, const char *address)
{
  return TRUE;
}

/* Each once. */
static char *
sorted(GHashTable *found)
{
  g_autoptr(GList) keys = g_list_sort(g_hash_table_get_keys(found), (GCompareFunc)strcmp);
  GString *out = g_string_new(NULL);

  for (GList *key = keys; key; key = key->next)
    g_string_append_printf(out, "%s%s", out->len ? " " : "", (const char *)key->data);
  return g_string_free(out, FALSE);
}

/* What is found; one of several readings may have more of the address than another. */
static const struct {
  const char *label, *content, *want;
} cases[] = {
    {"words", "BT /F1 12 Tf (see " DRIVE " now) Tj ET", DRIVE},
    {"without a scheme", "BT /F1 12 Tf (see wa.me/85298765432) Tj ET", "wa.me/85298765432"},
    {"codes of two bytes of which nothing is said",
     "BT /F6 12 Tf <00770061002e006d0065002f00380035003200390038003700360035003400330032> Tj ET",
     "wa.me/85298765432"},
    {"the font of a graphics state", "/F2 9 Tf /G4 gs BT (see wa\\001me/85298765432) Tj ET",
     "wa.me/85298765432"},
    {"a graphics state without a font", "BT /F1 12 Tf /X1 gs (see wa.me/85298765432) Tj ET",
     "wa.me/85298765432"},
    {"nothing", "BT /F1 12 Tf (1.2 of e.g. this, a.m.) Tj ET", ""},
    {"kerning", "BT /F1 12 Tf [(https://dri)40(ve.goo)-30(gle.com/x)] TJ ET", DRIVE},
    {"a gap is a blank", "BT /F1 12 Tf [(https://drive.google.com)-400(/x)] TJ ET",
     "https://drive.google.com"},
    {"a gap that may be none", "BT /F1 12 Tf [(https://drive.google.com)-200(/x)] TJ ET",
     "https://drive.google.com " DRIVE},
    {"pieces side by side",
     "BT /F1 10 Tf 0 0 Td (https://) Tj ET BT /F1 10 Tf 1 0 0 1 30.1 0 Tm (drive.google.com/x) Tj "
     "ET",
     DRIVE},
    {"lines", "BT /F1 12 Tf 12 TL (https://drive.google.com/x) Tj (and) ' 3 0 (more) \" ET", DRIVE},
    {"a line that ends in a hyphen", "BT /F1 12 Tf 12 TL (https://drive-) Tj (in.google.com) ' ET",
     "https://drive- https://drive-in.google.com in.google.com"},
    {"set backwards",
     "BT /F1 10 Tf 1 0 0 1 30.1 0 Tm (drive.google.com/x) Tj 1 0 0 1 0 0 Tm (https://) Tj ET",
     "drive.google.com/x " DRIVE},
    {"bold by doubling", "BT /F1 10 Tf (w) Tj 0.2 0 Td (w) Tj 7.0 0 Td (ww.google.com) Tj ET",
     "www.google.com"},
    {"turned on its side", "q 0 1 -1 0 0 0 cm BT /F1 12 Tf (" DRIVE ") Tj ET Q", DRIVE},
    {"codes that a table explains",
     "BT /F2 12 Tf <016801740174017001730 13a012f012f> Tj <017701610 12e016d0165012f01fb> Tj ET",
     "https://wa.me/fi"},
    {"lines that go down", "BT /F3 12 Tf (\xbc\xfbhttps://wa.me/x\xd6\xd0) Tj ET",
     "https://wa.me/x"},
    {"names of glyphs", "BT /F4 12 Tf (https\2\3\3wa\1me\3of\4ce) Tj ET", "https://wa.me/office"},
    {"a collection of characters",
     "BT /F5 12 Tf <004900550055005100540 01b00100010> Tj <00580042000f004e0046> Tj ET",
     "https://wa.me"},
    {"what is meant",
     "BT /F1 12 Tf /Span <</ActualText (" DRIVE ")>> BDC (click here) Tj EMC ( now) Tj ET", DRIVE},
    {"a font that is not there", "BT /None 12 Tf (" DRIVE ") Tj ET", DRIVE},
    {"numbers that are none", "BT /F1 1e999 Tf 99999999999999 0 0 9 0 0 Tm (" DRIVE ") Tj ET",
     DRIVE},
};

static void
test_found(void **state)
{
  unsigned failed = 0, left = G_MAXUINT;
  Fonts fonts;

  fonts_init(&fonts);
  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    g_autoptr(GBytes) content = g_bytes_new_static(cases[i].content, strlen(cases[i].content));
    gboolean whole = TRUE;
    g_autoptr(GBytes) same = NULL;
    g_autofree char *got = NULL;

    g_hash_table_remove_all(fonts.found);
    same = pdf_text_look(content, find, note, &fonts, &left, &whole);
    got = sorted(fonts.found);
    if (whole && same == content && strcmp(got, cases[i].want) == 0)
      continue;
    printf("%s\n  got  %s\n  want %s\n", cases[i].label, got, cases[i].want);
    failed++;
  }
  fonts_clear(&fonts);
  assert_int_equal(failed, 0);
}

/* What is written where all addresses are to go. */
static const struct {
  const char *label, *content, *want;
} killed[] = {
    {"a string", "BT /F1 10 Tf (a t.me/x) Tj ET",
     "BT /F1 10 Tf [<612074>-278.00 <6d652f78>] TJ ET"},
    {"an item", "/F1 10 Tf [(t.)-5(me/x) 7 (b)] TJ", "/F1 10 Tf [<74>-278.00 -5(me/x) 7 (b)] TJ"},
    {"the next line", "/F1 10 Tf (t.me/x) '", "/F1 10 Tf T* [<74>-278.00 <6d652f78>] TJ"},
    {"with its spaces", "/F1 10 Tf 1 2 (t.me/x) \"",
     "/F1 10 Tf 1.00 Tw 2.00 Tc T* [<74>-478.00 <6d652f78>] TJ"},
    {"what is meant", "/F1 10 Tf /Span <</ActualText (t.me/x)>> BDC (a.b) Tj EMC",
     "/F1 10 Tf /Span <</ActualText ()>> BDC (a.b) Tj EMC"},
    {"each of those that are one",
     "/F1 10 Tf (t) Tj 3.0 0 Td (.) Tj 0.2 0 Td (.) Tj 2.6 0 Td (me/x) Tj",
     "/F1 10 Tf (t) Tj 3.0 0 Td [-278.00 ] TJ 0.2 0 Td [-278.00 ] TJ 2.6 0 Td (me/x) Tj"},
    {"lines that go down", "/F3 10 Tf (t.me/x) Tj", "/F3 10 Tf [<74>1000.00 <6d652f78>] TJ"},
};

static void
test_killed(void **state)
{
  unsigned failed = 0, left = G_MAXUINT;
  Fonts fonts;

  fonts_init(&fonts);
  for (size_t i = 0; i < G_N_ELEMENTS(killed); i++) {
    g_autoptr(GBytes) content = g_bytes_new_static(killed[i].content, strlen(killed[i].content));
    gboolean whole = TRUE;
    g_autoptr(GBytes) out = pdf_text_look(content, find, kill_all, &fonts, &left, &whole);
    g_autoptr(GBytes) again = pdf_text_look(out, find, note, &fonts, &left, &whole);
    gsize len = 0;
    const char *got = g_bytes_get_data(out, &len);

    (void)again; /* what counts is what was noted */
    if (whole && len == strlen(killed[i].want) && memcmp(got, killed[i].want, len) == 0 &&
        g_hash_table_size(fonts.found) == 0)
      continue;
    printf("%s\n  got  %.*s, %u left\n  want %s\n", killed[i].label, (int)len, got,
           g_hash_table_size(fonts.found), killed[i].want);
    failed++;
  }
  fonts_clear(&fonts);
  assert_int_equal(failed, 0);
}

/* What is said of a code last counts, also of all codes together. */
static void
test_meanings(void **state)
{
  static const struct {
    const char *label, *cmap, *want; /* of the code 0x0041 */
  } cases[] = {
      {"all codes", "<0000> <ffff> <0000> endbfrange", "A"},
      {"all codes, further", "<0000> <ffff> <0020> endbfrange", "a"},
      {"all codes, and one", "<0000> <ffff> <0000> endbfrange <0041> <0078> endbfchar", "x"},
      {"one, and all codes", "<0041> <0078> endbfchar <0000> <ffff> <0000> endbfrange", "A"},
      {"twice all codes", "<0000> <ffff> <0000> <0000> <ffff> <0001> endbfrange", "B"},
      {"all codes, and two letters", "<0000> <ffff> <0000> endbfrange <0041> <00660069> endbfchar",
       "fi"},
      {"two letters, and one", "<0041> <00660069> endbfchar <0041> <0078> endbfchar", "x"},
      {"one, and two letters", "<0041> <0078> endbfchar <0041> <00660069> endbfchar", "fi"},
      {"nothing", "<0041> <ffff> <0000> endbfrange", ""},
      {"beyond a pair", "<0000> <ffff> <d7f0> endbfrange", "\xef\xbf\xbd"},
  };
  unsigned failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
    unsigned room = 100000;
    g_autoptr(PdfFont) font = pdf_font_new(TRUE, &room);
    PdfChar c;

    assert_true(
        pdf_font_set_unicode(font, (const unsigned char *)cases[i].cmap, strlen(cases[i].cmap)));
    c = pdf_font_char(font, (const unsigned char *)"\0A", 2);
    if (strcmp(c.text, cases[i].want) == 0)
      continue;
    print_error("%s\n  got  %s\n  want %s\n", cases[i].label, c.text, cases[i].want);
    failed++;
  }
  assert_int_equal(failed, 0);
}

/* Fonts may not say more than there is room for, nor a page show more. */
static void
test_bounds(void **state)
{
  unsigned room = 70000, left = G_MAXUINT;
  g_autoptr(PdfFont) font = pdf_font_new(TRUE, &room);
  g_autoptr(GString) text = g_string_new("("), cmap = g_string_new(NULL);
  g_autoptr(GBytes) content = NULL, out = NULL;
  gboolean whole = TRUE;
  Fonts fonts;

  for (unsigned i = 0; i < 80; i++)
    g_string_append_printf(cmap, "<%04x> <%04x> <0020> ", i, i + 999);
  g_string_append(cmap, "endbfrange");
  assert_false(pdf_font_set_unicode(font, (const unsigned char *)cmap->str, cmap->len));
  assert_int_equal(room, 0);
  fonts_init(&fonts);
  g_string_set_size(text, LIMIT_PDF_GLYPHS + 10);
  memset(text->str + 1, 'x', text->len - 1);
  g_string_append(text, ") Tj");
  content = g_bytes_new_static(text->str, text->len);
  out = pdf_text_look(content, find, kill_all, &fonts, &left, &whole);
  assert_false(whole);
  assert_int_equal(left, G_MAXUINT - LIMIT_PDF_GLYPHS);
  left = 5;
  g_bytes_unref(pdf_text_look(out, find, note, &fonts, &left, &whole));
  assert_int_equal(left, 0);
  fonts_clear(&fonts);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_found),
      cmocka_unit_test(test_killed),
      cmocka_unit_test(test_meanings),
      cmocka_unit_test(test_bounds),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}
