/* cms.c - finds the content of a CMS object.
 *
 *   ContentInfo { OID, [0] { SignedData { version, digestAlgorithms,
 *                            EncapsulatedContentInfo { OID, [0] { OCTET STRING } }, … } } }
 *
 * and the same with CompressedData. Senders write DER or BER: with lengths that are known only at
 * the end ("indefinite"), and the octets in pieces, which may hold pieces. Why not a library:
 * nothing of what OpenSSL or libksba are for (signatures, certificates, keys, names) is needed, and
 * that is where their faults have been; what is needed is to skip elements and to join octets.
 *
 * A Cursor is the rest of an element. To enter one of known length narrows the cursor to it; one of
 * indefinite length ends at the latest where that around it does, and since nothing behind the
 * content is looked at, its own end need not be known. Skipping counts open elements instead of
 * recursing, so it is linear and needs no stack. Only what is told one way is taken: an object with
 * content has to reach to the end of its bytes but for blanks and NULs. */
#include "cms.h"

#include <gio/gio.h>
#include <string.h>

#include "bounds.h"

enum {
  TAG_INTEGER = 0x02,
  TAG_OCTETS = 0x04,
  TAG_OID = 0x06,
  TAG_OCTETS_IN_PIECES = 0x24,
  TAG_SEQUENCE = 0x30,
  TAG_SET = 0x31,
  TAG_EXPLICIT_0 = 0xa0,
};

/* Pieces in pieces: nobody writes more than one level. */
#define PIECES_DEPTH 4

typedef struct cursor {
  const unsigned char *p, *end;
} Cursor;

typedef struct element {
  unsigned char tag;
  gboolean indefinite;
  size_t len; /* of the content, where it is not indefinite */
} Element;

static size_t
left(const Cursor *cursor)
{
  return (size_t)(cursor->end - cursor->p);
}

/* Reads tag and length, which may be more than there is. Only constructed elements may be
 * indefinite (X.690 8.1.3.2). */
static gboolean
read_promise(Cursor *cursor, Element *element)
{
  unsigned count;

  if (left(cursor) < 2 || (cursor->p[0] & 0x1f) == 0x1f)
    return FALSE;
  element->tag = *cursor->p++;
  element->len = *cursor->p++;
  element->indefinite = element->len == 0x80;
  if (element->indefinite)
    return (element->tag & 0x20) != 0;
  if (element->len & 0x80) {
    count = element->len & 0x7f;
    if (count > 4 || left(cursor) < count)
      return FALSE;
    for (element->len = 0; count > 0; count--)
      element->len = element->len << 8 | *cursor->p++;
  }
  return TRUE;
}

static gboolean
read_header(Cursor *cursor, Element *element)
{
  return read_promise(cursor, element) && (element->indefinite || element->len <= left(cursor));
}

/* At the two NULs that end an indefinite element. */
static gboolean
at_end_mark(const Cursor *cursor)
{
  return left(cursor) >= 2 && cursor->p[0] == 0 && cursor->p[1] == 0;
}

static gboolean
skip(Cursor *cursor)
{
  Element element;
  guint64 open = 0;

  do {
    if (open > 0 && at_end_mark(cursor)) {
      cursor->p += 2;
      open--;
      continue;
    }
    if (!read_header(cursor, &element))
      return FALSE;
    if (element.indefinite)
      open++;
    else
      cursor->p += element.len;
  } while (open > 0);
  return TRUE;
}

static gboolean
skip_tag(Cursor *cursor, unsigned char tag)
{
  return left(cursor) > 0 && cursor->p[0] == tag && skip(cursor);
}

static gboolean
enter(Cursor *cursor, unsigned char tag)
{
  Element element;

  if (!read_header(cursor, &element) || element.tag != tag)
    return FALSE;
  if (!element.indefinite)
    cursor->end = cursor->p + element.len;
  return TRUE;
}

/* --- object identifiers --- */

typedef enum oid {
  OID_OTHER,
  OID_DATA,
  OID_SIGNED,
  OID_ENCRYPTED, /* enveloped, encrypted, authenticated-enveloped */
  OID_COMPRESSED,
} Oid;

