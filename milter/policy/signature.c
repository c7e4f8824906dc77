/* signature.c - the one place that knows libsodium, and OpenSSH's formats of keys and signatures.
 *
 * A signature is a list of strings, each behind its length in four bytes:
 *   "SSHSIG" version, public key, namespace, reserved, hash algorithm, signature
 * and what is signed is
 *   "SSHSIG" namespace, reserved, hash algorithm, hash of the text
 * A key, and a signature within, are lists of strings again that begin with "ssh-ed25519". */
#include "signature.h"

#include <sodium.h>
#include <string.h>

G_STATIC_ASSERT(PUBLIC_KEY_SIZE == crypto_sign_ed25519_PUBLICKEYBYTES);
G_STATIC_ASSERT(SIGNATURE_SIZE == crypto_sign_ed25519_BYTES);

static const char magic[] = "SSHSIG";
static const char algorithm[] = "ssh-ed25519";

void
signature_start(void)
{
  if (sodium_init() < 0)
    g_error("libsodium cannot be used");
}

/* --- lists of strings --- */

typedef struct bytes {
  const guchar *at;
  gsize len;
} Bytes;

static gboolean
take_bytes(Bytes *from, gsize len, Bytes *taken)
{
  if (from->len < len)
    return FALSE;
  *taken = (Bytes){from->at, len};
  from->at += len;
  from->len -= len;
  return TRUE;
}

static gboolean
take_string(Bytes *from, Bytes *taken)
{
  Bytes length;
  if (!take_bytes(from, 4, &length))
    return FALSE;
  const guchar *b = length.at;
  return take_bytes(from, (gsize)b[0] << 24 | (gsize)b[1] << 16 | (gsize)b[2] << 8 | b[3], taken);
}

static gboolean
is_text(const Bytes *bytes, const char *text)
{
  return bytes->len == strlen(text) && memcmp(bytes->at, text, bytes->len) == 0;
}

/* Of "ssh-ed25519" and one string of that size, and nothing behind. */
static gboolean
take_ed25519(Bytes from, gsize size, guchar *to)
{
  Bytes type, value;
  if (!take_string(&from, &type) || !is_text(&type, algorithm) || !take_string(&from, &value) ||
      value.len != size || from.len != 0)
    return FALSE;
  memcpy(to, value.at, size);
  return TRUE;
}

static void
append_string(GByteArray *to, const void *bytes, gsize len)
{
  const guint32 length = GUINT32_TO_BE((guint32)len);
  g_byte_array_append(to, (const guchar *)&length, sizeof length);
  g_byte_array_append(to, bytes, (guint)len);
}

/* --- keys --- */

gboolean
public_key_read(guchar key[PUBLIC_KEY_SIZE], const char *line)
{
  g_auto(GStrv) words = g_strsplit_set(line, " \t", 3);
  gsize len = 0;
  if (g_strv_length(words) < 2 || strcmp(words[0], algorithm) != 0 || !*words[1])
    return FALSE;
  g_autofree guchar *blob = g_base64_decode(words[1], &len);
  return take_ed25519((Bytes){blob, len}, PUBLIC_KEY_SIZE, key);
}

static void
append_key(GByteArray *to, const guchar key[PUBLIC_KEY_SIZE])
{
  append_string(to, algorithm, strlen(algorithm));
  append_string(to, key, PUBLIC_KEY_SIZE);
}

char *
public_key_fingerprint(const guchar key[PUBLIC_KEY_SIZE])
{
  g_autoptr(GByteArray) blob = g_byte_array_new();
  g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
  guchar digest[32];
  gsize len = sizeof digest;
  append_key(blob, key);
  g_checksum_update(sum, blob->data, (gssize)blob->len);
  g_checksum_get_digest(sum, digest, &len);
  g_autofree char *text = g_base64_encode(digest, len);
  text[strcspn(text, "=")] = '\0';
  return g_strconcat("SHA256:", text, NULL);
}

/* --- signatures --- */

static guchar *
without_armour(const char *text, gsize *len)
{
  static const char begin[] = "-----BEGIN SSH SIGNATURE-----";
  const char *from = strstr(text, begin);
  const char *to = from ? strstr(from, "-----END SSH SIGNATURE-----") : NULL;
  if (!to || strlen(text) > SIGNATURE_FILE_MAX)
    return NULL;
  from += strlen(begin);
  g_autofree char *body = g_strndup(from, (gsize)(to - from));
  return g_base64_decode(body, len);
}

static gboolean
read_hash(Signature *signature, const Bytes *name)
{
  gboolean longer = is_text(name, "sha512");
  signature->hash = longer ? G_CHECKSUM_SHA512 : G_CHECKSUM_SHA256;
  signature->hash_name = g_strndup((const char *)name->at, name->len);
  return longer || is_text(name, "sha256");
}

const char *
signature_read(Signature *signature, const char *armoured)
{
  Bytes all, head, version, key, name, reserved, hash, value;
  gsize len = 0;
  *signature = (Signature){0};
  g_autofree guchar *blob = without_armour(armoured, &len);
  all = (Bytes){blob, len};
  if (!blob || !take_bytes(&all, strlen(magic), &head) || !is_text(&head, magic) ||
      !take_bytes(&all, 4, &version) || memcmp(version.at, "\0\0\0\1", 4) != 0 ||
      !take_string(&all, &key) || !take_string(&all, &name) || !take_string(&all, &reserved) ||
      !take_string(&all, &hash) || !take_string(&all, &value) || all.len != 0)
    return "is no signature; make one with ssh-keygen -Y sign -n " SIGNATURE_NAMESPACE;
  if (!is_text(&name, SIGNATURE_NAMESPACE))
    return "was made for something else; sign with -n " SIGNATURE_NAMESPACE;
  if (!take_ed25519(key, PUBLIC_KEY_SIZE, signature->key) ||
      !take_ed25519(value, SIGNATURE_SIZE, signature->bytes))
    return "is by a key that is not of type ssh-ed25519; make one with ssh-keygen -t ed25519";
  return reserved.len == 0 && read_hash(signature, &hash) ? NULL
                                                          : "is of a kind that is not known here";
}

void
signature_clear(Signature *signature)
{
  g_clear_pointer(&signature->hash_name, g_free);
}

gboolean
signature_is_of(const Signature *signature, const char *text, gsize len)
{
  g_autoptr(GByteArray) is_signed = g_byte_array_new();
  g_autoptr(GChecksum) sum = g_checksum_new(signature->hash);
  guchar digest[64];
  gsize size = sizeof digest;
  g_checksum_update(sum, (const guchar *)text, (gssize)len);
  g_checksum_get_digest(sum, digest, &size);
  g_byte_array_append(is_signed, (const guchar *)magic, strlen(magic));
  append_string(is_signed, SIGNATURE_NAMESPACE, strlen(SIGNATURE_NAMESPACE));
  append_string(is_signed, "", 0);
  append_string(is_signed, signature->hash_name, strlen(signature->hash_name));
  append_string(is_signed, digest, size);
  return crypto_sign_ed25519_verify_detached(signature->bytes, is_signed->data, is_signed->len,
                                             signature->key) == 0;
}
