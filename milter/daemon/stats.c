#include "stats.h"

#include <stdlib.h>
#include <string.h>

const double stats_bounds_s[STATS_BOUNDS] = {0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005,
                                             0.01,   0.025,   0.05,   0.1,   0.25,   0.5,
                                             1,      2.5,     10,     60};

static const char *const outcome_names[STATS_OUTCOMES] = {"unchanged", "changed", "held",
                                                          "rejected", "error"};

struct stats {
  GMutex lock;
  StatsCounts counts;
};

Stats *
stats_new(void)
{
  Stats *stats = g_new0(Stats, 1);

  g_mutex_init(&stats->lock);
  return stats;
}

void
stats_free(Stats *stats)
{
  if (stats == NULL)
    return;
  g_mutex_clear(&stats->lock);
  g_free(stats);
}

static StatsOutcome
outcome_of(const char *name)
{
  for (int i = 0; i < STATS_OUTCOMES; i++)
    if (strcmp(outcome_names[i], name) == 0)
      return i;
  return STATS_ERROR;
}

static void
put(StatsHistogram *histogram, gint64 us)
{
  double seconds = (double)us / G_USEC_PER_SEC;
  int i = 0;

  while (i < STATS_BOUNDS && seconds > stats_bounds_s[i])
    i++;
  histogram->buckets[i]++;
  histogram->count++;
  histogram->sum_s += seconds;
}

/* The last member of the worker's event. A quotation mark inside a string of JSON has a backslash
 * before it, so no text of a letter can look like it. */
static const char *
find_stages(const char *event)
{
  static const char member[] = "\"stages_us\":{";
  const char *at = event != NULL ? g_strrstr(event, member) : NULL;

  return at != NULL ? at + strlen(member) : "";
}

static void
put_stage(StatsCounts *counts, const char *name, size_t len, gint64 us)
{
  for (int i = 0; i < STATS_LETTER; i++)
    if (strlen(stage_name(i)) == len && memcmp(stage_name(i), name, len) == 0)
      put(&counts->stages[i], us);
}

/* "mime":41,"inspect":120,…} Each stage once; a worker that was taken over may write anything. */
static void
put_stages(StatsCounts *counts, const char *at, gint64 most)
{
  for (int i = 0; i < STATS_LETTER && *at == '"'; i++) {
    const char *name = at + 1, *quote = strchr(name, '"');
    char *end;
    gint64 us;

    if (quote == NULL || quote[1] != ':' || !g_ascii_isdigit(quote[2]))
      return;
    us = g_ascii_strtoll(quote + 2, &end, 10);
    put_stage(counts, name, (size_t)(quote - name), CLAMP(us, 0, most));
    at = *end == ',' ? end + 1 : end;
  }
}

void
stats_note(Stats *stats, const char *outcome, gint64 us, const char *event)
{
  g_mutex_lock(&stats->lock);
  stats->counts.outcomes[outcome_of(outcome)]++;
  if (us >= 0) {
    put(&stats->counts.stages[STATS_LETTER], us);
    put_stages(&stats->counts, find_stages(event), us);
  }
  g_mutex_unlock(&stats->lock);
}

void
stats_note_poison(Stats *stats)
{
  g_mutex_lock(&stats->lock);
  stats->counts.poison++;
  g_mutex_unlock(&stats->lock);
}

void
stats_read(Stats *stats, StatsCounts *counts)
{
  g_mutex_lock(&stats->lock);
  *counts = stats->counts;
  g_mutex_unlock(&stats->lock);
}

const char *
stats_stage_name(int stage)
{
  return stage == STATS_LETTER ? "letter" : stage_name(stage);
}

const char *
stats_outcome_name(StatsOutcome outcome)
{
  return outcome_names[outcome];
}

double
stats_quantile(const StatsHistogram *histogram, double part)
{
  guint64 seen = 0;

  if (histogram->count == 0)
    return 0;
  for (int i = 0; i < STATS_BOUNDS; i++) {
    seen += histogram->buckets[i];
    if ((double)seen >= part * (double)histogram->count)
      return stats_bounds_s[i];
  }
  return histogram->sum_s; /* above all bounds: what can be said is that it is no more */
}
