#include "claimant.h"

#include <string.h>

/* A person may be in a group by address and by domain. */
static void
add_group(Claimant *claimant, const Exceptions *exceptions, const Group *group)
{
  const char *name = exceptions_group(exceptions, group_name(group));
  if (name && !g_ptr_array_find(claimant->groups, name, NULL))
    g_ptr_array_add(claimant->groups, (char *)name);
}

static int
by_name(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

Claimant *
claimant_new(const Groups *groups, const Memberships *memberships, const Exceptions *exceptions,
             const char *address)
{
  if (!address)
    return NULL;
  const GPtrArray *looked_up = groups_looked_up(groups);
  g_autoptr(GPtrArray) of_files = groups_of(groups, address);
  Claimant *claimant = g_new0(Claimant, 1);
  claimant->address = g_ascii_strdown(address, -1);
  claimant->groups = g_ptr_array_new();
  for (guint i = 0; i < of_files->len; i++)
    add_group(claimant, exceptions, g_ptr_array_index(of_files, i));
  for (guint i = 0; i < looked_up->len; i++) {
    const Group *group = g_ptr_array_index(looked_up, i);
    if (memberships_get(memberships, group_name(group), address) == MEMBERSHIP_YES)
      add_group(claimant, exceptions, group);
  }
  g_ptr_array_sort(claimant->groups, by_name);
  return claimant;
}

void
claimant_free(Claimant *claimant)
{
  if (!claimant)
    return;
  g_ptr_array_unref(claimant->groups);
  g_free(claimant->address);
  g_free(claimant);
}
