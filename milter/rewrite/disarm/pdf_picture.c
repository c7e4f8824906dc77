/* pdf_picture.c - pictures of a PDF (ISO 32000-1, 8.9.5) that may show QR codes. What stands in the
 * file is a JPEG, a JPEG 2000 file, a fax, which becomes a TIFF (pdf_fax.c), or rows that become a
 * PNG (pdf_image.c); JBIG2 is not read. */
#include "pdf_graph.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "pdf_fax.h"
#include "pdf_filter.h"
#include "pdf_image.h"

static unsigned
named_colors(const char *name)
{
  static const struct {
    const char *name;
    unsigned colors;
  } spaces[] = {{"/DeviceGray", 1}, {"/G", 1},   {"/CalGray", 1},    {"/Separation", 1},
                {"/Indexed", 1},    {"/I", 1},   {"/DeviceRGB", 3},  {"/RGB", 3},
                {"/CalRGB", 3},     {"/Lab", 3}, {"/DeviceCMYK", 4}, {"/CMYK", 4}};

  for (guint i = 0; i < G_N_ELEMENTS(spaces); i++)
    if (strcmp(name, spaces[i].name) == 0)
      return spaces[i].colors;
  return 0;
}

/* How many numbers a colour of a space has; 0 if that is not known. */
static unsigned
colors_of(const Pdf *pdf, qpdf_oh space)
{
  qpdf_oh kind, about;
  unsigned colors;

  if (qpdf_oh_is_name(pdf->qpdf, space))
    return named_colors(qpdf_oh_get_name(pdf->qpdf, space));
  if (!qpdf_oh_is_array(pdf->qpdf, space) || qpdf_oh_get_array_n_items(pdf->qpdf, space) < 2)
    return 0;
  kind = qpdf_oh_get_array_item(pdf->qpdf, space, 0);
  about = qpdf_oh_get_array_item(pdf->qpdf, space, 1);
  colors = qpdf_oh_is_name(pdf->qpdf, kind) ? named_colors(qpdf_oh_get_name(pdf->qpdf, kind)) : 0;
  if (qpdf_oh_is_stream(pdf->qpdf, about)) { /* ICCBased */
    qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, about);

    colors = pdf_number(pdf, dictionary, "/N");
    qpdf_oh_release(pdf->qpdf, dictionary);
  } else if (colors == 0 && qpdf_oh_is_array(pdf->qpdf, about)) { /* DeviceN: names of inks */
    colors = (unsigned)MAX(qpdf_oh_get_array_n_items(pdf->qpdf, about), 0);
  }
  qpdf_oh_release(pdf->qpdf, kind);
  qpdf_oh_release(pdf->qpdf, about);
  return colors;
}

/* [/Indexed base high colours]: colours in a string, of a base with three, are at hand. */
static void
read_palette(const Pdf *pdf, qpdf_oh space, PdfImage *image)
{
  qpdf_oh base = qpdf_oh_get_array_item(pdf->qpdf, space, 1);
  qpdf_oh colors = qpdf_oh_get_array_item(pdf->qpdf, space, 3);

  image->palette = g_byte_array_new();
  if (colors_of(pdf, base) == 3 && qpdf_oh_is_string(pdf->qpdf, colors)) {
    size_t len = 0;
    const char *bytes = qpdf_oh_get_binary_string_value(pdf->qpdf, colors, &len);

    g_byte_array_append(image->palette, (const guint8 *)bytes, (guint)MIN(len, 768));
  }
  qpdf_oh_release(pdf->qpdf, base);
  qpdf_oh_release(pdf->qpdf, colors);
}

static void
read_space(const Pdf *pdf, qpdf_oh dictionary, PdfImage *image)
{
  qpdf_oh space = qpdf_oh_get_key(pdf->qpdf, dictionary, "/ColorSpace");

  image->colors = colors_of(pdf, space);
  if (qpdf_oh_is_array(pdf->qpdf, space) && qpdf_oh_get_array_n_items(pdf->qpdf, space) == 4) {
    qpdf_oh kind = qpdf_oh_get_array_item(pdf->qpdf, space, 0);

    if (qpdf_oh_is_name_and_equals(pdf->qpdf, kind, "/Indexed") ||
        qpdf_oh_is_name_and_equals(pdf->qpdf, kind, "/I"))
      read_palette(pdf, space, image);
    qpdf_oh_release(pdf->qpdf, kind);
  }
  qpdf_oh_release(pdf->qpdf, space);
}

