/* disarm_zip.c - a plain archive: the documents in it are disarmed one by one.
 *
 * What is no document is left as it is. If it acts, the archive is removed all the same: the result
 * is inspected like what came. */
#include "disarming.h"

#include <string.h>

#include "bounds.h"
#include "cfb.h"
#include "error.h"
#include "tnef.h"

static gboolean
is_document(Package *package, unsigned member)
{
  unsigned char head[1024];
  size_t len = package_head(package, member, head, sizeof(head)), at = 0;

  while (at < len && (g_ascii_isspace(head[at]) || head[at] >= 0x80)) /* a byte order mark */
    at++;
  return (len >= 4 && memcmp(head, "PK\3\4", 4) == 0) || tnef_is(head, len) ||
         (len >= 8 && memcmp(head, CFB_MAGIC, 8) == 0) || memmem(head, len, "%PDF-", 5) != NULL ||
         (len >= 4 && memcmp(head, "{\\rt", 4) == 0) || (at < len && head[at] == '<') ||
         card_is_file(head, len);
}

/* One that cannot be disarmed stays, for the inspection to find. */
static void
disarm_member(Package *package, unsigned member, Disarming *disarming)
{
  g_autoptr(GBytes) bytes = package_read(package, member, NULL);
  g_autoptr(GBytes) clean = bytes ? disarm_inner(bytes, disarming) : NULL;

  if (clean && clean != bytes)
    package_replace(package, member, g_steal_pointer(&clean));
}

GBytes *
disarm_zip(GBytes *content, Disarming *disarming, GError **error)
{
  g_autoptr(Package) package = package_open(content, error);

  if (!package)
    return NULL;
  if (disarming->depth >= LIMIT_DISARM_DEPTH) {
    g_set_error(error, CORDON_ERROR, CORDON_ERROR_DATA, "zip: too deep");
    return NULL;
  }
  for (unsigned i = 0; i < package_count(package); i++)
    if (is_document(package, i))
      disarm_member(package, i, disarming);
    else
      disarm_member_picture(package, i, disarming);
  return disarming_changes(disarming) ? package_write(package, error) : g_bytes_ref(content);
}
