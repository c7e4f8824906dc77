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

struct repeats {
  const RepeatsKey *key;
  GHashTable *known; /* container, size, hash and name ─▶ Repeat */
};

int
repeats_key_init(RepeatsKey *key, GError **error)
{
  if (getrandom(key, sizeof *key, 0) == sizeof *key)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "no random bytes");
  return -1;
}

Repeats *
repeats_new(const RepeatsKey *key)
{
  Repeats *repeats = g_new0(Repeats, 1);

  repeats->key = key;
  repeats->known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
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
  guint64 hash = repeats_hash(repeats->key, bytes, len);
  g_autofree char *key = g_strdup_printf("%u/%" G_GSIZE_FORMAT "/%" G_GINT64_MODIFIER "x/%s",
                                         container, len, hash, name);
  Repeat *repeat = g_hash_table_lookup(repeats->known, key);

  if (repeat)
    return repeat;
  repeat = g_new(Repeat, 1);
  *repeat = this;
  g_hash_table_insert(repeats->known, g_steal_pointer(&key), repeat);
  return NULL;
}

/* --- SipHash-1-3 --- */

static guint64
rotate(guint64 word, unsigned by)
{
  return word << by | word >> (64 - by);
}

static void
mix(guint64 v[4])
{
  v[0] += v[1];
  v[1] = rotate(v[1], 13) ^ v[0];
  v[0] = rotate(v[0], 32);
  v[2] += v[3];
  v[3] = rotate(v[3], 16) ^ v[2];
  v[0] += v[3];
  v[3] = rotate(v[3], 21) ^ v[0];
  v[2] += v[1];
  v[1] = rotate(v[1], 17) ^ v[2];
  v[2] = rotate(v[2], 32);
}

static void
take(guint64 v[4], guint64 word)
{
  v[3] ^= word;
  mix(v);
  v[0] ^= word;
}

guint64
repeats_hash(const RepeatsKey *key, const unsigned char *bytes, size_t len)
{
  guint64 v[] = {key->half[0] ^ G_GUINT64_CONSTANT(0x736f6d6570736575),
                 key->half[1] ^ G_GUINT64_CONSTANT(0x646f72616e646f6d),
                 key->half[0] ^ G_GUINT64_CONSTANT(0x6c7967656e657261),
                 key->half[1] ^ G_GUINT64_CONSTANT(0x7465646279746573)};
  guint64 word, last = 0;
  size_t at = 0;

  for (; len - at >= sizeof word; at += sizeof word) {
    memcpy(&word, bytes + at, sizeof word);
    take(v, GUINT64_FROM_LE(word));
  }
  memcpy(&last, bytes + at, len - at);
  take(v, GUINT64_FROM_LE(last) | (guint64)len << 56);
  v[2] ^= 0xff;
  mix(v);
  mix(v);
  mix(v);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}