/* What it is. TRUE if its bytes can be read as they are: a JPEG (*jpeg), or rows of a PNG. */
static gboolean
read_image(const Pdf *pdf, qpdf_oh dictionary, PdfImage *image, gboolean *jpeg)
{
  qpdf_oh filter = pdf_only_value(pdf, dictionary, "/Filter");
  qpdf_oh how = pdf_only_value(pdf, dictionary, "/DecodeParms");
  unsigned predictor =
      qpdf_oh_is_dictionary(pdf->qpdf, how) ? pdf_number(pdf, how, "/Predictor") : 0;
  gboolean plain = qpdf_oh_is_null(pdf->qpdf, filter);

  *jpeg = qpdf_oh_is_name_and_equals(pdf->qpdf, filter, "/DCTDecode");
  image->packed = qpdf_oh_is_name_and_equals(pdf->qpdf, filter, "/FlateDecode");
  image->filtered = predictor >= 10;
  image->width = pdf_number(pdf, dictionary, "/Width");
  image->height = pdf_number(pdf, dictionary, "/Height");
  image->bits = pdf_number(pdf, dictionary, "/BitsPerComponent");
  read_space(pdf, dictionary, image);
  if (image->bits <= 1 && image->colors == 0) /* a mask has neither */
    image->bits = image->colors = 1;
  qpdf_oh_release(pdf->qpdf, filter);
  qpdf_oh_release(pdf->qpdf, how);
  return *jpeg || ((image->packed || plain) && predictor != 2 && pdf_image_is_png(image));
}

static gboolean
is_set(const Pdf *pdf, qpdf_oh dictionary, const char *key)
{
  qpdf_oh value = qpdf_oh_get_key(pdf->qpdf, dictionary, key);
  gboolean set = qpdf_oh_is_bool(pdf->qpdf, value) && qpdf_oh_get_bool_value(pdf->qpdf, value);

  qpdf_oh_release(pdf->qpdf, value);
  return set;
}

/* How the last of the filters is to be undone, for a picture so many rows high. */
static PdfFax
fax_of(const Pdf *pdf, qpdf_oh dictionary, unsigned rows)
{
  qpdf_oh filters = qpdf_oh_get_key(pdf->qpdf, dictionary, "/Filter");
  const int count =
      qpdf_oh_is_array(pdf->qpdf, filters) ? qpdf_oh_get_array_n_items(pdf->qpdf, filters) : 1;
  qpdf_oh how = pdf_value_at(pdf, dictionary, "/DecodeParms", (unsigned)MAX(count - 1, 0));
  PdfFax fax = {.columns = PDF_FAX_COLUMNS, .rows = rows};

  if (qpdf_oh_is_dictionary(pdf->qpdf, how)) {
    qpdf_oh k = qpdf_oh_get_key(pdf->qpdf, how, "/K");

    fax.k = qpdf_oh_is_integer(pdf->qpdf, k) ? qpdf_oh_get_int_value_as_int(pdf->qpdf, k) : 0;
    fax.aligned = is_set(pdf, how, "/EncodedByteAlign");
    fax.black_is_one = is_set(pdf, how, "/BlackIs1");
    if (qpdf_oh_has_key(pdf->qpdf, how, "/Columns"))
      fax.columns = pdf_number(pdf, how, "/Columns");
    qpdf_oh_release(pdf->qpdf, k);
  }
  qpdf_oh_release(pdf->qpdf, filters);
  qpdf_oh_release(pdf->qpdf, how);
  return fax;
}

/* Its filters undone but for those that are a picture's own. *file: it is a file by itself. */
static GBytes *
unpacked_bytes(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary, PdfImage *image, gboolean *file)
{
  gboolean whole = TRUE;
  g_autofree char *left = NULL;
  GByteArray *bytes = pdf_stream_picture(pdf, stream, &left, &whole);
  GBytes *picture = NULL;

  pdf->unread |= !whole;
  image->packed = image->filtered = FALSE;
  *file = left && pdf_filter_is_file(left);
  if (*file)
    return g_byte_array_free_to_bytes(bytes);
  if (!left) {
    picture = pdf_image_png(image, bytes->data, bytes->len);
  } else if (pdf_filter_is_fax(left)) {
    const PdfFax fax = fax_of(pdf, dictionary, image->height);

    pdf->pixels += (guint64)fax.columns * fax.rows;
    picture = pdf->pixels <= LIMIT_PICTURES ? pdf_fax_tiff(&fax, bytes->data, bytes->len) : NULL;
  }
  g_byte_array_unref(bytes);
  return picture;
}

