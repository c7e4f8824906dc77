/* jpx_header.c - the marker segments of a JPEG 2000 code stream (ISO/IEC 15444-1, annex A), those
 * of its tiles included, and the boxes around it (annex I), before a library sees them. What is
 * decoded is held in blocks, precincts and layers, each with some hundred bytes of its own: a small
 * file may ask for any number of them, and is refused; writers have a few large ones. */
#include "jpx_header.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"

#define COMPONENTS 4
#define DEPTH      16
#define SPACING    4 /* pixels from one sample of a component to the next */
#define TILES      1024
#define LAYERS     100
#define LEVELS     32

/* Of all components together; a precinct has several tables. */
#define BLOCKS    (150 * 1000)
#define PRECINCTS (20 * 1000)

enum {
  SOC = 0xff4f,
  SIZ = 0xff51,
  COD = 0xff52,
  COC = 0xff53,
  TLM = 0xff55,
  PLM = 0xff57,
  PLT = 0xff58,
  QCD = 0xff5c,
  QCC = 0xff5d,
  RGN = 0xff5e,
  POC = 0xff5f,
  PPM = 0xff60,
  PPT = 0xff61,
  CRG = 0xff63,
  COM = 0xff64,
  SOT = 0xff90,
  SOD = 0xff93,
  EOC = 0xffd9
};

/* Behind SOC and the marker of SIZ; up to its components, and each of them. */
#define SIZ_AT        4
#define SIZ_LEN       38
#define COMPONENT_LEN 3

/* --- the size of it --- */

static gboolean
are_components_sound(const unsigned char *p, unsigned count)
{
  for (; count > 0; count--, p += COMPONENT_LEN)
    if ((p[0] & 0x7fu) + 1 > DEPTH || p[1] == 0 || p[1] > SPACING || p[2] == 0 || p[2] > SPACING)
      return FALSE;
  return TRUE;
}

static guint64
parts(guint64 length, guint64 part)
{
  return (length + part - 1) / part;
}

static gboolean
read_size(const unsigned char *p, size_t len, JpxHeader *header)
{
  guint32 right, bottom, left, top, tile_width, tile_height;

  if (len < SIZ_AT + SIZ_LEN || be16(p) != SOC || be16(p + 2) != SIZ)
    return FALSE;
  right = be32(p + 8);
  bottom = be32(p + 12);
  left = be32(p + 16);
  top = be32(p + 20);
  tile_width = be32(p + 24);
  tile_height = be32(p + 28);
  header->components = be16(p + 40);
  if (left >= right || top >= bottom || tile_width == 0 || tile_height == 0 ||
      header->components == 0 || header->components > COMPONENTS ||
      be16(p + 4) != SIZ_LEN + header->components * COMPONENT_LEN || len < SIZ_AT + be16(p + 4) ||
      !are_components_sound(p + 42, header->components))
    return FALSE;
  header->width = right - left;
  header->height = bottom - top;
  return picture_fits(header->width, header->height, LIMIT_PICTURE) &&
         picture_fits(parts(right, tile_width), parts(bottom, tile_height), TILES);
}

/* --- how it is coded --- */

/* What so many pixels are in at a level, in parts whose sides are powers of two. */
static guint64
parts_at(const JpxHeader *header, unsigned halved, unsigned wide, unsigned high)
{
  const guint64 width = parts(header->width, (guint64)1 << halved),
                height = parts(header->height, (guint64)1 << halved);

  return parts(width, (guint64)1 << wide) * parts(height, (guint64)1 << high);
}

/* Levels, the two sides of a block, two bytes more, and sides of precincts where they are told,
 * those of the smallest level first. */
static gboolean
read_coding(const unsigned char *p, size_t len, gboolean precincts, JpxHeader *header)
{
  const unsigned components = header->components;
  guint64 blocks = 0, sum = 0;

  if (len < 5 || p[0] > LEVELS)
    return FALSE;
  header->levels = MIN(header->levels, p[0]);
  for (unsigned level = 0; level <= p[0]; level++) {
    const unsigned halved = p[0] - level;
    const size_t at = 5 + level;

    blocks += parts_at(header, halved, (p[1] & 15u) + 2, (p[2] & 15u) + 2) * components;
    if (precincts && at < len)
      sum += parts_at(header, halved, p[at] & 15, p[at] >> 4) * components;
  }
  return blocks <= BLOCKS && sum <= PRECINCTS;
}

