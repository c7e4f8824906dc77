/* inner_name.c - names of files in files: any bytes, in any charset, or none at all. */
#include "inner_name.h"

#include <string.h>

#include "bounds.h"
#include "text.h"

/* Zip has no charset for names but that of the writer's system. */
static char *
valid_name(const char *name)
{
  size_t len = strlen(name);
  const char *charset = g_utf8_validate(name, -1, NULL) ? NULL : text_guess_name(name, len);
  g_autoptr(GBytes) bytes = g_bytes_new(name, len);
  g_autoptr(Text) text = NULL;
  const char *utf8;
  gsize size;

  if (!charset)
    return g_utf8_make_valid(name, -1);
  text = text_decode(bytes, charset);
  utf8 = g_bytes_get_data(text->utf8, &size);
  return g_strndup(utf8 ? utf8 : "", size);
}

char *
inner_name_clean(const char *name)
{
  g_autofree char *valid = valid_name(name);
  size_t len = strlen(valid);

  if (len > LIMIT_EVIDENCE) /* the ending matters most */
    return g_utf8_make_valid(valid + len - LIMIT_EVIDENCE, -1);
  return g_steal_pointer(&valid);
}

/* Of what libclamav makes up nothing has an ending that anything goes by: in an archive somebody
 * may name a script so. */
gboolean
inner_name_is_made_up(const char *name)
{
  size_t hex = strspn(name, "0123456789abcdef");
  const char *dot = strrchr(name, '.');

  if (!*name || strcmp(name, "nocomment.html") == 0 || strcmp(name, "notags.html") == 0)
    return TRUE;
  if (dot)
    return g_str_has_prefix(name, "clamav-") && strcmp(dot, ".tmp") == 0;
  return (hex == 32 && (name[32] == '_' || !name[32])) || g_str_has_prefix(name, "clamav-") ||
         strcmp(name, "rfc2397") == 0;
}

char *
inner_name_of_stream(const char *outer)
{
  const char *dot = strrchr(outer, '.');

  if (!dot || dot == outer)
    return g_strdup(outer);
  if (g_ascii_strcasecmp(dot, ".tgz") == 0 || g_ascii_strcasecmp(dot, ".tbz") == 0 ||
      g_ascii_strcasecmp(dot, ".txz") == 0)
    return g_strdup_printf("%.*s.tar", (int)(dot - outer), outer);
  return g_strndup(outer, (gsize)(dot - outer));
}
