/* repeats.c - files that libclamav hands out more than once.
 *
 * It unpacks an Office package twice, by its directory and by the headers in front of each entry,
 * and the streams of a compound file up to three times. What comes out again is known by container,
 * name, size and content. An archive can hold two entries that differ in nothing but content, so
 * content must be told apart even where somebody wants it not to be: by SipHash, under a key that
 * nobody outside has and of which nothing shows. */
#include "repeats.h"

#include <string.h>
#include <sys/random.h>

#include "error.h"
#include "siphash.h"

typedef struct known {
  unsigned container;
  size_t size;
  guint8 hash[SIPHASH_BYTES];
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
  if (getrandom(key->bytes, sizeof key->bytes, 0) == sizeof key->bytes)
    return 0;
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_SOFTWARE, "no random bytes");
  return -1;
}

static guint
known_hash(const void *data)
{
  guint hash;

  memcpy(&hash, ((const Known *)data)->hash, sizeof hash);
  return hash;
}

static gboolean
known_equal(const void *a, const void *b)
{
  const Known *one = a, *other = b;

  return one->container == other->container && one->size == other->size &&
         memcmp(one->hash, other->hash, sizeof one->hash) == 0 &&
         strcmp(one->name, other->name) == 0;
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
  Known wanted = {.container = container, .size = len, .name = (char *)name, .repeat = this};
  Known *known;

  siphash(repeats->key->bytes, bytes, len, wanted.hash);
  known = g_hash_table_lookup(repeats->known, &wanted);
  if (known)
    return &known->repeat;
  wanted.name = g_strdup(name);
  g_hash_table_add(repeats->known, g_memdup2(&wanted, sizeof wanted));
  return NULL;
}
