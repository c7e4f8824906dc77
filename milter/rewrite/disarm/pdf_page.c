/* pdf_page.c - QR codes that the pages of a PDF draw: each page with the forms that it uses, and
 * each appearance of an annotation, is a drawing of its own (pdf_drawing.c, drawing.h). Where a
 * code leads nowhere any more, what painted it is taken out of the stream that did. */
#include "pdf_graph.h"

#include <string.h>

#include "bounds.h"
#include "document.h"
#include "pdf_drawing.h"
#include "pdf_inline.h"

/* A stream that was read: those of a page as one. */
typedef struct stream {
  gint64 id; /* 0 for the page's */
  qpdf_oh handle;
  GByteArray *bytes;
  unsigned reads;
} Stream;

/* A picture that a page shows. */
typedef struct shown {
  qpdf_oh stream;
  Box box;
} Shown;

/* An address in the code of a picture that stands in a stream. */
typedef struct inline_code {
  char *address;
  guint act;
  Box box;
} InlineCode;

typedef struct page {
  Pdf *pdf;
  GPtrArray *streams; /* Stream * */
  GArray *shown;      /* Shown */
  GArray *codes;      /* InlineCode */
} Page;

typedef struct resources {
  Page *page;
  qpdf_oh dictionary;
} Resources;

static void
stream_free(void *data)
{
  Stream *stream = data;

  g_byte_array_unref(stream->bytes);
  g_free(stream);
}

/* --- what names stand for --- */

/* An entry of a dictionary of resources; null if there is none. */
static qpdf_oh
named(const Resources *resources, const char *kind, const char *name)
{
  const qpdf_data qpdf = resources->page->pdf->qpdf;
  g_autofree char *key = g_strconcat("/", name, NULL);
  qpdf_oh entries = qpdf_oh_get_key(qpdf, resources->dictionary, kind);
  qpdf_oh value = qpdf_oh_is_dictionary(qpdf, entries) ? qpdf_oh_get_key(qpdf, entries, key)
                                                       : qpdf_oh_new_null(qpdf);

  qpdf_oh_release(qpdf, entries);
  return value;
}

/* FALSE if it is no array of so many numbers. */
static gboolean
numbers_of(const Pdf *pdf, qpdf_oh dictionary, const char *key, double *numbers, int count)
{
  qpdf_oh array = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  gboolean good =
      qpdf_oh_is_array(pdf->qpdf, array) && qpdf_oh_get_array_n_items(pdf->qpdf, array) == count;

  for (int i = 0; i < count && good; i++) {
    qpdf_oh item = qpdf_oh_get_array_item(pdf->qpdf, array, i);

    good = qpdf_oh_is_number(pdf->qpdf, item);
    numbers[i] = good ? qpdf_oh_get_numeric_value(pdf->qpdf, item) : 0;
    qpdf_oh_release(pdf->qpdf, item);
  }
  qpdf_oh_release(pdf->qpdf, array);
  return good;
}

/* Its number among those that were read; new ones are read now. Takes the handle over. */
static guint
stream_number(Page *page, qpdf_oh form)
{
  const gint64 id = pdf_object_id(page->pdf, form);
  gboolean whole = TRUE;
  Stream *stream;

  for (guint i = 0; i < page->streams->len; i++) {
    stream = g_ptr_array_index(page->streams, i);
    if (stream->id != id)
      continue;
    qpdf_oh_release(page->pdf->qpdf, form);
    return i;
  }
  stream = g_new0(Stream, 1);
  stream->id = id;
  stream->handle = form;
  stream->bytes = pdf_stream_content(page->pdf, form, &whole);
  page->pdf->unread |= !whole;
  g_ptr_array_add(page->streams, stream);
  return page->streams->len - 1;
}

/* around: resources of what draws it, which it has if it has none of its own; or NULL. */
static void
draw_form(PdfDrawing *drawing, Page *page, qpdf_oh form, const Resources *around)
{
  const qpdf_data qpdf = page->pdf->qpdf;
  const guint number = stream_number(page, form);
  Stream *stream = g_ptr_array_index(page->streams, number);
  qpdf_oh dictionary = qpdf_oh_get_dict(qpdf, stream->handle);
  qpdf_oh own = qpdf_oh_get_key(qpdf, dictionary, "/Resources");
  Resources resources = {page,
                         around && !qpdf_oh_is_dictionary(qpdf, own) ? around->dictionary : own};
  Matrix matrix = {1, 0, 0, 1, 0, 0};
  Box box = {0};
  double n[6];

  if (numbers_of(page->pdf, dictionary, "/Matrix", n, 6))
    matrix = (Matrix){n[0], n[1], n[2], n[3], n[4], n[5]};
  if (numbers_of(page->pdf, dictionary, "/BBox", n, 4))
    box = (Box){MIN(n[0], n[2]), MIN(n[1], n[3]), MAX(n[0], n[2]), MAX(n[1], n[3])};
  stream->reads++;
  pdf_drawing_form(drawing, stream->bytes->data, stream->bytes->len, number, &matrix, &box,
                   &resources);
  qpdf_oh_release(qpdf, own);
  qpdf_oh_release(qpdf, dictionary);
}

