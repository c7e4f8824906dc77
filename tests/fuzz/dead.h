/* dead.h - orders that make every link in a document lead nowhere, for the fuzzers of disarmers. */
#ifndef CORDON_TESTS_DEAD_H
#define CORDON_TESTS_DEAD_H

#include <stdlib.h>
#include <string.h>

#include "disarm.h"
#include "document_links.h"

static inline Finding *
document_finding(const char *type)
{
  Finding *finding = finding_new(FINDING_FILE, 0);

  g_free(finding->content_type);
  finding->content_type = g_strdup(type);
  return finding;
}

static inline GHashTable *
dead_addresses(DocumentLinks *links)
{
  g_autoptr(GPtrArray) findings = g_ptr_array_new_with_free_func((GDestroyNotify)finding_free);
  GHashTable *dead = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);

  document_links_finish(links, findings);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index(findings, i);

    g_hash_table_insert(dead, g_strdup(finding->link.target), "gone");
  }
  return dead;
}

/* What is done once has not to be done again. */
static inline void
disarm_twice(GBytes *file, const Orders *orders, gboolean may_hide)
{
  Taken taken = {0}, again = {0};
  g_autoptr(GBytes) once = disarm_file(file, orders, &taken, NULL), twice = NULL;

  if (!once || once == file)
    return;
  twice = disarm_file(once, orders, &again, NULL);
  if ((!taken.traits && taken.links == 0) || !twice)
    abort();
  if (!may_hide && (twice != once || again.traits || again.links > 0))
    abort();
}

#endif