/* A segment, behind its marker and length. OpenJPEG does not skip one that it does not know by its
 * length: it looks for the next marker in it. */
static gboolean
read_segment(unsigned marker, const unsigned char *p, size_t len, JpxHeader *header)
{
  static const unsigned others[] = {TLM, PLM, PLT, QCD, QCC, RGN, POC, PPM, PPT, CRG, COM};

  if (marker == COD)
    return len >= 5 && be16(p + 2) <= LAYERS && read_coding(p + 5, len - 5, p[0] & 1, header);
  if (marker == COC)
    return len >= 2 && read_coding(p + 2, len - 2, p[1] & 1, header);
  for (guint i = 0; i < G_N_ELEMENTS(others); i++)
    if (marker == others[i])
      return TRUE;
  return FALSE;
}

/* Segments up to the first pixels of a tile, or the first tile; what breaks off is read as far as
 * it goes. *at becomes their place. */
static gboolean
read_segments(const unsigned char *p, size_t len, size_t *at, JpxHeader *header)
{
  while (len - *at >= 4) {
    const unsigned marker = be16(p + *at);
    const size_t size = be16(p + *at + 2);

    if (marker == SOD || marker == SOT)
      return TRUE;
    if (size < 2 || size > len - *at - 2 || !read_segment(marker, p + *at + 4, size - 2, header))
      return FALSE;
    *at += 2 + size;
  }
  *at = len;
  return TRUE;
}

/* Each part of a tile tells where it ends, but for the last one. A library takes as much memory as
 * that says. */
static gboolean
read_tiles(const unsigned char *p, size_t len, size_t at, JpxHeader *header)
{
  while (len - at >= 2 && be16(p + at) != EOC) {
    const size_t from = at;
    size_t size;

    if (len - at < 12 || be16(p + at) != SOT)
      return FALSE;
    size = be32(p + at + 6);
    at += 12;
    if (!read_segments(p, len, &at, header))
      return FALSE;
    if (size == 0)
      return TRUE;
    if (size < at - from || size > len - from)
      return FALSE;
    at = from + size;
  }
  return TRUE;
}

/* --- the file around it --- */

/* A table of colours, in a box of boxes before the stream: what is decoded are numbers of its
 * entries, which may look alike. */
static gboolean
has_table(const unsigned char *bytes, size_t len)
{
  return memmem(bytes, len, "pclr", 4) != NULL;
}

/* Of the first code stream in a file of boxes; len if there is none, or it is not what is shown. */
static size_t
find_stream(const unsigned char *bytes, size_t len)
{
  size_t at = 0;

  while (len - at >= 16) {
    const guint32 size = be32(bytes + at);
    const size_t head = size == 1 ? 16 : 8;
    const guint64 whole =
        size == 1 ? (guint64)be32(bytes + at + 8) << 32 | be32(bytes + at + 12) : size;

    if (memcmp(bytes + at + 4, "jp2c", 4) == 0)
      return has_table(bytes, at) ? len : at + head;
    if (whole < head || whole > len - at)
      break;
    at += (size_t)whole;
  }
  return len;
}

gboolean
jpx_header_read(const unsigned char *bytes, size_t len, JpxHeader *header)
{
  size_t at;

  *header = (JpxHeader){.levels = LEVELS};
  if (len < 16)
    return FALSE;
  header->at = be16(bytes) == SOC ? 0 : find_stream(bytes, len);
  bytes += header->at;
  len -= header->at;
  if (!read_size(bytes, len, header))
    return FALSE;
  at = SIZ_AT + be16(bytes + 4);
  return read_segments(bytes, len, &at, header) && read_tiles(bytes, len, at, header);
}

gboolean
jpx_size(const unsigned char *bytes, size_t len, PictureSize *size)
{
  JpxHeader header;

  if (!jpx_header_read(bytes, len, &header))
    return FALSE;
  *size = (PictureSize){header.width, header.height, 1, 0};
  return TRUE;
}
