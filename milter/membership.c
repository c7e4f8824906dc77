#include "membership.h"

#include <string.h>

struct memberships {
  GHashTable *answers; /* "group address" ─▶ MembershipAnswer; group names have no blanks */
};

Memberships *
memberships_new(void)
{
  Memberships *memberships = g_new0(Memberships, 1);

  memberships->answers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  return memberships;
}

void
memberships_free(Memberships *memberships)
{
  if (memberships == NULL)
    return;
  g_hash_table_unref(memberships->answers);
  g_free(memberships);
}

static char *
key_of(const char *group, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);

  return g_strconcat(group, " ", lower, NULL);
}

void
memberships_set(Memberships *memberships, const char *group, const char *address, gboolean is_in)
{
  g_hash_table_replace(memberships->answers, key_of(group, address),
                       GINT_TO_POINTER(is_in ? MEMBERSHIP_YES : MEMBERSHIP_NO));
}

MembershipAnswer
memberships_get(const Memberships *memberships, const char *group, const char *address)
{
  g_autofree char *key = NULL;

  if (memberships == NULL)
    return MEMBERSHIP_UNKNOWN;
  key = key_of(group, address);
  return (MembershipAnswer)GPOINTER_TO_INT(g_hash_table_lookup(memberships->answers, key));
}

guint
memberships_count(const Memberships *memberships)
{
  return memberships != NULL ? g_hash_table_size(memberships->answers) : 0;
}

/* "+group address" or "-group address". */
void
memberships_each_text(const Memberships *memberships, void (*each)(const char *text, void *data),
                      void *data)
{
  GHashTableIter iter;
  gpointer key, value;

  if (memberships == NULL)
    return;
  g_hash_table_iter_init(&iter, memberships->answers);
  while (g_hash_table_iter_next(&iter, &key, &value)) {
    g_autofree char *text =
        g_strconcat(GPOINTER_TO_INT(value) == MEMBERSHIP_YES ? "+" : "-", key, NULL);

    each(text, data);
  }
}

gboolean
memberships_add_text(Memberships *memberships, const char *text)
{
  const char *blank = strchr(text, ' ');
  g_autofree char *group = NULL;

  if ((*text != '+' && *text != '-') || blank == NULL || blank == text + 1)
    return FALSE;
  group = g_strndup(text + 1, (gsize)(blank - text - 1));
  memberships_set(memberships, group, blank + 1, *text == '+');
  return TRUE;
}
