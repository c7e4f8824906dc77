/* pdf_picture.c - pictures of a PDF (ISO 32000-1, 8.9.5) that may show QR codes. What stands in the
 * file is a JPEG, or rows that become a PNG (pdf_image.c); other kinds are not read. */
#include "pdf_graph.h"

#include <stdlib.h>
#include <string.h>

#include "bounds.h"
#include "document.h"
#include "pdf_image.h"

static unsigned
named_colors(const Pdf *pdf, qpdf_oh space)
{
  const char *name = qpdf_oh_is_name(pdf->qpdf, space) ? qpdf_oh_get_name(pdf->qpdf, space) : "";

  if (strcmp(name, "/DeviceGray") == 0 || strcmp(name, "/G") == 0 ||
      strcmp(name, "/CalGray") == 0 || strcmp(name, "/Separation") == 0)
    return 1;
  return strcmp(name, "/DeviceRGB") == 0 || strcmp(name, "/RGB") == 0 ||
                 strcmp(name, "/CalRGB") == 0
             ? 3
             : 0;
}

/* [/Indexed base high colours]: colours in a string, of a base with three, are at hand. */
static void
read_palette(const Pdf *pdf, qpdf_oh space, PdfImage *image)
{
  qpdf_oh base = qpdf_oh_get_array_item(pdf->qpdf, space, 1);
  qpdf_oh colors = qpdf_oh_get_array_item(pdf->qpdf, space, 3);
  gboolean three = named_colors(pdf, base) == 3;

  image->colors = 1;
  image->palette = g_byte_array_new();
  if (three && qpdf_oh_is_string(pdf->qpdf, colors)) {
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

  image->colors = named_colors(pdf, space);
  if (qpdf_oh_is_array(pdf->qpdf, space) && qpdf_oh_get_array_n_items(pdf->qpdf, space) > 1) {
    qpdf_oh kind = qpdf_oh_get_array_item(pdf->qpdf, space, 0);
    qpdf_oh profile = qpdf_oh_get_array_item(pdf->qpdf, space, 1);

    image->colors = named_colors(pdf, kind);
    if (qpdf_oh_is_name_and_equals(pdf->qpdf, kind, "/Indexed") ||
        qpdf_oh_is_name_and_equals(pdf->qpdf, kind, "/I"))
      read_palette(pdf, space, image);
    else if (qpdf_oh_is_stream(pdf->qpdf, profile)) {
      qpdf_oh about = qpdf_oh_get_dict(pdf->qpdf, profile);

      image->colors = pdf_number(pdf, about, "/N");
      qpdf_oh_release(pdf->qpdf, about);
    }
    qpdf_oh_release(pdf->qpdf, kind);
    qpdf_oh_release(pdf->qpdf, profile);
  }
  qpdf_oh_release(pdf->qpdf, space);
}

/* What can be read of its bytes as they are: a JPEG (*jpeg), or what becomes a PNG. FALSE for other
 * kinds: fax, JBIG2, JPEG 2000, several filters. */
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
  return *jpeg || ((image->packed || plain) && predictor != 2);
}

/* The addresses in a picture's codes, or NULL if it was not searched. */
static GPtrArray *
image_codes(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  PdfImage image = {0};
  gboolean jpeg, readable = read_image(pdf, dictionary, &image, &jpeg);
  GPtrArray *codes = NULL;
  unsigned char *bytes = NULL;
  size_t len = 0;

  pdf->pixels += (guint64)image.width * image.height;
  if (readable && pdf->pixels <= LIMIT_PICTURES &&
      !(qpdf_oh_get_stream_data(pdf->qpdf, stream, qpdf_dl_none, NULL, &bytes, &len) &
        QPDF_ERRORS)) {
    g_autoptr(GBytes) png = jpeg ? NULL : pdf_image_png(&image, bytes, len);
    gsize size = 0;
    const unsigned char *data = png ? g_bytes_get_data(png, &size) : NULL;

    if (jpeg || png)
      codes = code_addresses(jpeg ? bytes : data, jpeg ? len : size);
  }
  free(bytes);
  if (image.palette)
    g_byte_array_unref(image.palette);
  pdf->unread |= codes == NULL;
  return codes;
}

/* A grey square with a cross stands for it. */
static void
replace_image(const Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  static const char *const gone[] = {"/Decode",    "/DecodeParms", "/SMask",     "/Mask",
                                     "/ImageMask", "/Intent",      "/Alternates"};
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
pdf_picture_judge(Pdf *pdf, qpdf_oh stream, qpdf_oh dictionary)
{
  g_autoptr(GPtrArray) codes = NULL;
  gboolean dead = FALSE;

  if (!pdf_key_is(pdf, dictionary, "/Subtype", "/Image") || !pdf_wants_links(pdf))
    return;
  codes = image_codes(pdf, stream, dictionary);
  for (guint i = 0; codes && i < codes->len; i++)
    dead = pdf_is_dead(pdf, LINK_QR, g_ptr_array_index(codes, i)) || dead;
  if (dead) {
    replace_image(pdf, stream, dictionary);
    pdf->links++;
  }
}
