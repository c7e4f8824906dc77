#include "addresses.h"

#include <string.h>

const char *
address_pattern_first(const char *address)
{
  if (!*address)
    return "<>";
  return strchr(address, '@') ? address : NULL;
}

/* From the address to its domain with the '@', without it, and to each domain above. */
const char *
address_pattern_next(const char *pattern)
{
  const char *at = strrchr(pattern, '@');
  const char *dot = strchr(pattern, '.');
  if (strcmp(pattern, "<>") == 0)
    return NULL;
  if (at)
    return at == pattern ? pattern + 1 : at;
  return dot ? dot + 1 : NULL;
}

gboolean
domains_hold(const WordSet *domains, const char *host)
{
  while (domains && host && !wordset_has(domains, host)) {
    host = strchr(host, '.');
    host = host ? host + 1 : NULL;
  }
  return domains && host;
}

gboolean
addresses_hold(const WordSet *patterns, const char *address)
{
  g_autofree char *lower = g_ascii_strdown(address, -1);
  const char *pattern = patterns ? address_pattern_first(lower) : NULL;
  while (pattern && !wordset_has(patterns, pattern))
    pattern = address_pattern_next(pattern);
  return pattern != NULL;
}
