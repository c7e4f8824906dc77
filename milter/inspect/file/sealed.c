/* sealed.c - content that is closed to inspection by design, and CMS that is not: S/MIME, OpenPGP,
 * encrypted RAR. */
#include "../content.h"
#include "bounds.h"
#include "cms.h"
#include "decode.h"
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

/* What is in PEM armour (RFC 7468 8, 9), or NULL. */
static GBytes *
open_armour(const unsigned char *bytes, size_t len)
{
  static const char *const marks[] = {"-----BEGIN PKCS7-----", "-----BEGIN CMS-----"};
  g_autoptr(GBytes) text = NULL;

  for (size_t i = 0; len && i < G_N_ELEMENTS(marks); i++) {
    const unsigned char *mark = memmem(bytes, MIN(len, KIB(4)), marks[i], strlen(marks[i]));
    const unsigned char *from = mark ? mark + strlen(marks[i]) : NULL;
    const unsigned char *to =
        from ? memmem(from, (size_t)(bytes + len - from), "-----END", 8) : NULL;

    if (!from)
      continue;
    text = g_bytes_new(from, (gsize)((to ? to : bytes + len) - from));
    return content_decode(text, ENCODING_BASE64, NULL, NULL);
  }
  return NULL;
}

/* Kleopatra and its like open it; nobody looked into it here. Certificates are no matter. */
static BitSet
armour_traits(const unsigned char *bytes, size_t len)
{
  g_autoptr(GBytes) inside = open_armour(bytes, len);
  gsize size = 0;
  const unsigned char *data = inside ? g_bytes_get_data(inside, &size) : NULL;
  CmsKind kind = data ? cms_kind(data, size) : CMS_NONE;

  if (kind == CMS_SEALED)
    return TRAIT(ENCRYPTED);
  return kind == CMS_NONE || kind == CMS_DETACHED ? 0 : TRAIT(CORRUPT);
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
  return (kind == CMS_BROKEN ? TRAIT(CORRUPT) : 0) | armour_traits(bytes, len);
}
