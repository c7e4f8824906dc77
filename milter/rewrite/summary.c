/* summary.c - what the readers of one part are told beside the marks: counted as it happens, said
 * once at the top and at the end. */
#include "marks.h"

/* Hosts that the line about quiet changes names. */
#define HOSTS_NAMED 4

/* Services that a notice names. */
#define SERVICES_NAMED 4

void
mark_free(Mark *mark)
{
  if (mark == NULL)
    return;
  g_free(mark->host);
  g_free(mark->domain);
  g_free(mark->display);
  g_free(mark->resembles);
  g_free(mark);
}

Told *
told_new(const Notice *notice)
{
  Told *told = g_new0(Told, 1);
  told->notice = notice;
  told->services = g_ptr_array_new();
  return told;
}

void
told_free(Told *told)
{
  if (told == NULL)
    return;
  g_ptr_array_unref(told->services);
  g_free(told);
}

void
told_add(Told *told, const char *const *service)
{
  if (service != NULL && g_ptr_array_find(told->services, service, NULL))
    return;
  if (service == NULL || told->services->len == SERVICES_NAMED)
    told->others = TRUE;
  else
    g_ptr_array_add(told->services, (gpointer)service);
}

Summary *
summary_new(void)
{
  Summary *summary = g_new0(Summary, 1);
  summary->hosts = g_ptr_array_new_with_free_func(g_free);
  summary->notices = g_ptr_array_new_with_free_func((GDestroyNotify)told_free);
  summary->cleaned = g_ptr_array_new_with_free_func((GDestroyNotify)cleaned_free);
  summary->flags = g_ptr_array_new_with_free_func((GDestroyNotify)mark_free);
  return summary;
}

void
summary_free(Summary *summary)
{
  if (summary == NULL)
    return;
  g_ptr_array_unref(summary->hosts);
  g_ptr_array_unref(summary->notices);
  g_ptr_array_unref(summary->flags);
  g_ptr_array_unref(summary->cleaned);
  g_free(summary);
}

static Told *
find_told(const Summary *summary, const Notice *notice)
{
  for (guint i = 0; i < summary->notices->len; i++) {
    Told *told = g_ptr_array_index(summary->notices, i);
    if (told->notice == notice)
      return told;
  }
  return NULL;
}

void
summary_add_notice(Summary *summary, const Notice *notice, const char *const *service)
{
  Told *told = notice != NULL ? find_told(summary, notice) : NULL;
  if (notice == NULL)
    return;
  if (told == NULL) {
    told = told_new(notice);
    g_ptr_array_add(summary->notices, told);
  }
  told_add(told, service);
}

static void
add_host(Summary *summary, const char *host)
{
  for (guint i = 0; i < summary->hosts->len; i++)
    if (g_strcmp0(g_ptr_array_index(summary->hosts, i), host) == 0)
      return;
  if (summary->hosts->len < HOSTS_NAMED)
    g_ptr_array_add(summary->hosts, g_strdup(host));
  else if (summary->hosts->len == HOSTS_NAMED)
    g_ptr_array_add(summary->hosts, NULL);
}

/* What is flagged is still there to be clicked, so its reader needs the notice too. */
void
summary_count(Summary *summary, const Mark *mark, Count count)
{
  gboolean quiet = mark->tier <= TIER_INFORMATION, flag = mark->what == WHAT_CHECK;
  if (!quiet || flag)
    summary_add_notice(summary, mark->notice, mark->service);
  if (!quiet) {
    summary->counts[count]++;
    summary->tier = MAX(summary->tier, mark->tier);
    return;
  }
  summary->quiet[count]++;
  if (*mark->host != '\0')
    add_host(summary, mark->host);
}

void
summary_join(Summary *to, const Summary *from)
{
  for (unsigned i = 0; i < COUNTS; i++) {
    to->counts[i] += from->counts[i];
    to->quiet[i] += from->quiet[i];
  }
  to->tier = MAX(to->tier, from->tier);
  to->signature = MAX(to->signature, from->signature);
  for (guint i = 0; i < from->cleaned->len; i++)
    g_ptr_array_add(to->cleaned, cleaned_copy(g_ptr_array_index(from->cleaned, i)));
  for (guint i = 0; i < from->notices->len; i++) {
    const Told *told = g_ptr_array_index(from->notices, i);
    for (guint k = 0; k < told->services->len; k++)
      summary_add_notice(to, told->notice, g_ptr_array_index(told->services, k));
    if (told->others)
      summary_add_notice(to, told->notice, NULL);
  }
  for (guint i = 0; i < from->hosts->len; i++)
    add_host(to, g_ptr_array_index(from->hosts, i));
}

static gboolean
any(const unsigned counts[COUNTS])
{
  for (unsigned i = 0; i < COUNTS; i++)
    if (counts[i] > 0)
      return TRUE;
  return FALSE;
}

gboolean
summary_has_top(const Summary *summary)
{
  return any(summary->counts);
}

gboolean
summary_has_quiet(const Summary *summary)
{
  return any(summary->quiet);
}

gboolean
summary_is_empty(const Summary *summary)
{
  return summary->notices->len == 0 && !any(summary->counts) && !any(summary->quiet);
}
