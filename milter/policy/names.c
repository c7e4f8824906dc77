#include "names.h"

#include <string.h>

#include "policy.h"

const char *const action_names[] = {"pass",   "flag", "defang", "remove",
                                    "disarm", "hold", "reject", NULL};
const char *const tier_names[] = {"none", "information", "policy", "danger", NULL};
const char *const mode_names[] = {"enforce", "mark", "observe", NULL};
const char *const kind_names[] = {"link",   "file",    "anomaly", "sender",
                                  "markup", "results", "text",    NULL};
const char *const use_names[] = {"follow", "load",   "submit", "redirect", "base",
                                 "text",   "header", "qr",     "mail",     NULL};
const char *const direction_names[] = {"inbound", "outbound", "internal", NULL};

int
name_index(const char *const *names, const char *name)
{
  for (int i = 0; names[i]; i++)
    if (strcmp(names[i], name) == 0)
      return i;
  return -1;
}

const char *
action_name(Action action)
{
  return action_names[action];
}

const char *
tier_name(Tier tier)
{
  return tier_names[tier];
}

const char *
mode_name(Mode mode)
{
  return mode_names[mode];
}

static int
compare_names(const void *a, const void *b)
{
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void
names_finish(GPtrArray *names)
{
  g_ptr_array_sort(names, compare_names);
  for (guint i = names->len; i-- > 1;)
    if (strcmp(names->pdata[i], names->pdata[i - 1]) == 0)
      g_ptr_array_remove_index(names, i);
  g_ptr_array_add(names, NULL);
}
