/* disarm_picture.c - a picture in a document or an archive, with a QR code that is to lead nowhere:
 * all of it becomes the picture that says so. It keeps its name and the type that the document
 * gives it; programs go by what is in it. */
#include "disarming.h"

#include "../picture_part.h"
#include "document.h"
#include "error.h"

GBytes *
no_code_picture(void)
{
  return g_bytes_new_static(no_code_png, sizeof no_code_png);
}

GBytes *
disarm_picture(GBytes *content, Disarming *disarming, GError **error)
{
  gsize len = 0;
  const unsigned char *bytes = g_bytes_get_data(content, &len);
  gboolean whole; /* if it is not, that was found when it was inspected */
  g_autoptr(GPtrArray) addresses = code_addresses(NULL, bytes, len, &whole);

  (void)error; /* there is nothing that cannot be done */
  for (guint i = 0; i < addresses->len; i++)
    if (disarming_dead(disarming, g_ptr_array_index(addresses, i))) {
      disarming->taken.links++;
      return no_code_picture();
    }
  return g_bytes_ref(content);
}

void
disarm_member_picture(Package *package, unsigned member, Disarming *disarming)
{
  unsigned char head[16];
  g_autoptr(GBytes) bytes = NULL;
  g_autoptr(GBytes) clean = NULL;

  if (!disarming->orders->dead || g_hash_table_size(disarming->orders->dead) == 0 ||
      !code_picture_is(head, package_head(package, member, head, sizeof head)))
    return;
  bytes = package_read(package, member, NULL);
  clean = bytes ? disarm_picture(bytes, disarming, NULL) : NULL;
  if (clean && clean != bytes)
    package_replace(package, member, g_steal_pointer(&clean));
}