static void
on_object(PdfDrawing *drawing, const char *name, void *data)
{
  const Resources *resources = data;
  Pdf *pdf = resources->page->pdf;
  qpdf_oh object = named(resources, "/XObject", name);
  Shown shown;

  if (qpdf_oh_is_stream(pdf->qpdf, object)) {
    qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, object);
    gboolean form = pdf_subtype_is(pdf, dictionary, "Form");

    qpdf_oh_release(pdf->qpdf, dictionary);
    if (form) {
      draw_form(drawing, resources->page, object, resources);
      return;
    }
    if (pdf_drawing_unit(drawing, &shown.box) &&
        resources->page->shown->len < LIMIT_DRAWING_PICTURES) {
      shown.stream = object;
      g_array_append_val(resources->page->shown, shown);
      return;
    }
  }
  qpdf_oh_release(pdf->qpdf, object);
}

static gboolean
on_inks(const char *name, void *data)
{
  const Resources *resources = data;
  const qpdf_data qpdf = resources->page->pdf->qpdf;
  qpdf_oh space = named(resources, "/ColorSpace", name);
  gboolean inks = FALSE;

  if (qpdf_oh_is_array(qpdf, space) && qpdf_oh_get_array_n_items(qpdf, space) > 0) {
    qpdf_oh kind = qpdf_oh_get_array_item(qpdf, space, 0);

    inks = qpdf_oh_is_name_and_equals(qpdf, kind, "/Separation") ||
           qpdf_oh_is_name_and_equals(qpdf, kind, "/DeviceN");
    qpdf_oh_release(qpdf, kind);
  }
  qpdf_oh_release(qpdf, space);
  return inks;
}

static gboolean
on_opaque(const char *name, void *data, unsigned char *opaque)
{
  const Resources *resources = data;
  const qpdf_data qpdf = resources->page->pdf->qpdf;
  qpdf_oh state = named(resources, "/ExtGState", name);
  gboolean said = FALSE;

  if (qpdf_oh_is_dictionary(qpdf, state)) {
    qpdf_oh value = qpdf_oh_get_key(qpdf, state, "/ca");

    said = qpdf_oh_is_number(qpdf, value);
    if (said)
      *opaque = (unsigned char)(CLAMP(qpdf_oh_get_numeric_value(qpdf, value), 0, 1) * 255 + 0.5);
    qpdf_oh_release(qpdf, value);
  }
  qpdf_oh_release(qpdf, state);
  return said;
}

static void
on_picture(PdfDrawing *drawing, const PdfOperator *operator, const unsigned char * bytes,
           void *data)
{
  const Resources *resources = data;
  Page *page = resources->page;
  g_autoptr(GBytes) picture = pdf_inline_picture(operator, bytes, &page->pdf->pixels);
  g_autoptr(GPtrArray) codes = NULL;
  gboolean whole = FALSE;
  gsize len = 0;
  const unsigned char *in = picture ? g_bytes_get_data(picture, &len) : NULL;

  if (picture)
    codes = code_addresses(NULL, in, len, &whole);
  page->pdf->unread |= !whole;
  for (guint i = 0; codes && i < codes->len; i++) {
    InlineCode code = {.act = drawing->acts->len - 1};

    code.address = g_strdup(g_ptr_array_index(codes, i));
    pdf_drawing_unit(drawing, &code.box);
    g_array_append_val(page->codes, code);
  }
}

static const PdfNames names = {on_object, on_picture, on_inks, on_opaque};

/* --- codes --- */

/* A form that is drawn again and again would show its cover as often. */
static void
add_gone(const Page *page, const PdfDrawing *drawing, DrawnCode *code, GArray *gone)
{
  g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(guint));
  gboolean covered = FALSE;

  code->box = drawing_owners(drawing->drawing, code->box, owners);
  for (guint i = 0; i < owners->len; i++) {
    PdfGone one = {g_array_index(owners, guint, i), NULL};
    const PdfAct *act = &g_array_index(drawing->acts, PdfAct, one.act);
    const Stream *stream = g_ptr_array_index(page->streams, act->stream);

    if (!covered && stream->reads <= 1)
      one.cover = &code->box;
    covered |= one.cover != NULL;
    g_array_append_val(gone, one);
  }
}

