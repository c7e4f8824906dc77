/* pdf_load.c - reading a PDF with little memory.
 *
 * qpdf reads an object as a whole, and takes a hundred bytes for two of an array: all memory could
 * be gone before anything is counted. So all objects that can be reached are read here first, while
 * the limit of memory is lowered (headroom.h), and nothing is done with them; qpdf keeps them, and
 * whoever looks at them later takes little more. Where it is not enough qpdf comes back with an
 * error, or with null for an object that did not fit. What GLib may want in between is in reserve,
 * and seen to. Where only what pages show is looked at, the rest is not read at all.
 *
 * A PDF may be tagged: for readers of screens its structure stands beside its pages (14.7), an
 * object for each paragraph, so that a report has more of them than of all else together. Nothing
 * in there is followed or shown, and files that it names come out of the bytes. So where a PDF is
 * only looked at its tags are left out; where it is written they are kept if there is room for
 * them, by the number of its objects. Should that be a lie, there is none. Anything can be called
 * as they are, a picture too: what is left out is only what the dictionary where they begin has
 * under the keys that lead on in them, and that dictionary is looked at again where it stands
 * elsewhere.
 *
 * Before qpdf makes or writes an object it reads all that there are. Those that nothing leads to,
 * as tags then are, become null before. */
#include "pdf_graph.h"

#include <string.h>

#include "bounds.h"
#include "headroom.h"

#define RESERVE    MIB(8)
#define LOOK_AFTER 256

/* What qpdf takes for an object of the structure, with what is in it. */
#define OBJECT 3500

typedef struct load {
  Pdf *pdf;
  const Headroom *headroom;
  GArray *open;        /* qpdf_oh: containers to look into */
  GArray *tags;        /* qpdf_oh: dictionaries that tags begin with */
  GHashTable *visited; /* indirect ones */
  unsigned seen;
  gboolean full;
} Load;

static gboolean
is_out_of_memory(const Load *load)
{
  return load->headroom->met > 0 || !headroom_has(RESERVE);
}

/* Takes the handle over. */
static void
visit_later(Load *load, qpdf_oh object)
{
  const qpdf_data qpdf = load->pdf->qpdf;
  const gboolean container = pdf_type_holds(pdf_type(load->pdf, object));
  const gboolean known = container || !load->pdf->found; /* forget_others() wants all of them */
  const gboolean once = known && qpdf_oh_is_indirect(qpdf, object)
                            ? pdf_object_add(load->pdf, load->visited, object)
                            : TRUE;

  if (container && once)
    g_array_append_val(load->open, object);
  else
    qpdf_oh_release(qpdf, object);
  if (++load->seen % LOOK_AFTER == 0)
    load->full |= is_out_of_memory(load);
  load->full |= load->seen > LIMIT_PDF_ENTRIES;
}

gboolean
pdf_is_tag(const Pdf *pdf, const char *key, PdfType type)
{
  return pdf->untagged && type == ot_dictionary &&
         (strcmp(key, "/StructTreeRoot") == 0 || strcmp(key, "/SE") == 0);
}

gboolean
pdf_leads_to_tags(const char *key)
{
  return strcmp(key, "/K") == 0 || strcmp(key, "/P") == 0 || strcmp(key, "/ParentTree") == 0 ||
         strcmp(key, "/IDTree") == 0 || strcmp(key, "/Ref") == 0;
}

/* Takes the handle over. */
static void
visit_value(Load *load, const char *key, qpdf_oh value)
{
  if (!pdf_is_tag(load->pdf, key, pdf_type(load->pdf, value))) {
    visit_later(load, value);
    return;
  }
  if (load->pdf->found) {
    g_array_append_val(load->tags, value);
  } else {
    pdf_object_add(load->pdf, load->visited, value); /* until it goes */
    qpdf_oh_release(load->pdf->qpdf, value);
  }
  load->full |= ++load->seen > LIMIT_PDF_ENTRIES;
}

/* The name of a key is qpdf's, and copied nowhere. */
static void
visit_dictionary(Load *load, qpdf_oh dictionary, gboolean tag)
{
  const qpdf_data qpdf = load->pdf->qpdf;

  qpdf_oh_begin_dict_key_iter(qpdf, dictionary);
  while (qpdf_oh_dict_more_keys(qpdf) && !load->full) {
    const char *key = qpdf_oh_dict_next_key(qpdf);

    if (!tag || !pdf_leads_to_tags(key))
      visit_value(load, key, qpdf_oh_get_key(qpdf, dictionary, key));
  }
}

/* Takes the handle over. */
static void
visit(Load *load, qpdf_oh container)
{
  const qpdf_data qpdf = load->pdf->qpdf;
  const PdfType type = pdf_type(load->pdf, container);

  load->seen++;
  if (type == ot_array) {
    for (int i = qpdf_oh_get_array_n_items(qpdf, container); i-- > 0 && !load->full;)
      visit_later(load, qpdf_oh_get_array_item(qpdf, container, i));
  } else if (type == ot_stream) {
    visit_later(load, qpdf_oh_get_dict(qpdf, container));
  } else {
    visit_dictionary(load, container, FALSE);
  }
  qpdf_oh_release(qpdf, container);
}

/* Takes the handle over. */
static void
visit_tag(Load *load, qpdf_oh dictionary)
{
  visit_dictionary(load, dictionary, TRUE);
  qpdf_oh_release(load->pdf->qpdf, dictionary);
}

