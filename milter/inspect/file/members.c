/* members.c - entries of lists by what identifies them, and by their base names, which is all that
 * is told of some files when they come out. */
#include "members.h"

#include <string.h>

#include "finding.h"

/* libclamav looks at nothing smaller, so such an entry is never missed. */
#define SMALL_FILE 5

struct members {
  GPtrArray *all;      /* Member * */
  GHashTable *listed;  /* container, size and name ─▶ Member, not owned */
  GHashTable *by_name; /* container and base name ─▶ GPtrArray of Member */
};

static void
member_free(void *data)
{
  Member *member = data;

  g_free(member->name);
  g_free(member);
}

static void
array_free(void *data)
{
  g_ptr_array_unref(data);
}

Members *
members_new(void)
{
  Members *members = g_new0(Members, 1);

  members->all = g_ptr_array_new_with_free_func(member_free);
  members->listed = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
  members->by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, array_free);
  return members;
}

void
members_free(Members *members)
{
  if (!members)
    return;
  g_hash_table_unref(members->listed);
  g_hash_table_unref(members->by_name);
  g_ptr_array_unref(members->all);
  g_free(members);
}

unsigned
members_count(const Members *members)
{
  return members->all->len;
}

const Member *
members_get(const Members *members, unsigned index)
{
  return g_ptr_array_index(members->all, index);
}

static char *
name_key(unsigned container, const char *name)
{
  const char *slash = strrchr(name, '/');
  const char *back = strrchr(name, '\\');

  slash = MAX(slash, back);
  return g_strdup_printf("%u/%s", container, slash ? slash + 1 : name);
}

static void
add_by_name(Members *members, Member *member)
{
  g_autofree char *key = name_key(member->container, member->name);
  GPtrArray *same = g_hash_table_lookup(members->by_name, key);

  if (!same) {
    same = g_ptr_array_new();
    g_hash_table_insert(members->by_name, g_steal_pointer(&key), same);
  }
  g_ptr_array_add(same, member);
}

Member *
members_list(Members *members, unsigned container, const char *name, guint64 size, gboolean *added)
{
  g_autofree char *key = g_strdup_printf("%u/%" G_GUINT64_FORMAT "/%s", container, size, name);
  Member *member = g_hash_table_lookup(members->listed, key);

  *added = member == NULL;
  if (member)
    return member;
  member = g_new0(Member, 1);
  member->container = container;
  member->name = g_strdup(name);
  member->size = size;
  g_ptr_array_add(members->all, member);
  g_hash_table_insert(members->listed, g_steal_pointer(&key), member);
  add_by_name(members, member);
  return member;
}

/* How well a file fits an entry of its name. The same archive may be walked twice, so an entry
 * that was seen fits still; a size that differs is a promise not kept. */
static int
member_fit(const Member *member, size_t size)
{
  return (member->size == size) * 2 + !member->seen;
}

const Member *
members_see(Members *members, unsigned container, const char *name, size_t size)
{
  g_autofree char *key = name_key(container, name);
  GPtrArray *same = g_hash_table_lookup(members->by_name, key);
  Member *best = NULL;

  for (guint i = 0; same && i < same->len; i++) {
    Member *member = g_ptr_array_index(same, i);

    if (!best || member_fit(member, size) > member_fit(best, size))
      best = member;
    if (member_fit(best, size) == 3)
      break;
  }
  if (!best || (best->seen && best->size != size))
    return NULL;
  best->seen = TRUE;
  return best;
}

BitSet
member_unread_traits(const Member *member)
{
  if (member->seen || member->size <= SMALL_FILE || (member->chance && !member->encrypted))
    return 0;
  if (member->encrypted)
    return TRAIT(ENCRYPTED);
  return member->size > member->most ? TRAIT(LIMIT) : TRAIT(CORRUPT);
}
