#include "siphash.h"

#include <string.h>

typedef struct sip {
  guint64 a, b, c, d;
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

static inline guint64
turn(guint64 word, unsigned bits)
{
  return word << bits | word >> (64 - bits);
}

/* By value, so that the state stays in registers. */
static inline Sip
mix(Sip sip)
{
  sip.a += sip.b;
  sip.b = turn(sip.b, 13) ^ sip.a;
  sip.a = turn(sip.a, 32);
  sip.c += sip.d;
  sip.d = turn(sip.d, 16) ^ sip.c;
  sip.a += sip.d;
  sip.d = turn(sip.d, 21) ^ sip.a;
  sip.c += sip.b;
  sip.b = turn(sip.b, 17) ^ sip.c;
  sip.c = turn(sip.c, 32);
  return sip;
}

static inline Sip
take(Sip sip, guint64 word)
{
  sip.d ^= word;
  sip = mix(mix(sip));
  sip.a ^= word;
  return sip;
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
finish(Sip *sip)
{
  *sip = mix(mix(mix(mix(*sip))));
  return sip->a ^ sip->b ^ sip->c ^ sip->d;
}

void
siphash(const guint8 key[SIPHASH_KEY], const guint8 *data, size_t len, guint8 hash[SIPHASH_BYTES])
{
  const guint64 low = read_word(key), high = read_word(key + 8);
  const guint8 *end = data + (len - len % 8);
  Sip sip = {0x736f6d6570736575 ^ low, 0x646f72616e646f6d ^ high ^ 0xee, 0x6c7967656e657261 ^ low,
             0x7465646279746573 ^ high};

  for (; data < end; data += 8)
    sip = take(sip, read_word(data));
  sip = take(sip, last_word(end, len));
  sip.c ^= 0xee;
  write_word(hash, finish(&sip));
  sip.b ^= 0xdd;
  write_word(hash + 8, finish(&sip));
}
