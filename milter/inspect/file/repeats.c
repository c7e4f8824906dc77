/* repeats.c - files that libclamav hands out more than once.
 *
 * It unpacks an Office package twice, by its directory and by the headers in front of each entry,
 * and the streams of a compound file up to three times. What comes out again is known by container,
 * name, size and content. An archive can hold two entries that differ in nothing but content, so
 * content must be told apart even where somebody wants it not to be: by SipHash (Aumasson and
 * Bernstein, 2012) under a key that nobody outside has, of which nothing shows. In its 1-3 form it
 * costs two instructions a byte, SHA-256 without help of the processor more than thirty. */
#include "repeats.h"

#include <string.h>
#include <sys/random.h>

#include "error.h"

typedef struct known {
  unsigned container;
  size_t size;
  guint64 hash;
  char *name;
  Repeat repeat;
} Known;

struct repeats {
  const RepeatsKey *key;
  GHashTable *known; /* Known */
};

int
repeats_key_init(RepeatsKey *key, GError **error)
{
  if (getrandom(key, sizeof *key, 0) == sizeof *key)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "no random bytes");
  return -1;
}

static guint
known_hash(const void *data)
{
  return (guint)((const Known *)data)->hash;
}

static gboolean
known_equal(const void *a, const void *b)
{
  const Known *one = a, *other = b;

  return one->container == other->container && one->size == other->size &&
         one->hash == other->hash && strcmp(one->name, other->name) == 0;
}

static void
known_free(void *data)
{
  Known *known = data;

  g_free(known->name);
  g_free(known);
}

Repeats *
repeats_new(const RepeatsKey *key)
{
  Repeats *repeats = g_new0(Repeats, 1);

  repeats->key = key;
  repeats->known = g_hash_table_new_full(known_hash, known_equal, known_free, NULL);
  return repeats;
}

void
repeats_free(Repeats *repeats)
{
  if (!repeats)
    return;
  g_hash_table_unref(repeats->known);
  g_free(repeats);
}

Repeat *
repeats_find(Repeats *repeats, unsigned container, const char *name, const unsigned char *bytes,
             size_t len, Repeat this)
{
  Known wanted = {container, len, repeats_hash(repeats->key, bytes, len), (char *)name, this};
  Known *known = g_hash_table_lookup(repeats->known, &wanted);

  if (known)
    return &known->repeat;
  wanted.name = g_strdup(name);
  g_hash_table_add(repeats->known, g_memdup2(&wanted, sizeof wanted));
  return NULL;
}

/* --- SipHash-1-3 --- */

typedef struct sip {
  guint64 a, b, c, d;
} Sip;

static inline guint64
rotate(guint64 word, unsigned by)
{
  return word << by | word >> (64 - by);
}

static inline Sip
mix(Sip sip)
{
  sip.a += sip.b;
  sip.b = rotate(sip.b, 13) ^ sip.a;
  sip.a = rotate(sip.a, 32);
  sip.c += sip.d;
  sip.d = rotate(sip.d, 16) ^ sip.c;
  sip.a += sip.d;
  sip.d = rotate(sip.d, 21) ^ sip.a;
  sip.c += sip.b;
  sip.b = rotate(sip.b, 17) ^ sip.c;
  sip.c = rotate(sip.c, 32);
  return sip;
}

static inline Sip
take(Sip sip, guint64 word)
{
  sip.d ^= word;
  sip = mix(sip);
  sip.a ^= word;
  return sip;
}

guint64
repeats_hash(const RepeatsKey *key, const unsigned char *bytes, size_t len)
{
  Sip sip = {key->half[0] ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
             key->half[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
             key->half[0] ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
             key->half[1] ^ G_GUINT64_CONSTANT(0x7465646279746573)};
  guint64 word, last = 0;
  size_t at = 0;

  for (; len - at >= sizeof word; at += sizeof word) {
    memcpy(&word, bytes + at, sizeof word);
    sip = take(sip, GUINT64_FROM_LE(word));
  }
  memcpy(&last, bytes + at, len - at);
  sip = take(sip, GUINT64_FROM_LE(last) | (guint64)len << 56);
  sip.c ^= 0xff;
  sip = mix(mix(mix(sip)));
  return sip.a ^ sip.b ^ sip.c ^ sip.d;
}
