/* sealed.c - content that is closed to inspection by design: S/MIME, OpenPGP, encrypted RAR. */
#include "content.h"
#include "finding.h"

#include <string.h>

/* 1.2.840.113549.1.7.x: 1 data, 2 signedData, 3 envelopedData, 6 encryptedData (RFC 5652). */
#define PKCS7          "\x2a\x86\x48\x86\xf7\x0d\x01\x07"
#define AUTH_ENVELOPED "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17"

/* The content type stands behind at most two lengths and a tag. */
#define PKCS7_REACH 24

static int
pkcs7_kind(const unsigned char *bytes, size_t len)
{
  const unsigned char *oid;

  if (!bytes || len < 32 || bytes[0] != 0x30)
    return 0;
  if (memmem(bytes, PKCS7_REACH, AUTH_ENVELOPED, 11))
    return 3;
  oid = memmem(bytes, PKCS7_REACH, PKCS7, 8);
  return oid ? oid[8] : 0;
}

/* Signed data carries its content, unless the signature stands beside it: then nothing follows
 * the inner content type. */
static gboolean
pkcs7_is_opaque(const unsigned char *bytes, size_t len)
{
  const unsigned char *inner = memmem(bytes + 16, len - 16, PKCS7 "\x01", 9);

  return inner && inner + 10 < bytes + len && inner[9] == 0xa0;
}

/* RAR 5: an encryption header comes first. RAR 4: a flag of the archive's header or of the first
 * file's. */
static gboolean
rar_is_encrypted(const unsigned char *bytes, size_t len)
{
  if (len > 14 && memcmp(bytes, "Rar!\x1a\x07\x01\0", 8) == 0) {
    size_t at = 12;

    while (at < len - 1 && (bytes[at] & 0x80)) /* size of the header, of variable length */
      at++;
    return bytes[at + 1 < len ? at + 1 : at] == 4;
  }
  if (len > 25 && memcmp(bytes, "Rar!\x1a\x07\0", 7) == 0)
    return (bytes[10] & 0x80) || (bytes[22] == 0x74 && (bytes[23] & 0x04));
  return FALSE;
}

static gboolean
begins(const unsigned char *bytes, size_t len, const char *text)
{
  return len >= strlen(text) && memcmp(bytes, text, strlen(text)) == 0;
}

static gboolean
is_pgp_message(const unsigned char *bytes, size_t len)
{
  while (len && g_ascii_isspace(*bytes)) {
    bytes++;
    len--;
  }
  return begins(bytes, len, "-----BEGIN PGP MESSAGE-----");
}

const char *
sealed_type(const unsigned char *bytes, size_t len)
{
  switch (pkcs7_kind(bytes, len)) {
  case 2:
    return pkcs7_is_opaque(bytes, len) ? "application/pkcs7-mime" : "application/pkcs7-signature";
  case 3:
  case 6:
    return "application/pkcs7-mime";
  default:
    break;
  }
  if (is_pgp_message(bytes, len) || begins(bytes, len, "age-encryption.org/"))
    return "application/pgp-encrypted";
  return NULL;
}

guint64
sealed_traits(const unsigned char *bytes, size_t len)
{
  int kind = pkcs7_kind(bytes, len);

  if (kind == 3 || kind == 6 || rar_is_encrypted(bytes, len) || is_pgp_message(bytes, len) ||
      begins(bytes, len, "age-encryption.org/"))
    return TRAIT(ENCRYPTED);
  return kind == 2 && pkcs7_is_opaque(bytes, len) ? TRAIT(CORRUPT) : 0;
}