/* How many objects it says to have. */
static unsigned
count_objects(const Pdf *pdf)
{
  const qpdf_oh trailer = qpdf_get_trailer(pdf->qpdf);
  const unsigned count = pdf_number(pdf, trailer, "/Size");

  qpdf_oh_release(pdf->qpdf, trailer);
  return count;
}

static void
forget_others(Load *load)
{
  const qpdf_data qpdf = load->pdf->qpdf;
  const unsigned count = count_objects(load->pdf);

  for (gint64 i = 1; i < count && !load->full && !qpdf_has_error(qpdf); i++) {
    const gint64 id = i << 32;

    if (!g_hash_table_contains(load->visited, &id)) {
      qpdf_oh null = qpdf_oh_new_null(qpdf); /* each time: it becomes the object */

      qpdf_replace_object(qpdf, (int)i, 0, null);
      qpdf_oh_release(qpdf, null);
    }
    if (i % LOOK_AFTER == 0)
      load->full |= is_out_of_memory(load);
  }
}

static void
visit_key(Load *load, qpdf_oh dictionary, const char *key)
{
  visit_later(load, qpdf_oh_get_key(load->pdf->qpdf, dictionary, key));
}

/* What stands for annotations: their looks, and nothing that they lead to. */
static void
begin_annotations(Load *load, qpdf_oh page)
{
  const qpdf_data qpdf = load->pdf->qpdf;
  qpdf_oh list = qpdf_oh_get_key(qpdf, page, "/Annots");

  if (pdf_type(load->pdf, list) == ot_array)
    for (int i = qpdf_oh_get_array_n_items(qpdf, list); i-- > 0 && !load->full;) {
      qpdf_oh note = qpdf_oh_get_array_item(qpdf, list, i);

      if (pdf_type(load->pdf, note) == ot_dictionary)
        visit_key(load, note, "/AP");
      qpdf_oh_release(qpdf, note);
    }
  qpdf_oh_release(qpdf, list);
}

/* Where pages begin that show something, and pictures. */
static void
begin_shown(Load *load)
{
  const Pdf *pdf = load->pdf;

  for (int i = 0; i < pdf->pages && !load->full; i++) {
    qpdf_oh page = qpdf_get_page_n(pdf->qpdf, (size_t)i);

    visit_key(load, page, "/Contents");
    visit_later(load, pdf_page_resources(pdf, page));
    begin_annotations(load, page);
    qpdf_oh_release(pdf->qpdf, page);
  }
  for (guint i = 0; i < pdf->pictures->len && !load->full; i++) {
    const PdfId *id = &g_array_index(pdf->pictures, PdfId, i);

    visit_later(load, qpdf_get_object_by_id(pdf->qpdf, id->number, id->generation));
  }
}

/* Where all objects begin. */
static void
begin_all(Load *load)
{
  visit_later(load, qpdf_get_trailer(load->pdf->qpdf));
}

static const char *
visit_open(Load *load)
{
  const qpdf_data qpdf = load->pdf->qpdf;

  while (load->open->len + load->tags->len > 0 && !load->full && !qpdf_has_error(qpdf))
    if (load->open->len > 0)
      visit(load, pdf_take(load->open));
    else
      visit_tag(load, pdf_take(load->tags));
  if (!load->pdf->found)
    forget_others(load);
  while (load->open->len > 0)
    qpdf_oh_release(qpdf, pdf_take(load->open));
  while (load->tags->len > 0)
    qpdf_oh_release(qpdf, pdf_take(load->tags));
  return qpdf_has_error(qpdf) ? "objects that cannot be read" : NULL;
}

static const char *
read_objects(Load *load, void (*begin)(Load *), const char *bytes, gsize len)
{
  Pdf *pdf = load->pdf;

  if (qpdf_read_memory(pdf->qpdf, "file", bytes, len, "") & QPDF_ERRORS)
    return "cannot be read";
  pdf->untagged = pdf->found || count_objects(pdf) > LIMIT_PDF_MEMORY / OBJECT;
  pdf->pages = qpdf_get_num_pages(pdf->qpdf);
  if (pdf->pages < 1 || qpdf_has_error(pdf->qpdf))
    return "no pages";
  begin(load);
  return visit_open(load);
}

static const char *
read_bounded(Pdf *pdf, void (*begin)(Load *), const char *bytes, gsize len)
{
  g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(qpdf_oh));
  g_autoptr(GArray) tags = g_array_new(FALSE, FALSE, sizeof(qpdf_oh));
  g_autoptr(GHashTable) visited = pdf_objects_new();
  Headroom headroom;
  Load load = {.pdf = pdf, .headroom = &headroom, .open = open, .tags = tags, .visited = visited};
  const char *why;

  if (headroom_lower(&headroom, LIMIT_PDF_MEMORY) != 0)
    return "memory cannot be bounded";
  why = read_objects(&load, begin, bytes, len);
  pdf->full = load.full || is_out_of_memory(&load);
  headroom_end(&headroom);
  return pdf->full ? "too much in it" : why;
}

const char *
pdf_load(Pdf *pdf, const char *bytes, gsize len)
{
  return read_bounded(pdf, begin_all, bytes, len);
}

const char *
pdf_load_shown(Pdf *pdf, const char *bytes, gsize len)
{
  return read_bounded(pdf, begin_shown, bytes, len);
}
