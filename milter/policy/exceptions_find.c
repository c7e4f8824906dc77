/* exceptions_find.c - who may do what: the exceptions that cover an address for somebody.
 *
 * A letter asks once for each of its links, so what is asked for is looked up: by address or group,
 * and by what is covered. Of several the narrowest counts: a host, the longest first, before a
 * service, and that before a class. */
#include <string.h>

#include "exceptions_record.h"

static gboolean
is_in(const Claimant *claimant, const char *group)
{
  return g_ptr_array_find_with_equal_func(claimant->groups, group, g_str_equal, NULL);
}

gboolean
exceptions_concern(const Exceptions *exceptions, const Claimant *claimant)
{
  return exceptions_of(exceptions, claimant->address) != NULL;
}

static gboolean
is_on_their_computers(const Exception *exception, const Claimant *claimant)
{
  return !exception->computer_group || is_in(claimant, exception->computer_group);
}

gboolean
exception_reaches(const Exception *exception, const Claimant *claimant)
{
  const char *address = exception_address(exception);
  gboolean is_theirs =
      address ? strcmp(address, claimant->address) == 0 : is_in(claimant, exception->group);
  return is_theirs && is_on_their_computers(exception, claimant);
}

/* What one question asks of each target. */
typedef struct search {
  const Exceptions *exceptions;
  const Claimant *claimant;
  const char *direction, *vouched;
  gint64 when;
} Search;

static gboolean
is_in_force(Exception *exception, const Search *search)
{
  return exception_state(exception, search->when) == EXCEPTION_HOLDS &&
         (strcmp(exception->direction, "any") == 0 ||
          strcmp(exception->direction, search->direction) == 0) &&
         is_on_their_computers(exception, search->claimant) &&
         exceptions_vouch(search->exceptions, exception);
}

/* --- all that somebody may --- */

static void
add_granted(GString *granted, const Search *search, const char *holder)
{
  const GPtrArray *theirs = exceptions_of(search->exceptions, holder);
  for (guint i = 0; theirs && i < theirs->len; i++) {
    Exception *exception = g_ptr_array_index(theirs, i);
    g_autofree char *scope = exception_scope(exception);
    if (is_in_force(exception, search))
      g_string_append_printf(granted, "%s\n", scope);
  }
}

char *
exceptions_granted(const Exceptions *exceptions, const Claimant *claimant, const char *direction,
                   gint64 when)
{
  const Search search = {exceptions, claimant, direction, NULL, when};
  GString *granted = g_string_new(NULL);
  if (claimant)
    add_granted(granted, &search, claimant->address);
  for (guint i = 0; claimant && i < claimant->groups->len; i++) {
    const char *name = g_ptr_array_index(claimant->groups, i);
    g_autofree char *holder = exceptions_group_key(name);
    add_granted(granted, &search, holder);
  }
  return g_string_free(granted, FALSE);
}

/* --- one address --- */

static gboolean
is_from(const char *sender, const char *vouched)
{
  const char *at = vouched ? strrchr(vouched, '@') : NULL;
  return at && g_ascii_strcasecmp(sender, *sender == '@' ? at : vouched) == 0;
}

static const Exception *
find_of(const Search *search, const char *holder, const char *target)
{
  const GPtrArray *filed = exceptions_for(search->exceptions, holder, target);
  for (guint i = 0; filed && i < filed->len; i++) {
    Exception *exception = g_ptr_array_index(filed, i);
    if (is_in_force(exception, search) &&
        (!exception->sender || is_from(exception->sender, search->vouched)))
      return exception;
  }
  return NULL;
}

static const Exception *
find_for(const Search *search, const char *what, const char *name)
{
  const GPtrArray *groups = search->claimant->groups;
  g_autofree char *target = name ? g_strconcat(what, " ", name, NULL) : NULL;
  if (!target || !exceptions_cover(search->exceptions, target))
    return NULL;
  const Exception *found = find_of(search, search->claimant->address, target);
  for (guint i = 0; i < groups->len && !found; i++) {
    g_autofree char *holder = exceptions_group_key(g_ptr_array_index(groups, i));
    found = find_of(search, holder, target);
  }
  return found;
}

/* The host itself, then each above it. */
static const Exception *
find_for_host(const Search *search, const char *host)
{
  const Exception *found = find_for(search, "host", host);
  for (const char *dot = strchr(host, '.'); dot && !found; dot = strchr(dot + 1, '.'))
    found = find_for(search, "host", dot + 1);
  return found;
}

const Exception *
exceptions_find(const Exceptions *exceptions, const Claimant *claimant, const char *direction,
                const char *vouched, const Hop *at, gint64 when)
{
  const Search search = {exceptions, claimant, direction, vouched, when};
  if (!claimant || (claimant->groups->len == 0 && !exceptions_concern(exceptions, claimant)))
    return NULL;
  const Exception *found = at->url ? find_for_host(&search, at->url->host) : NULL;
  if (!found)
    found = find_for(&search, "service", at->service);
  return found ? found : find_for(&search, "class", at->class_name);
}