static void
write_stream(const Pdf *pdf, qpdf_oh stream, const GByteArray *bytes)
{
  qpdf_oh_replace_stream_data(pdf->qpdf, stream, bytes->data, bytes->len,
                              qpdf_oh_new_null(pdf->qpdf), qpdf_oh_new_null(pdf->qpdf));
}

/* A page gets a new stream: the old one may be another page's too. */
static void
take_out(const Page *page, const PdfDrawing *drawing, const GArray *gone, qpdf_oh holder)
{
  const Pdf *pdf = page->pdf;

  for (guint i = 0; i < page->streams->len; i++) {
    const Stream *stream = g_ptr_array_index(page->streams, i);
    g_autoptr(GByteArray) bytes =
        pdf_drawing_without(drawing, stream->bytes->data, stream->bytes->len, i, gone);

    if (bytes->len == stream->bytes->len &&
        (bytes->len == 0 || memcmp(bytes->data, stream->bytes->data, bytes->len) == 0))
      continue;
    if (stream->id == 0) {
      qpdf_oh new = qpdf_oh_new_stream(pdf->qpdf);

      write_stream(pdf, new, bytes);
      qpdf_oh_replace_key(pdf->qpdf, holder, "/Contents", new);
    } else {
      write_stream(pdf, stream->handle, bytes);
    }
  }
}

/* Of the codes of pictures in streams, those that are to lead nowhere. */
static void
judge_inline(const Page *page, GArray *gone)
{
  Pdf *pdf = page->pdf;

  for (guint i = 0; i < page->codes->len; i++) {
    const InlineCode *code = &g_array_index(page->codes, InlineCode, i);
    const PdfGone one = {code->act, &code->box};

    if (pdf_is_dead(pdf, LINK_QR, code->address))
      g_array_append_val(gone, one);
  }
}

/* --- codes cut into pictures that the page puts side by side --- */

static gboolean
touches_any(const Page *page, guint i)
{
  const Shown *shown = &g_array_index(page->shown, Shown, i);

  for (guint k = 0; k < page->shown->len; k++)
    if (k != i && box_touches(shown->box, g_array_index(page->shown, Shown, k).box))
      return TRUE;
  return FALSE;
}

static void
judge_tile_code(const Page *page, const Drawing *tiles, const DrawnCode *code)
{
  Pdf *pdf = page->pdf;
  g_autoptr(GArray) owners = g_array_new(FALSE, FALSE, sizeof(guint));

  drawing_pictures_at(tiles, code->box, owners);
  if (owners->len < 2) /* a picture's own */
    return;
  if (!pdf_is_dead(pdf, LINK_QR, code->address))
    return;
  for (guint i = 0; i < owners->len; i++)
    pdf_picture_replace(pdf,
                        g_array_index(page->shown, Shown, g_array_index(owners, guint, i)).stream);
  pdf->links++;
}

static void
judge_tiles(const Page *page)
{
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);
  g_autoptr(Drawing) tiles = drawing_new();

  for (guint i = 0; i < page->shown->len; i++) {
    const Shown *shown = &g_array_index(page->shown, Shown, i);
    g_autoptr(GBytes) bytes =
        touches_any(page, i) ? pdf_picture_bytes(page->pdf, shown->stream) : NULL;

    if (bytes)
      drawing_picture(tiles, shown->box, bytes, i);
  }
  page->pdf->unread |= !drawing_codes(tiles, &page->pdf->pixels, codes);
  for (guint i = 0; i < codes->len; i++)
    judge_tile_code(page, tiles, g_ptr_array_index(codes, i));
}

static void
judge_codes(const Page *page, const PdfDrawing *drawing, const GPtrArray *codes, qpdf_oh holder)
{
  Pdf *pdf = page->pdf;
  g_autoptr(GArray) gone = g_array_new(FALSE, FALSE, sizeof(PdfGone));

  for (guint i = 0; i < codes->len; i++) {
    DrawnCode *code = g_ptr_array_index(codes, i);

    if (pdf_is_dead(pdf, LINK_QR, code->address))
      add_gone(page, drawing, code, gone);
  }
  judge_inline(page, gone);
  if (gone->len == 0)
    return;
  take_out(page, drawing, gone, holder);
  pdf->links++;
}

/* --- pages --- */

typedef void (*Drawn)(PdfDrawing *drawing, Page *page, qpdf_oh what);

static void
inline_code_clear(void *data)
{
  InlineCode *code = data;

  g_free(code->address);
}

static void
page_clear(Page *page)
{
  const qpdf_data qpdf = page->pdf->qpdf;

  for (guint i = 0; i < page->streams->len; i++) {
    const Stream *stream = g_ptr_array_index(page->streams, i);

    if (stream->id != 0)
      qpdf_oh_release(qpdf, stream->handle);
  }
  for (guint i = 0; i < page->shown->len; i++)
    qpdf_oh_release(qpdf, g_array_index(page->shown, Shown, i).stream);
  g_ptr_array_unref(page->streams);
  g_array_unref(page->shown);
  g_array_unref(page->codes);
}