/* 1.2.840.113549.1.7.x and 1.2.840.113549.1.9.16.1.x */
static const struct {
  Oid oid;
  const char *bytes;
} oids[] = {
    {OID_DATA, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"},
    {OID_SIGNED, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"},
    {OID_ENCRYPTED, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03"},
    {OID_ENCRYPTED, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x04"},
    {OID_ENCRYPTED, "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x06"},
    {OID_COMPRESSED, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x09"},
    {OID_ENCRYPTED, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"},
};

static gboolean
read_oid(Cursor *cursor, Oid *oid)
{
  Element element;

  if (!read_header(cursor, &element) || element.tag != TAG_OID)
    return FALSE;
  *oid = OID_OTHER;
  for (size_t i = 0; i < G_N_ELEMENTS(oids); i++)
    if (element.len == strlen(oids[i].bytes) && memcmp(cursor->p, oids[i].bytes, element.len) == 0)
      *oid = oids[i].oid;
  cursor->p += element.len;
  return TRUE;
}

/* --- the octets --- */

/* cursor stands behind the header of a string in pieces. */
static gboolean
join_pieces(Cursor *cursor, const Element *string, GByteArray *out, unsigned depth)
{
  Cursor inside = *cursor;
  Element element;

  if (!string->indefinite)
    inside.end = inside.p + string->len;
  while (left(&inside) > 0 && !(string->indefinite && at_end_mark(&inside))) {
    if (!read_header(&inside, &element))
      return FALSE;
    if (element.tag == TAG_OCTETS) {
      g_byte_array_append(out, inside.p, (guint)element.len);
      inside.p += element.len;
    } else if (element.tag != TAG_OCTETS_IN_PIECES || depth == 0 ||
               !join_pieces(&inside, &element, out, depth - 1)) {
      return FALSE;
    }
  }
  cursor->p = inside.p + (string->indefinite ? 2 : 0);
  return !string->indefinite || at_end_mark(&inside);
}

/* out may be NULL: then the string is not looked into. */
static gboolean
read_octets(Cursor *cursor, GByteArray *out)
{
  Element element;

  if (!read_header(cursor, &element))
    return FALSE;
  if (element.tag == TAG_OCTETS_IN_PIECES)
    return !out || join_pieces(cursor, &element, out, PIECES_DEPTH);
  if (element.tag != TAG_OCTETS)
    return FALSE;
  if (out)
    g_byte_array_append(out, cursor->p, (guint)element.len);
  return TRUE;
}

/* --- the object --- */

static gboolean
is_padding(const Cursor *cursor)
{
  for (const unsigned char *p = cursor->p; p < cursor->end; p++)
    if (*p != 0 && !g_ascii_isspace(*p))
      return FALSE;
  return TRUE;
}

/* cursor stands in SignedData or CompressedData: version, algorithms, then the content. */
static CmsKind
read_content(Cursor *cursor, Oid type, GByteArray *out)
{
  Oid inner;

  if (!skip_tag(cursor, TAG_INTEGER) ||
      !skip_tag(cursor, type == OID_SIGNED ? TAG_SET : TAG_SEQUENCE) ||
      !enter(cursor, TAG_SEQUENCE) || !read_oid(cursor, &inner))
    return CMS_BROKEN;
  if (left(cursor) == 0 || at_end_mark(cursor))
    return type == OID_SIGNED ? CMS_DETACHED : CMS_BROKEN;
  if (inner != OID_DATA || !enter(cursor, TAG_EXPLICIT_0) || !read_octets(cursor, out))
    return CMS_BROKEN;
  return type == OID_SIGNED ? CMS_OPAQUE : CMS_COMPRESSED;
}

static CmsKind
read_object(const unsigned char *bytes, size_t len, GByteArray *out)
{
  Cursor cursor = {bytes, len > 0 ? bytes + len : bytes}, behind = cursor;
  Element whole;
  CmsKind kind;
  Oid type;

  if (len == 0 || !read_promise(&cursor, &whole) || whole.tag != TAG_SEQUENCE ||
      !read_oid(&cursor, &type))
    return CMS_NONE;
  if (type == OID_ENCRYPTED)
    return CMS_SEALED;
  if (type != OID_SIGNED && type != OID_COMPRESSED)
    return CMS_NONE;
  if (!enter(&cursor, TAG_EXPLICIT_0) || !enter(&cursor, TAG_SEQUENCE))
    return CMS_BROKEN;
  kind = read_content(&cursor, type, out);
  if (kind != CMS_DETACHED && (!skip(&behind) || !is_padding(&behind)))
    return CMS_BROKEN;
  return kind;
}

CmsKind
cms_kind(const unsigned char *bytes, size_t len)
{
  return read_object(bytes, len, NULL);
}

/* zlib data (RFC 1950), to their end and not beyond a limit. */
static GBytes *
inflate_all(const GByteArray *packed)
{
  g_autoptr(GConverter) zlib = G_CONVERTER(g_zlib_decompressor_new(G_ZLIB_COMPRESSOR_FORMAT_ZLIB));
  g_autoptr(GByteArray) out = g_byte_array_new();
  unsigned char piece[16384];
  GConverterResult result = G_CONVERTER_CONVERTED;
  gsize used = 0, took, gave;

  while (result == G_CONVERTER_CONVERTED) {
    result = g_converter_convert(zlib, packed->data + used, packed->len - used, piece, sizeof piece,
                                 G_CONVERTER_INPUT_AT_END, &took, &gave, NULL);
    if (result == G_CONVERTER_ERROR || out->len + gave > LIMIT_UNPACK_OPEN)
      return NULL;
    g_byte_array_append(out, piece, (guint)gave);
    used += took;
  }
  return used == packed->len ? g_byte_array_free_to_bytes(g_steal_pointer(&out)) : NULL;
}

GBytes *
cms_content(const unsigned char *bytes, size_t len)
{
  g_autoptr(GByteArray) out = g_byte_array_new();

  switch (read_object(bytes, len, out)) {
  case CMS_OPAQUE:
    return g_byte_array_free_to_bytes(g_steal_pointer(&out));
  case CMS_COMPRESSED:
    return inflate_all(out);
  default:
    return NULL;
  }
}
