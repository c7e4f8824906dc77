#include "confusable.h"

#include <string.h>

#include "confusable_table.h"

static const char *
shape_of(gunichar c)
{
  guint low = 0, high = G_N_ELEMENTS(confusables);

  while (low < high) {
    guint mid = low + (high - low) / 2;

    if (confusables[mid].code == c)
      return confusables[mid].shape;
    if (confusables[mid].code < c)
      low = mid + 1;
    else
      high = mid;
  }
  return NULL;
}

char *
confusable_shape(const char *label, size_t len)
{
  GString *shape = g_string_sized_new(len);

  for (const char *p = label; p < label + len; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    const char *ascii = c < 0x80 ? NULL : shape_of(c);

    if (c < 0x80) {
      g_string_append_c(shape, g_ascii_tolower((char)c));
    } else if (ascii != NULL) {
      g_string_append(shape, ascii);
    } else if (!g_unichar_ismark(c)) {
      g_string_free(shape, TRUE);
      return NULL;
    }
  }
  return g_string_free(shape, FALSE);
}

char *
confusable_fold(const char *ascii, size_t len)
{
  static const char from[] = "013568", to[] = "oleseb"; /* digits that stand in for letters */
  GString *fold = g_string_sized_new(len);

  for (size_t i = 0; i < len; i++) {
    const char *digit = strchr(from, ascii[i]);
    gboolean more = i + 1 < len;

    if (more && ascii[i] == 'r' && ascii[i + 1] == 'n')
      g_string_append_c(fold, 'm'), i++;
    else if (more && ascii[i] == 'v' && ascii[i + 1] == 'v')
      g_string_append_c(fold, 'w'), i++;
    else if (ascii[i] == 'i')
      g_string_append_c(fold, 'l');
    else
      g_string_append_c(fold, digit != NULL ? to[digit - from] : ascii[i]);
  }
  return g_string_free(fold, FALSE);
}

unsigned
confusable_scripts(const char *label, size_t len)
{
  unsigned scripts = 0;

  for (const char *p = label; p < label + len; p = g_utf8_next_char(p)) {
    switch (g_unichar_get_script(g_utf8_get_char(p))) {
    case G_UNICODE_SCRIPT_LATIN:
      scripts |= CONFUSABLE_LATIN;
      break;
    case G_UNICODE_SCRIPT_CYRILLIC:
    case G_UNICODE_SCRIPT_GREEK:
    case G_UNICODE_SCRIPT_ARMENIAN:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_CHEROKEE:
      scripts |= CONFUSABLE_ALIKE;
      break;
    default:
      break;
    }
  }
  return scripts;
}