static void
look_at(Pdf *pdf, qpdf_oh what, Drawn draw)
{
  g_autoptr(GPtrArray) codes = g_ptr_array_new_with_free_func((GDestroyNotify)drawn_code_free);
  Page page = {.pdf = pdf};
  PdfDrawing drawing;

  page.streams = g_ptr_array_new_with_free_func(stream_free);
  page.shown = g_array_new(FALSE, FALSE, sizeof(Shown));
  page.codes = g_array_new(FALSE, FALSE, sizeof(InlineCode));
  g_array_set_clear_func(page.codes, inline_code_clear);
  pdf_drawing_init(&drawing, &names, pdf->content);
  draw(&drawing, &page, what);
  pdf->content = drawing.left;
  if (!drawing_codes(drawing.drawing, &pdf->pixels, codes) || drawing.capped)
    pdf->unread = TRUE;
  judge_codes(&page, &drawing, codes, what);
  judge_tiles(&page);
  page_clear(&page);
  pdf_drawing_clear(&drawing);
}

static void
draw_page(PdfDrawing *drawing, Page *page, qpdf_oh what)
{
  Resources resources = {page, pdf_page_resources(page->pdf, what)};
  Stream *stream = g_new0(Stream, 1);
  gboolean whole = TRUE;

  stream->bytes = pdf_page_content(page->pdf, what, &whole);
  page->pdf->unread |= !whole;
  g_ptr_array_add(page->streams, stream);
  pdf_drawing_read(drawing, stream->bytes->data, stream->bytes->len, 0, &resources);
  qpdf_oh_release(page->pdf->qpdf, resources.dictionary);
}

static void
draw_appearance(PdfDrawing *drawing, Page *page, qpdf_oh what)
{
  Stream *stream = g_new0(Stream, 1);

  stream->bytes = g_byte_array_new();
  g_ptr_array_add(page->streams, stream); /* of a page, which there is none of */
  draw_form(drawing, page, qpdf_oh_new_object(page->pdf->qpdf, what), NULL);
}

/* One stream, or one for each state that it can be in. */
static void
judge_appearance(Pdf *pdf, qpdf_oh appearance)
{
  if (qpdf_oh_is_stream(pdf->qpdf, appearance)) {
    look_at(pdf, appearance, draw_appearance);
  } else if (qpdf_oh_is_dictionary(pdf->qpdf, appearance)) {
    g_autoptr(GPtrArray) states = pdf_dictionary_keys(pdf, appearance);

    for (guint i = 0; i < states->len; i++) {
      qpdf_oh state = qpdf_oh_get_key(pdf->qpdf, appearance, g_ptr_array_index(states, i));

      if (qpdf_oh_is_stream(pdf->qpdf, state))
        look_at(pdf, state, draw_appearance);
      qpdf_oh_release(pdf->qpdf, state);
    }
  }
}

static void
judge_annotations(Pdf *pdf, qpdf_oh page)
{
  qpdf_oh all = qpdf_oh_get_key(pdf->qpdf, page, "/Annots");
  const int count =
      qpdf_oh_is_array(pdf->qpdf, all) ? qpdf_oh_get_array_n_items(pdf->qpdf, all) : 0;

  for (int i = 0; i < count && pdf->content > 0; i++) {
    qpdf_oh one = qpdf_oh_get_array_item(pdf->qpdf, all, i);

    if (qpdf_oh_is_dictionary(pdf->qpdf, one) && qpdf_oh_has_key(pdf->qpdf, one, "/AP")) {
      qpdf_oh looks = qpdf_oh_get_key(pdf->qpdf, one, "/AP");

      if (qpdf_oh_is_dictionary(pdf->qpdf, looks)) {
        qpdf_oh normal = qpdf_oh_get_key(pdf->qpdf, looks, "/N");

        judge_appearance(pdf, normal);
        qpdf_oh_release(pdf->qpdf, normal);
      }
      qpdf_oh_release(pdf->qpdf, looks);
    }
    qpdf_oh_release(pdf->qpdf, one);
  }
  qpdf_oh_release(pdf->qpdf, all);
}

void
pdf_pages_judge(Pdf *pdf)
{
  if (!pdf_wants_links(pdf))
    return;
  for (int i = 0; i < pdf->pages; i++) {
    qpdf_oh page = qpdf_get_page_n(pdf->qpdf, (size_t)i);

    look_at(pdf, page, draw_page);
    judge_annotations(pdf, page);
    qpdf_oh_release(pdf->qpdf, page);
  }
}
