/* pdf_words.c - what the pages of a PDF show: their own content, and that of drawings (ISO 32000-1
 * 8.10: forms; patterns; appearances of annotations), each once and by itself. Viewers make links
 * of addresses in it, without any annotation.
 *
 * A page that is changed has a new stream for all its content, since streams may be shared with
 * pages that have other fonts. */
#include "pdf_graph.h"

#include <string.h>

#include "bounds.h"
#include "link.h"
#include "pdf_text.h"

/* One content stream. */
typedef struct drawing {
  Pdf *pdf;
  qpdf_oh resources;
  unsigned place;     /* its number */
  GHashTable *fonts;  /* name ─▶ PdfFont *, also NULL */
  GHashTable *states; /* name ─▶ StateFont * */
  GHashTable *dead;   /* addresses that went */
} Drawing;

/* What a graphics state sets. */
typedef struct state_font {
  PdfFont *font; /* or NULL */
  double size;
} StateFont;

static PdfFont *
find_state(Drawing *drawing, const char *name, double *size)
{
  StateFont *state = g_hash_table_lookup(drawing->states, name);

  if (!state) {
    state = g_new0(StateFont, 1);
    state->font =
        pdf_fonts_of_state(drawing->pdf, drawing->resources, name, drawing->place, &state->size);
    g_hash_table_insert(drawing->states, g_strdup(name), state);
  }
  *size = state->size;
  return state->font;
}

static PdfFont *
find_font(void *data, const char *name, double *size)
{
  Drawing *drawing = data;
  void *font;

  if (size)
    return find_state(drawing, name, size);
  if (!g_hash_table_lookup_extended(drawing->fonts, name, NULL, &font)) {
    font = pdf_fonts_find(drawing->pdf, drawing->resources, name, drawing->place);
    g_hash_table_insert(drawing->fonts, g_strdup(name), font);
  }
  return font;
}

static gboolean
visit(void *data, const char *address)
{
  Drawing *drawing = data;
  const gboolean dead = pdf_is_dead(drawing->pdf, LINK_TEXT, address);

  if (dead)
    g_hash_table_add(drawing->dead, g_strdup(address));
  return dead;
}

/* The content without addresses that are to lead nowhere; NULL if there are none. */
static GBytes *
look(Pdf *pdf, GByteArray *content, qpdf_oh resources)
{
  g_autoptr(GHashTable) fonts = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GHashTable) states = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr(GHashTable) dead = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr(GBytes) bytes = g_byte_array_free_to_bytes(content);
  Drawing drawing = {pdf, resources, ++pdf->drawings, fonts, states, dead};
  gboolean whole = TRUE;
  g_autoptr(GBytes) out = pdf_text_look(bytes, find_font, visit, &drawing, &pdf->glyphs, &whole);

  pdf->cut |= !whole;
  pdf->links += g_hash_table_size(dead);
  return g_hash_table_size(dead) > 0 ? g_steal_pointer(&out) : NULL;
}

static void
replace_content(Pdf *pdf, qpdf_oh stream, GBytes *content)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);

  qpdf_oh_replace_stream_data(pdf->qpdf, stream, bytes, len, qpdf_oh_new_null(pdf->qpdf),
                              qpdf_oh_new_null(pdf->qpdf));
}

/* --- drawings --- */

/* Takes the handle over. */
static void
draw_later(Pdf *pdf, GArray *open, qpdf_oh stream)
{
  if (qpdf_oh_is_stream(pdf->qpdf, stream) && pdf_object_add(pdf, pdf->drawn, stream))
    g_array_append_val(open, stream);
  else
    qpdf_oh_release(pdf->qpdf, stream);
}

/* All values of a dictionary that are streams. Takes the handle over. */
static void
draw_values(Pdf *pdf, GArray *open, qpdf_oh dictionary)
{
  g_autoptr(GPtrArray) names = NULL;

  if (qpdf_oh_is_dictionary(pdf->qpdf, dictionary)) {
    names = pdf_dictionary_keys(pdf, dictionary);
    for (guint i = 0; i < names->len; i++)
      draw_later(pdf, open, qpdf_oh_get_key(pdf->qpdf, dictionary, g_ptr_array_index(names, i)));
  }
  qpdf_oh_release(pdf->qpdf, dictionary);
}

/* What a dictionary of resources has to draw. */
static void
draw_resources(Pdf *pdf, GArray *open, qpdf_oh resources)
{
  if (!qpdf_oh_is_dictionary(pdf->qpdf, resources))
    return;
  draw_values(pdf, open, qpdf_oh_get_key(pdf->qpdf, resources, "/XObject"));
  draw_values(pdf, open, qpdf_oh_get_key(pdf->qpdf, resources, "/Pattern"));
}

