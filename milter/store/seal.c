#include "seal.h"

#include "error.h"
#include "siphash.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define SECRET_BYTES 32
#define SEAL_DIGITS  32
#define MAX_CLASSES  400 /* bytes of them in the field, which is one line */

/* How much of a letter's two ends goes into its code by SHA-256; what lies between goes by a hash
 * that costs a sixth. */
#define REF_HEAD 4096
#define REF_TAIL 1024

struct seal {
  guchar secret[SECRET_BYTES];
};

static int
read_secret(int fd, Seal *seal)
{
  return read(fd, seal->secret, SECRET_BYTES) == SECRET_BYTES ? 0 : -1;
}

static int
fill_random(guchar *out, size_t len)
{
  return getentropy(out, len);
}

/* Written under another name and linked, so that two programs that start at once end with one
 * secret and a crash leaves none or a whole one. */
static int
make_secret(const char *path)
{
  guchar secret[SECRET_BYTES];
  g_autofree char *temp = g_strdup_printf("%s.%08x%08x", path, g_random_int(), g_random_int());
  int fd = open(temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  int result = -1;

  if (fd < 0)
    return -1;
  if (fill_random(secret, sizeof secret) == 0 && write(fd, secret, sizeof secret) == SECRET_BYTES &&
      fsync(fd) == 0)
    result = link(temp, path) == 0 || errno == EEXIST ? 0 : -1;
  close(fd);
  unlink(temp);
  return result;
}

Seal *
seal_open(const char *state, gboolean create, GError **error)
{
  g_autofree Seal *seal = g_new0(Seal, 1);
  g_autofree char *path = g_build_filename(state, "secret", NULL);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  int result;

  if (fd < 0 && !create)
    return g_steal_pointer(&seal);
  if (fd < 0 && errno == ENOENT && make_secret(path) == 0)
    fd = open(path, O_RDONLY | O_CLOEXEC);
  result = fd < 0 ? -1 : read_secret(fd, seal);
  if (fd >= 0)
    close(fd);
  if (result == 0)
    return g_steal_pointer(&seal);
  g_set_error(error, CORDON_ERROR, CORDON_ERROR_CONFIG,
              "%s: cannot read or make the %d byte secret (%s); the folder must belong to the user "
              "that runs cordond",
              path, SECRET_BYTES, g_strerror(errno));
  return NULL;
}

void
seal_free(Seal *seal)
{
  if (seal != NULL)
    explicit_bzero(seal, sizeof *seal);
  g_free(seal);
}

static GHmac *
hmac_start(const Seal *seal, const char *purpose)
{
  GHmac *hmac = g_hmac_new(G_CHECKSUM_SHA256, seal->secret, SECRET_BYTES);

  g_hmac_update(hmac, (const guchar *)purpose, (gssize)strlen(purpose) + 1);
  return hmac;
}

static void
hmac_string(GHmac *hmac, const char *text)
{
  g_hmac_update(hmac, (const guchar *)text, (gssize)strlen(text) + 1);
}

/* The key is of this secret alone: nobody outside can make two letters with one code. */
static void
hmac_middle(const Seal *seal, GHmac *hmac, const guchar *middle, size_t len)
{
  guint8 key[32], hash[SIPHASH_BYTES];
  size_t key_len = sizeof key;
  GHmac *deriving = hmac_start(seal, "ref middle");

  g_hmac_get_digest(deriving, key, &key_len);
  g_hmac_unref(deriving);
  siphash(key, middle, len, hash);
  g_hmac_update(hmac, hash, sizeof hash);
  explicit_bzero(key, sizeof key);
}

char *
seal_ref(const Seal *seal, const Letter *letter)
{
  static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"; /* Crockford: no I L O U */
  GHmac *hmac = hmac_start(seal, "ref");
  size_t len, hash_len = 32;
  const guchar *raw = g_bytes_get_data(letter->raw, &len);
  g_autofree char *size = g_strdup_printf("%zu", len);
  guint8 hash[32];
  GString *ref = g_string_sized_new(13);
  guint64 bits = 0;

  hmac_string(hmac, letter->sender);
  for (char **rcpt = letter->rcpts; *rcpt != NULL; rcpt++)
    hmac_string(hmac, *rcpt);
  hmac_string(hmac, size);
  g_hmac_update(hmac, raw, (gssize)MIN(len, REF_HEAD));
  if (len > REF_HEAD)
    g_hmac_update(hmac, raw + len - MIN(len - REF_HEAD, REF_TAIL),
                  (gssize)MIN(len - REF_HEAD, REF_TAIL));
  if (len > REF_HEAD + REF_TAIL)
    hmac_middle(seal, hmac, raw + REF_HEAD, len - REF_HEAD - REF_TAIL);
  g_hmac_get_digest(hmac, hash, &hash_len);
  g_hmac_unref(hmac);
  for (int i = 0; i < 8; i++)
    bits = bits << 8 | hash[i];
  for (int i = 0; i < 10; i++) {
    if (i == 4 || i == 8)
      g_string_append_c(ref, '-');
    g_string_append_c(ref, digits[bits >> 59]);
    bits <<= 5;
  }
  return g_string_free(ref, FALSE);
}

/* The body without CR and without line ends at its end: an MTA or a file may have either kind, and
 * an MTA adds the last one. */
static void
hmac_body(GHmac *hmac, const unsigned char *body, size_t len)
{
  while (len > 0 && (body[len - 1] == '\n' || body[len - 1] == '\r'))
    len--;
  while (len > 0) {
    const unsigned char *cr = memchr(body, '\r', len);
    size_t run = cr != NULL ? (size_t)(cr - body) : len;

    g_hmac_update(hmac, body, (gssize)run);
    run += cr != NULL;
    body += run;
    len -= run;
  }
}

static char *
seal_digits(const Seal *seal, const char *fields, const unsigned char *body, size_t len)
{
  GHmac *hmac = hmac_start(seal, "x-cordon");
  char *digits;

  hmac_string(hmac, fields);
  hmac_body(hmac, body, len);
  digits = g_strndup(g_hmac_get_string(hmac), SEAL_DIGITS);
  g_hmac_unref(hmac);
  return digits;
}

/* They come from a worker, which must not write a field of its own under our seal. */
static char *
clean_classes(const char *classes)
{
  char *clean = g_strndup(classes, MAX_CLASSES);

  return g_strcanon(clean, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS ",-_. ", '?');
}

char *
seal_make(const Seal *seal, const char *outcome, const char *classes, const char *ref,
          const unsigned char *body, size_t len)
{
  g_autofree char *clean = clean_classes(classes);
  g_autofree char *fields = g_strdup_printf("%s; classes=\"%s\"; ref=%s; v=1", outcome, clean, ref);
  g_autofree char *digits = seal_digits(seal, fields, body, len);

  return g_strdup_printf("%s;\n\tseal=%s", fields, digits);
}

/* "...; v=1;<blanks and line ends>seal=<digits>": MTAs fold and unfold as they like. */
gboolean
seal_check(const Seal *seal, const char *value, const unsigned char *body, size_t len)
{
  const char *mark = strstr(value, "; v=1;");
  const char *digits;
  g_autofree char *fields = NULL, *want = NULL;

  value += strspn(value, " \t");
  if (mark == NULL || mark < value)
    return FALSE;
  digits = mark + strlen("; v=1;");
  digits += strspn(digits, " \t\r\n");
  if (!g_str_has_prefix(digits, "seal="))
    return FALSE;
  digits += strlen("seal=");
  fields = g_strndup(value, (gsize)(mark - value) + strlen("; v=1"));
  want = seal_digits(seal, fields, body, len);
  return strncmp(digits, want, SEAL_DIGITS) == 0 &&
         digits[SEAL_DIGITS + strspn(digits + SEAL_DIGITS, " \t\r\n")] == '\0';
}
