#include "lookup.h"

#include <string.h>

void
lookup_free(Lookup *lookup)
{
  if (lookup == NULL)
    return;
  g_free(lookup->group);
  g_free(lookup->table);
  g_free(lookup->delimiter);
  g_free(lookup);
}

const char *
lookup_table_fault(const char *table)
{
  static const char right[] = "is no table; write unix:/PATH:NAME or inet:HOST:PORT:NAME";
  g_auto(GStrv) words = g_strsplit(table, ":", -1);
  guint n = g_strv_length(words);
  guint64 port;

  for (guint i = 0; i < n; i++)
    if (*words[i] == '\0' || strpbrk(words[i], " \t\r\n") != NULL)
      return right;
  if (n == 3 && strcmp(words[0], "unix") == 0 && *words[1] == '/')
    return strlen(words[1]) < 108 ? NULL : "has too long a path; a socket's has 107 bytes at most";
  if (n == 4 && strcmp(words[0], "inet") == 0 &&
      g_ascii_string_to_unsigned(words[2], 10, 1, 65535, &port, NULL))
    return NULL;
  return right;
}

char *
lookup_to_line(const Lookup *lookup)
{
  return g_strdup_printf(LOOKUP_WORD "%s\t%s\t%s\t%u\t%u\t%d", lookup->group, lookup->table,
                         lookup->delimiter, lookup->deadline_s, lookup->keep_s, lookup->tempfail);
}

Lookup *
lookup_from_line(const char *line)
{
  g_auto(GStrv) words = g_strsplit(line, "\t", -1);
  g_autoptr(Lookup) lookup = g_new0(Lookup, 1);
  guint64 deadline, keep;

  if (!g_str_has_prefix(line, LOOKUP_WORD) || g_strv_length(words) != 7 ||
      lookup_table_fault(words[2]) != NULL ||
      !g_ascii_string_to_unsigned(words[4], 10, 1, 3600, &deadline, NULL) ||
      !g_ascii_string_to_unsigned(words[5], 10, 0, 86400, &keep, NULL))
    return NULL;
  lookup->group = g_strdup(words[1]);
  lookup->table = g_strdup(words[2]);
  lookup->delimiter = g_strdup(words[3]);
  lookup->deadline_s = (unsigned)deadline;
  lookup->keep_s = (unsigned)keep;
  lookup->tempfail = strcmp(words[6], "0") != 0;
  return g_steal_pointer(&lookup);
}