/* A drawing without resources of its own has those of its page. */
static void
look_at_drawing(Pdf *pdf, GArray *open, qpdf_oh stream, qpdf_oh around)
{
  qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, stream);
  qpdf_oh resources = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Resources");
  const gboolean own = qpdf_oh_is_dictionary(pdf->qpdf, resources);

  if (!pdf_subtype_is(pdf, dictionary, "Image")) {
    gboolean whole = TRUE;
    GByteArray *content = pdf_stream_content(pdf, stream, &whole);
    g_autoptr(GBytes) changed = look(pdf, content, own ? resources : around);

    pdf->cut |= !whole;
    if (changed)
      replace_content(pdf, stream, changed);
    if (own)
      draw_resources(pdf, open, resources);
  }
  qpdf_oh_release(pdf->qpdf, resources);
  qpdf_oh_release(pdf->qpdf, dictionary);
}

static void
look_at_drawings(Pdf *pdf, GArray *open, qpdf_oh around)
{
  while (open->len > 0 && !pdf->cut) {
    qpdf_oh stream = g_array_index(open, qpdf_oh, open->len - 1);

    g_array_set_size(open, open->len - 1);
    look_at_drawing(pdf, open, stream, around);
    qpdf_oh_release(pdf->qpdf, stream);
  }
}

/* What stands for an annotation, in each of its states. */
static void
draw_annotations(Pdf *pdf, GArray *open, qpdf_oh page)
{
  static const char *const looks[] = {"/N", "/R", "/D"};
  qpdf_oh list = qpdf_oh_get_key(pdf->qpdf, page, "/Annots");
  const int count =
      qpdf_oh_is_array(pdf->qpdf, list) ? qpdf_oh_get_array_n_items(pdf->qpdf, list) : 0;

  for (int i = 0; i < count; i++) {
    qpdf_oh note = qpdf_oh_get_array_item(pdf->qpdf, list, i);
    qpdf_oh appearance = qpdf_oh_is_dictionary(pdf->qpdf, note)
                             ? qpdf_oh_get_key(pdf->qpdf, note, "/AP")
                             : qpdf_oh_new_null(pdf->qpdf);

    for (size_t k = 0; k < G_N_ELEMENTS(looks) && qpdf_oh_is_dictionary(pdf->qpdf, appearance);
         k++) {
      qpdf_oh look = qpdf_oh_get_key(pdf->qpdf, appearance, looks[k]);

      if (qpdf_oh_is_dictionary(pdf->qpdf, look))
        draw_values(pdf, open, look);
      else
        draw_later(pdf, open, look);
    }
    qpdf_oh_release(pdf->qpdf, note);
    qpdf_oh_release(pdf->qpdf, appearance);
  }
  qpdf_oh_release(pdf->qpdf, list);
}

/* --- pages --- */

static void
look_at_page(Pdf *pdf, GArray *open, qpdf_oh page)
{
  gboolean whole = TRUE;
  qpdf_oh resources = pdf_page_resources(pdf, page);
  GByteArray *content = pdf_page_content(pdf, page, &whole);
  g_autoptr(GBytes) changed = look(pdf, content, resources);

  pdf->cut |= !whole;
  if (changed) {
    qpdf_oh stream = qpdf_oh_new_stream(pdf->qpdf);

    replace_content(pdf, stream, changed);
    qpdf_oh_replace_key(pdf->qpdf, page, "/Contents", stream);
    qpdf_oh_release(pdf->qpdf, stream);
  }
  draw_resources(pdf, open, resources);
  draw_annotations(pdf, open, page);
  look_at_drawings(pdf, open, resources);
  qpdf_oh_release(pdf->qpdf, resources);
}

void
pdf_words_look(Pdf *pdf)
{
  g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(qpdf_oh));

  for (int i = 0; i < pdf->pages && !pdf->cut; i++) {
    qpdf_oh page = qpdf_get_page_n(pdf->qpdf, (size_t)i);

    look_at_page(pdf, open, page);
    qpdf_oh_release(pdf->qpdf, page);
  }
  for (guint i = 0; i < open->len; i++)
    qpdf_oh_release(pdf->qpdf, g_array_index(open, qpdf_oh, i));
}

gboolean
pdf_words_are_dead(Pdf *pdf, qpdf_oh value)
{
  g_autofree char *words = pdf_text_string(pdf, value);
  g_autoptr(GArray) links = links_new();
  gboolean dead = FALSE;

  if (!words || !text_links((const unsigned char *)words, strlen(words), links))
    return FALSE;
  for (guint i = 0; i < links->len; i++)
    dead = pdf_is_dead(pdf, LINK_TEXT, g_array_index(links, Link, i).target) || dead;
  return dead;
}
