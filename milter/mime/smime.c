/* smime.c - which parts are S/MIME that a reader looks into. Some do so by the type, some by the
 * name, and all of them take what they find for a MIME entity. There are files of the same make
 * that nobody reads as mail: a signed contract is "plan.pdf.p7m", with the PDF itself inside. */
#include <string.h>

#include "cms.h"
#include "parts.h"

static gboolean
has_smime_type(const Part *part)
{
  return strcmp(part->type, "application/pkcs7-mime") == 0 ||
         strcmp(part->type, "application/x-pkcs7-mime") == 0;
}

static gboolean
has_smime_name(const Part *part)
{
  return part_has_name(part, ".p7m") || part_has_name(part, ".p7z");
}

/* A file by its first bytes, which no header and no text begins with. */
static gboolean
is_file_head(const char *bytes, size_t len)
{
  static const char *const heads[] = {"%PDF-", "PK\3\4", "{\\rt", "<?xml"};

  for (guint i = 0; i < G_N_ELEMENTS(heads); i++)
    if (len > strlen(heads[i]) && memcmp(bytes, heads[i], strlen(heads[i])) == 0)
      return TRUE;
  return memchr(bytes, 0, MIN(len, 512)) != NULL;
}

GBytes *
smime_entity(const Part *part, gboolean *is_signed)
{
  g_autoptr(GBytes) entity = NULL;
  const unsigned char *bytes;
  const char *head;
  gsize len = 0, size = 0;

  if ((part->flags & (PART_MULTIPART | PART_MESSAGE)) || part->content == NULL ||
      !(has_smime_type(part) || has_smime_name(part)))
    return NULL;
  bytes = g_bytes_get_data(part->content, &len);
  entity = cms_content(bytes, len);
  if (entity == NULL)
    return NULL;
  head = g_bytes_get_data(entity, &size);
  if (head == NULL ||
      (!bytes_begin_like_mail(head, size) && (!has_smime_type(part) || is_file_head(head, size))))
    return NULL;
  *is_signed = cms_kind(bytes, len) == CMS_OPAQUE;
  return g_steal_pointer(&entity);
}
