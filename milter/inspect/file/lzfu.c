/* lzfu.c - Rich Text as Outlook stores a message's body ([MS-OXRTFCP]): LZ77 with a dictionary of
 * 4,096 bytes, which begins with words that are frequent in Rich Text. */
#include "lzfu.h"

#include <string.h>

#include "bounds.h"
#include "octets.h"

#define COMPRESSED 0x75465a4c
#define PLAIN      0x414c454d
#define HEADER     16
#define WINDOW     4096

static const char words[] =
    "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
    "\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
    "\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

typedef struct lzfu {
  unsigned char window[WINDOW];
  unsigned at;
  GByteArray *out;
} Lzfu;

static void
put(Lzfu *lzfu, unsigned char c)
{
  lzfu->window[lzfu->at] = c;
  lzfu->at = (lzfu->at + 1) % WINDOW;
  g_byte_array_append(lzfu->out, &c, 1);
}

/* FALSE at the end mark: a reference to where the next byte goes. */
static gboolean
copy(Lzfu *lzfu, unsigned reference)
{
  unsigned from = reference >> 4, count = (reference & 15) + 2;

  if (from == lzfu->at)
    return FALSE;
  for (unsigned i = 0; i < count; i++)
    put(lzfu, lzfu->window[(from + i) % WINDOW]);
  return TRUE;
}

/* As far as it goes: what is cut off has still been shown. FALSE at the limit. */
static gboolean
expand(Lzfu *lzfu, const unsigned char *p, const unsigned char *end)
{
  while (p < end && lzfu->out->len < LIMIT_UNPACK_OPEN) {
    unsigned control = *p++;

    for (unsigned bit = 0; bit < 8 && p < end; bit++, control >>= 1) {
      if (!(control & 1)) {
        put(lzfu, *p++);
        continue;
      }
      if (end - p < 2 || !copy(lzfu, be16(p)))
        return TRUE;
      p += 2;
    }
  }
  return p >= end;
}

GBytes *
lzfu_open(const unsigned char *bytes, size_t len, gboolean *whole)
{
  Lzfu lzfu = {.at = sizeof(words) - 1};

  if (len < HEADER)
    return NULL;
  if (le32(bytes + 8) == PLAIN)
    return g_bytes_new(bytes + HEADER, len - HEADER);
  if (le32(bytes + 8) != COMPRESSED) {
    *whole = FALSE;
    return NULL;
  }
  memcpy(lzfu.window, words, sizeof(words) - 1);
  memset(lzfu.window + sizeof(words) - 1, ' ', WINDOW - (sizeof(words) - 1));
  lzfu.out = g_byte_array_new();
  if (!expand(&lzfu, bytes + HEADER, bytes + len))
    *whole = FALSE;
  return g_byte_array_free_to_bytes(lzfu.out);
}

/* --- the way back ---------------------------------------------------------------------------- */

/* CRC-32 as ZIP has it, but for what it begins with and what is done at the end. */
static guint32
checksum(const guint8 *bytes, size_t len)
{
  guint32 crc = 0;

  for (size_t i = 0; i < len; i++) {
    crc ^= bytes[i];
    for (unsigned bit = 0; bit < 8; bit++)
      crc = crc >> 1 ^ ((crc & 1) ? 0xedb88320u : 0);
  }
  return crc;
}

static void
put_number(guint8 *to, gsize number)
{
  for (unsigned i = 0; i < 4; i++, number >>= 8)
    to[i] = (guint8)number;
}

/* Nothing is looked for twice: a control byte in front of each eight. The end mark is one of them.
 */
GBytes *
lzfu_store(GBytes *text)
{
  GByteArray *out = g_byte_array_set_size(g_byte_array_new(), HEADER);
  gsize len = 0;
  const guint8 *bytes = g_bytes_get_data(text, &len);
  const unsigned end = (unsigned)((sizeof(words) - 1 + len) % WINDOW) << 4;
  const guint8 mark[] = {(guint8)(end >> 8), (guint8)end};

  for (gsize at = 0; at <= len; at += 8) {
    const gsize some = MIN(len - at, 8);
    const guint8 control = some < 8 ? (guint8)(1u << some) : 0;

    g_byte_array_append(out, &control, 1);
    g_byte_array_append(out, bytes + at, (guint)some);
  }
  g_byte_array_append(out, mark, sizeof mark);
  put_number(out->data, out->len - 4);
  put_number(out->data + 4, len);
  put_number(out->data + 8, COMPRESSED);
  put_number(out->data + 12, checksum(out->data + HEADER, out->len - HEADER));
  return g_byte_array_free_to_bytes(out);
}
