/* pdf_inline.c - BI entries ID bytes EI (ISO 32000-1, 8.9.7): the same entries as other pictures
 * have, most of them under shorter names. */
#include "pdf_inline.h"

#include <string.h>

#include "bounds.h"
#include "pdf_fax.h"
#include "pdf_filter.h"
#include "pdf_image.h"

#define FILTERS 6

typedef struct entry {
  const PdfToken *first; /* NULL: there is none */
  unsigned count;        /* tokens of its value, brackets included */
} Entry;

static gboolean
is_name(const PdfToken *token, const char *name, const char *brief)
{
  return token->kind == PDF_NAME &&
         (strcmp(token->bytes, name) == 0 || strcmp(token->bytes, brief) == 0);
}

/* Tokens of the value that begins at i. */
static unsigned
value_len(const PdfOperator *operator, unsigned i)
{
  unsigned depth = 0, n = 0;

  do {
    const PdfKind kind = operator->operands[i + n].kind;

    depth += kind == PDF_OPEN;
    depth -= kind == PDF_CLOSE && depth > 0;
    n++;
  } while (depth > 0 && i + n < operator->count);
  return n;
}

static Entry
entry_of(const PdfOperator *operator, const char * name, const char *brief)
{
  for (unsigned i = 0; i + 1 < operator->count;) {
    const unsigned n = value_len(operator, i + 1);

    if (is_name(&operator->operands[i], name, brief))
      return (Entry){&operator->operands[i + 1], n};
    i += 1 + n;
  }
  return (Entry){NULL, 0};
}

static unsigned
number_of(const PdfOperator *operator, const char * name, const char *brief)
{
  const Entry entry = entry_of(operator, name, brief);

  return entry.first && entry.first->kind == PDF_NUMBER && entry.first->number > 0 &&
                 entry.first->number < LIMIT_PICTURE
             ? (unsigned)entry.first->number
             : 0;
}

static gboolean
is_true(const PdfOperator *operator, const char * name, const char *brief)
{
  const Entry entry = entry_of(operator, name, brief);

  return entry.first && entry.first->kind == PDF_WORD && strcmp(entry.first->bytes, "true") == 0;
}

/* A name of the page's resources stands for any space; three colours are the most likely. */
static void
read_space(const PdfOperator *operator, PdfImage * image)
{
  const Entry entry = entry_of(operator, "ColorSpace", "CS");
  const PdfToken *token = entry.first;

  if (token && token->kind == PDF_OPEN && entry.count > 1) { /* [/I /RGB 1 <...>] */
    image->colors = 1;
    image->palette = g_byte_array_new();
    if (entry.count >= 6 && is_name(token + 2, "DeviceRGB", "RGB") && token[4].kind == PDF_STRING)
      g_byte_array_append(image->palette, (const guint8 *)token[4].bytes,
                          (guint)MIN(token[4].len, 768));
  } else if (!token || is_name(token, "DeviceGray", "G")) {
    image->colors = 1;
  } else {
    image->colors = is_name(token, "DeviceCMYK", "CMYK") ? 4 : 3;
  }
}

static gboolean
is_fax(const Entry *filters)
{
  for (unsigned i = 0; i < filters->count; i++)
    if (filters->first[i].kind == PDF_NAME && pdf_filter_is_fax(filters->first[i].bytes))
      return TRUE;
  return FALSE;
}

/* Its parameters stand in one dictionary, or in the last of several. */
static PdfFax
fax_of(const PdfOperator *operator, unsigned rows)
{
  const Entry how = entry_of(operator, "DecodeParms", "DP");
  PdfFax fax = {.columns = PDF_FAX_COLUMNS, .rows = rows};

  for (unsigned i = 0; i + 1 < how.count; i++) {
    const PdfToken *key = &how.first[i], *value = key + 1;
    const gboolean set = value->kind == PDF_WORD && strcmp(value->bytes, "true") == 0;

    if (key->kind != PDF_NAME)
      continue;
    if (strcmp(key->bytes, "K") == 0 && value->kind == PDF_NUMBER)
      fax.k = value->number < 0 ? -1 : value->number > 0;
    else if (strcmp(key->bytes, "Columns") == 0 && value->kind == PDF_NUMBER)
      fax.columns = (unsigned)CLAMP(value->number, 0, LIMIT_PICTURE);
    else if (strcmp(key->bytes, "EncodedByteAlign") == 0)
      fax.aligned = set;
    else if (strcmp(key->bytes, "BlackIs1") == 0)
      fax.black_is_one = set;
  }
  return fax;
}

/* Takes the bytes over. *left: a filter that is a picture's own, or NULL. */
static GByteArray *
undo_filters(const PdfOperator *operator, GByteArray * bytes, const char **left)
{
  const Entry entry = entry_of(operator, "Filter", "F");
  const Entry how = entry_of(operator, "DecodeParms", "DP");
  gboolean whole = TRUE;

  *left = how.first && !is_fax(&entry) ? "predictor" : NULL; /* nobody writes one here */
  for (unsigned i = 0, n = 0; i < entry.count && n < FILTERS && !*left; i++) {
    PdfFilter filter = {.name = entry.first[i].bytes};
    GByteArray *undone;

    if (entry.first[i].kind != PDF_NAME)
      continue;
    if (!pdf_filter_is_known(filter.name)) {
      *left = filter.name;
      break;
    }
    undone = pdf_unfilter(&filter, bytes->data, bytes->len, LIMIT_UNPACK_FLOOR, &whole);
    g_byte_array_unref(bytes);
    bytes = undone;
    n++;
  }
  return bytes;
}

GBytes *
pdf_inline_picture(const PdfOperator *operator, const unsigned char * bytes, guint64 *pixels)
{
  const PdfToken *data = &operator->operands[operator->count - 1];
  PdfImage image = {.width = number_of(operator, "Width", "W"),
                    .height = number_of(operator, "Height", "H"),
                    .bits = number_of(operator, "BitsPerComponent", "BPC")};
  PdfFax fax;
  GByteArray *rows;
  GBytes *picture = NULL;
  const char *left;

  *pixels += (guint64)image.width * image.height;
  if (*pixels > LIMIT_PICTURES)
    return NULL;
  rows = g_byte_array_append(g_byte_array_new(), bytes + data->at.off, (guint)data->at.len);
  rows = undo_filters(operator, rows, &left);
  if (left && pdf_filter_is_file(left))
    return g_byte_array_free_to_bytes(rows);
  read_space(operator, & image);
  if (is_true(operator, "ImageMask", "IM"))
    image.bits = image.colors = 1;
  fax = fax_of(operator, image.height);
  if (!left)
    picture = pdf_image_png(&image, rows->data, rows->len);
  else if (pdf_filter_is_fax(left))
    picture = pdf_fax_tiff(&fax, rows->data, rows->len);
  if (image.palette)
    g_byte_array_unref(image.palette);
  g_byte_array_unref(rows);
  return picture;
}
