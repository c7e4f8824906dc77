/* members.c - entries of lists by what identifies them, and by their base names, which is all that
 * is told of some files when they come out. */
#include "members.h"

#include <string.h>

#include "finding.h"

/* libclamav looks at nothing smaller, so such an entry is never missed. */
#define SMALL_FILE 5

struct members {
  GPtrArray *all;      /* Member * */
  GHashTable *listed;  /* Member, by container, size and name */
  GHashTable *by_name; /* Member, by container and base name ─▶ GPtrArray of Member */
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

static guint
member_hash(const void *data)
{
  const Member *member = data;

  return g_str_hash(member->name) ^ (guint)member->size ^ member->container << 16;
}

static gboolean
member_equal(const void *a, const void *b)
{
  const Member *one = a, *other = b;

  return one->container == other->container && one->size == other->size &&
         strcmp(one->name, other->name) == 0;
}

static const char *
base_name(const Member *member)
{
  const char *slash = strrchr(member->name, '/');
  const char *back = strrchr(member->name, '\\');

  slash = MAX(slash, back);
  return slash ? slash + 1 : member->name;
}

static guint
base_hash(const void *data)
{
  const Member *member = data;

  return g_str_hash(base_name(member)) ^ member->container << 16;
}

static gboolean
base_equal(const void *a, const void *b)
{
  const Member *one = a, *other = b;

  return one->container == other->container && strcmp(base_name(one), base_name(other)) == 0;
}

Members *
members_new(void)
{
  Members *members = g_new0(Members, 1);

  members->all = g_ptr_array_new_with_free_func(member_free);
  members->listed = g_hash_table_new(member_hash, member_equal);
  members->by_name = g_hash_table_new_full(base_hash, base_equal, NULL, array_free);
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

static void
add_by_name(Members *members, Member *member)
{
  GPtrArray *same = g_hash_table_lookup(members->by_name, member);

  if (!same) {
    same = g_ptr_array_new();
    g_hash_table_insert(members->by_name, member, same);
  }
  g_ptr_array_add(same, member);
}

Member *
members_list(Members *members, unsigned container, const char *name, guint64 size, gboolean *added)
{
  const Member wanted = {.container = container, .name = (char *)name, .size = size};
  Member *member = g_hash_table_lookup(members->listed, &wanted);

  *added = member == NULL;
  if (member)
    return member;
  member = g_new0(Member, 1);
  member->container = container;
  member->name = g_strdup(name);
  member->size = size;
  g_ptr_array_add(members->all, member);
  g_hash_table_add(members->listed, member);
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
  const Member wanted = {.container = container, .name = (char *)name};
  GPtrArray *same = g_hash_table_lookup(members->by_name, &wanted);
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