/* *file: it is one by itself, with the bytes that it has in the PDF. NULL, too, where the pixels of
 * all of them are over LIMIT_PICTURES. */
static GBytes *
picture_bytes(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary, gboolean *file)
{
  PdfImage image = {0};
  const gboolean direct = read_image(pdf, dictionary, &image, file);
  GBytes *picture = NULL;
  unsigned char *bytes = NULL;
  size_t len = 0;

  pdf->pixels += (guint64)image.width * image.height;
  if (pdf->pixels <= LIMIT_PICTURES && !direct)
    picture = unpacked_bytes(pdf, stream, dictionary, &image, file);
  else if (pdf->pixels <= LIMIT_PICTURES &&
           !(qpdf_oh_get_stream_data(pdf->qpdf, stream, qpdf_dl_none, NULL, &bytes, &len) &
             QPDF_ERRORS))
    picture = *file ? g_bytes_new(bytes, len) : pdf_image_png(&image, bytes, len);
  free(bytes);
  if (image.palette)
    g_byte_array_unref(image.palette);
  return picture;
}

GBytes *
pdf_picture_bytes(Pdf *pdf, qpdf_oh stream)
{
  qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, stream);
  gboolean file;
  GBytes *bytes = picture_bytes(pdf, stream, dictionary, &file);

  qpdf_oh_release(pdf->qpdf, dictionary);
  return bytes;
}

/* The addresses in a picture's codes, or NULL if it was not searched. */
static GPtrArray *
image_codes(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  gboolean file = FALSE;
  g_autoptr(GBytes) picture = picture_bytes(pdf, stream, dictionary, &file);
  gsize len = 0;
  const unsigned char *bytes = picture ? g_bytes_get_data(picture, &len) : NULL;
  /* such come out of the unpacker as well */
  QrSearch *search = pdf->found && file ? pdf->found->search : NULL;
  gboolean whole = FALSE;
  GPtrArray *codes = picture ? code_addresses(search, bytes, len, &whole) : NULL;

  pdf->unread |= !whole;
  return codes;
}

static void
replace_image(const Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  static const char *const gone[] = {"/Decode",    "/DecodeParms", "/SMask",      "/Mask",
                                     "/ImageMask", "/Intent",      "/Alternates", "/SMaskInData"};
  enum { SIDE = 64 };
  unsigned char pixels[SIDE * SIDE];

  for (int y = 0; y < SIDE; y++)
    for (int x = 0; x < SIDE; x++)
      pixels[y * SIDE + x] = ABS(x - y) < 3 || ABS(x + y - SIDE + 1) < 3 ? 0x60 : 0xee;
  for (guint i = 0; i < G_N_ELEMENTS(gone); i++)
    qpdf_oh_remove_key(pdf->qpdf, dictionary, gone[i]);
  qpdf_oh_replace_key(pdf->qpdf, dictionary, "/Width", qpdf_oh_new_integer(pdf->qpdf, SIDE));
  qpdf_oh_replace_key(pdf->qpdf, dictionary, "/Height", qpdf_oh_new_integer(pdf->qpdf, SIDE));
  qpdf_oh_replace_key(pdf->qpdf, dictionary, "/BitsPerComponent",
                      qpdf_oh_new_integer(pdf->qpdf, 8));
  qpdf_oh_replace_key(pdf->qpdf, dictionary, "/ColorSpace",
                      qpdf_oh_new_name(pdf->qpdf, "/DeviceGray"));
  qpdf_oh_replace_stream_data(pdf->qpdf, stream, pixels, sizeof pixels, qpdf_oh_new_null(pdf->qpdf),
                              qpdf_oh_new_null(pdf->qpdf));
}

void
pdf_picture_replace(const Pdf *pdf, qpdf_oh stream)
{
  qpdf_oh dictionary = qpdf_oh_get_dict(pdf->qpdf, stream);

  replace_image(pdf, stream, dictionary);
  qpdf_oh_release(pdf->qpdf, dictionary);
}

void
pdf_picture_judge(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  g_autoptr(GPtrArray) codes = NULL;
  gboolean dead = FALSE;

  if (!pdf_subtype_is(pdf, dictionary, "Image") || !pdf_wants_links(pdf))
    return;
  codes = image_codes(pdf, stream, dictionary);
  for (guint i = 0; codes && i < codes->len; i++)
    dead = pdf_is_dead(pdf, LINK_QR, g_ptr_array_index(codes, i)) || dead;
  if (dead) {
    replace_image(pdf, stream, dictionary);
    pdf->links++;
  }
}
