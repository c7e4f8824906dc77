/* pdf_xfa.c - forms in XML (XFA 3.3) that a PDF holds: pages to be followed, servers that the form
 * is sent to or asks, and whatever else in it reads like an address, in scripts too.
 *
 * The form is a stream or a row of streams that make one document together. It is read as text with
 * its references undone; an address that is to lead nowhere is written so in its place, and all
 * then stands in one stream. */
#include "pdf_graph.h"

#include <string.h>

#include "bounds.h"
#include "deaden.h"
#include "edit.h"
#include "html.h"
#include "link.h"
#include "utf16.h"

/* All of its streams; of a row every second item is the name of the one behind it. UTF-8. */
static GBytes *
read_form(Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  const int count =
      qpdf_oh_is_array(pdf->qpdf, value) ? qpdf_oh_get_array_n_items(pdf->qpdf, value) : 1;
  GByteArray *all = g_byte_array_new();
  gboolean whole = TRUE;
  Utf16Order order;

  qpdf_oh_release(pdf->qpdf, value);
  for (int i = 0; i < count && whole; i++) {
    qpdf_oh stream = pdf_value_at(pdf, dictionary, key, (unsigned)i);
    g_autoptr(GByteArray) bytes = pdf_stream_content(pdf, stream, &whole);

    g_byte_array_append(all, bytes->data, bytes->len);
    whole = whole && all->len <= LIMIT_TEXT;
    qpdf_oh_release(pdf->qpdf, stream);
  }
  pdf->cut |= !whole;
  if (utf16_is_xml(all->data, all->len, &order)) {
    char *utf8 = utf16_decode_lossy(all->data, all->len, order);

    g_byte_array_unref(all);
    return g_bytes_new_take(utf8, strlen(utf8));
  }
  return g_byte_array_free_to_bytes(all);
}

/* The name of a namespace leads nowhere, though it is written like an address. */
static gboolean
is_namespace(const char *text, size_t at)
{
  const char *p = text + at;
  size_t looked = 0;

  if (at == 0 || (p[-1] != '"' && p[-1] != '\''))
    return FALSE;
  p--;
  while (p > text && looked++ < 100 && (g_ascii_isspace(p[-1]) || p[-1] == '='))
    p--;
  while (p > text && looked++ < 100 && !g_ascii_isspace(p[-1]) && !strchr("<>\"'=", p[-1]))
    p--;
  return g_str_has_prefix(p, "xmlns") && strchr("=: \t\r\n", p[5]) != NULL;
}

static void
kill_address(Edits *edits, const GArray *pieces, const GString *text, Range span)
{
  g_autofree char *dead = deaden(text->str + span.off, (gssize)span.len);
  g_autofree char *escaped = g_markup_escape_text(dead, -1);

  edits_add_string(edits, html_pieces_source(pieces, span.off, span.len), escaped);
}

/* The form without addresses that are to lead nowhere; a reference to the same if there are none,
 * NULL if they cannot be taken out. */
static GBytes *
look(Pdf *pdf, GBytes *form)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(form, &len);
  g_autoptr(GString) text = g_string_new(NULL);
  g_autoptr(GArray) pieces = g_array_new(FALSE, FALSE, sizeof(HtmlPiece));
  g_autoptr(GArray) links = links_new();
  g_autoptr(Edits) edits = edits_new();

  if (len == 0)
    return g_bytes_ref(form);
  html_undo(bytes, range_make(0, len), HTML_UNDO_REFERENCES, text, pieces);
  if (!text_links((const unsigned char *)text->str, text->len, links))
    pdf->cut = TRUE;
  for (guint i = 0; i < links->len; i++) {
    const Link *link = &g_array_index(links, Link, i);

    if (!is_namespace(text->str, link->span.off) && pdf_is_dead(pdf, LINK_TEXT, link->target)) {
      kill_address(edits, pieces, text, link->span);
      pdf->links++;
    }
  }
  return edits_splice(form, edits, NULL);
}

void
pdf_xfa_look(Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  g_autoptr(GBytes) form = NULL, clean = NULL;
  qpdf_oh stream;
  gsize len = 0;
  const unsigned char *bytes;

  if (!pdf_wants_links(pdf))
    return;
  form = read_form(pdf, dictionary, key);
  clean = look(pdf, form);
  if (clean == form)
    return;
  if (!clean) {
    qpdf_oh_remove_key(pdf->qpdf, dictionary, key);
    return;
  }
  bytes = g_bytes_get_data(clean, &len);
  stream = qpdf_oh_new_stream(pdf->qpdf);
  qpdf_oh_replace_stream_data(pdf->qpdf, stream, bytes, len, qpdf_oh_new_null(pdf->qpdf),
                              qpdf_oh_new_null(pdf->qpdf));
  qpdf_oh_replace_key(pdf->qpdf, dictionary, key, stream);
  qpdf_oh_release(pdf->qpdf, stream);
}
