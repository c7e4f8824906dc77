/* lzfu.c - Rich Text as Outlook stores a message's body ([MS-OXRTFCP]): LZ77 with a dictionary of
 * 4,096 bytes, which begins with words that are frequent in Rich Text. */
#include "opened.h"

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
