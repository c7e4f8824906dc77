/* sealed.c - content that is closed to inspection by design, and CMS that is not: S/MIME, OpenPGP,
 * encrypted RAR. */
#include "../content.h"
#include "cms.h"
#include "finding.h"

#include <string.h>

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
  switch (cms_kind(bytes, len)) {
  case CMS_DETACHED:
    return "application/pkcs7-signature";
  case CMS_OPAQUE:
  case CMS_COMPRESSED:
  case CMS_BROKEN:
    return "application/cms";
  case CMS_SEALED:
    return "application/x-cms-encrypted";
  case CMS_NONE:
    break;
  }
  if (is_pgp_message(bytes, len) || begins(bytes, len, "age-encryption.org/"))
    return "application/pgp-encrypted";
  return NULL;
}

BitSet
sealed_declared_traits(const char *declared, const unsigned char *bytes, size_t len)
{
  gboolean smime = strcmp(declared, "application/pkcs7-mime") == 0 ||
                   strcmp(declared, "application/x-pkcs7-mime") == 0;

  return smime && len > 0 && cms_kind(bytes, len) == CMS_NONE ? TRAIT(CORRUPT) : 0;
}

BitSet
sealed_traits(const unsigned char *bytes, size_t len)
{
  CmsKind kind = cms_kind(bytes, len);

  if (kind == CMS_SEALED || rar_is_encrypted(bytes, len) || is_pgp_message(bytes, len) ||
      begins(bytes, len, "age-encryption.org/"))
    return TRAIT(ENCRYPTED);
  return kind == CMS_BROKEN ? TRAIT(CORRUPT) : 0;
}
