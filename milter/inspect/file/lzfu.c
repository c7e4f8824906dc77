/* lzfu.c - Rich Text as Outlook stores a message's body ([MS-OXRTFCP]): LZ77 with a dictionary of
 * 4,096 bytes, which begins with words that are frequent in Rich Text. */
#include "lzfu.h"

#include <string.h>

#include "checksum.h"
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
  size_t most; /* bytes of it */
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
  while (p < end && lzfu->out->len <= lzfu->most) {
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
lzfu_open(const unsigned char *bytes, size_t len, size_t most, gboolean *whole)
{
  Lzfu lzfu = {.at = sizeof(words) - 1, .most = most};

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
  if (!expand(&lzfu, bytes + HEADER, bytes + len) || lzfu.out->len > most) {
    g_byte_array_set_size(lzfu.out, (guint)MIN(lzfu.out->len, most));
    *whole = FALSE;
  }
  return g_byte_array_free_to_bytes(lzfu.out);
}

/* --- the way back ---------------------------------------------------------------------------- */

/* Behind the words that the dictionary begins with stands all text; of each three bytes it is known
 * where they stood last. */
#define HASHES  4096
#define LONGEST 17

typedef struct packer {
  const guint8 *all;
  size_t len, at;
  guint32 last[HASHES]; /* 0: nowhere; else a place and one more */
  GByteArray *out;
  guint control; /* in out: the byte that tells the next eight apart */
  unsigned bits; /* of it in use */
} Packer;

static guint32 *
last_of(Packer *packer, size_t at)
{
  const guint8 *p = packer->all + at;

  return &packer->last[((guint32)p[0] << 8 ^ (guint32)p[1] << 4 ^ p[2]) % HASHES];
}

static void
note(Packer *packer, size_t from, size_t to)
{
  for (; from < to && from + 3 <= packer->len; from++)
    *last_of(packer, from) = (guint32)from + 1;
}

/* How many bytes from here on have stood before, at *from in the window; 0 for fewer than two. */
static size_t
find(Packer *packer, size_t *from)
{
  const size_t left = MIN(packer->len - packer->at, LONGEST);
  size_t same = 0, place = left >= 3 ? *last_of(packer, packer->at) : 0;

  if (place == 0 || packer->at - (place - 1) >= WINDOW)
    return 0;
  *from = place - 1;
  while (same < left && packer->all[*from + same] == packer->all[packer->at + same])
    same++;
  return same >= 2 ? same : 0;
}

static void
put_token(Packer *packer, gboolean reference, const guint8 *bytes, guint len)
{
  if (packer->bits == 8) {
    packer->control = packer->out->len;
    packer->bits = 0;
    g_byte_array_append(packer->out, (const guint8 *)"", 1);
  }
  if (reference)
    packer->out->data[packer->control] |= (guint8)(1u << packer->bits);
  packer->bits++;
  g_byte_array_append(packer->out, bytes, len);
}

static void
put_reference(Packer *packer, size_t from, size_t len)
{
  const unsigned reference = (unsigned)(from % WINDOW) << 4 | (unsigned)(len - 2);

  put_token(packer, TRUE, (const guint8[]){(guint8)(reference >> 8), (guint8)reference}, 2);
}

static void
pack(Packer *packer)
{
  note(packer, 0, packer->at);
  while (packer->at < packer->len) {
    size_t from, same = find(packer, &from);

    if (same > 0)
      put_reference(packer, from, same);
    else
      put_token(packer, FALSE, packer->all + packer->at, 1);
    same = MAX(same, 1);
    note(packer, packer->at, packer->at + same);
    packer->at += same;
  }
  put_reference(packer, packer->at, 2); /* to where the next byte goes: the end */
}

GBytes *
lzfu_pack(GBytes *text)
{
  g_autoptr(GByteArray) all = g_byte_array_new();
  g_autofree Packer *packer = g_new0(Packer, 1);
  gsize len = 0;
  const guint8 *bytes = g_bytes_get_data(text, &len);
  GByteArray *out = g_byte_array_set_size(g_byte_array_new(), HEADER);

  g_byte_array_append(all, (const guint8 *)words, sizeof(words) - 1);
  g_byte_array_append(all, bytes, (guint)len);
  packer->all = all->data;
  packer->len = all->len;
  packer->at = sizeof(words) - 1;
  packer->out = out;
  packer->bits = 8;
  pack(packer);
  put_le32(out->data, out->len - 4);
  put_le32(out->data + 4, (guint32)len);
  put_le32(out->data + 8, COMPRESSED);
  put_le32(out->data + 12, checksum_crc32(0, out->data + HEADER, out->len - HEADER));
  return g_byte_array_free_to_bytes(out);
}
