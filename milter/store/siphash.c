#include "siphash.h"

#include <string.h>

typedef struct sip {
  guint64 v[4];
} Sip;

static guint64
read_word(const guint8 *at)
{
  guint64 word;

  memcpy(&word, at, sizeof word);
  return GUINT64_FROM_LE(word);
}

static void
write_word(guint8 *at, guint64 word)
{
  word = GUINT64_TO_LE(word);
  memcpy(at, &word, sizeof word);
}

static guint64
turn(guint64 word, unsigned bits)
{
  return word << bits | word >> (64 - bits);
}

static void
mix(Sip *sip, int rounds)
{
  guint64 a = sip->v[0], b = sip->v[1], c = sip->v[2], d = sip->v[3];

  while (rounds-- > 0) {
    a += b;
    b = turn(b, 13) ^ a;
    a = turn(a, 32);
    c += d;
    d = turn(d, 16) ^ c;
    a += d;
    d = turn(d, 21) ^ a;
    c += b;
    b = turn(b, 17) ^ c;
    c = turn(c, 32);
  }
  *sip = (Sip){{a, b, c, d}};
}

static void
take(Sip *sip, guint64 word)
{
  sip->v[3] ^= word;
  mix(sip, 2);
  sip->v[0] ^= word;
}

/* The bytes that fill no word, and the length in the top byte. */
static guint64
last_word(const guint8 *at, size_t len)
{
  guint64 word = (guint64)len << 56;

  for (size_t i = 0; i < len % 8; i++)
    word |= (guint64)at[i] << (8 * i);
  return word;
}

static guint64
give(Sip *sip, size_t word, guint8 flip)
{
  sip->v[word] ^= flip;
  mix(sip, 4);
  return sip->v[0] ^ sip->v[1] ^ sip->v[2] ^ sip->v[3];
}

void
siphash(const guint8 key[SIPHASH_KEY], const guint8 *data, size_t len, guint8 hash[SIPHASH_BYTES])
{
  const guint64 low = read_word(key), high = read_word(key + 8);
  const guint8 *end = data + (len - len % 8);
  Sip sip = {{0x736f6d6570736575 ^ low, 0x646f72616e646f6d ^ high ^ 0xee, 0x6c7967656e657261 ^ low,
              0x7465646279746573 ^ high}};

  for (; data < end; data += 8)
    take(&sip, read_word(data));
  take(&sip, last_word(end, len));
  write_word(hash, give(&sip, 2, 0xee));
  write_word(hash + 8, give(&sip, 1, 0xdd));
}
