/* stats.h - what cordond counts about letters: outcomes and how long each stage took. Thread-safe;
 * counts since the start, so that a reader can tell rates (Prometheus counters and histograms). */
#ifndef CORDON_STATS_H
#define CORDON_STATS_H

#include <glib.h>

#include "stage.h"

/* Behind the stages of the pipeline. */
enum {
  STATS_LETTER = STAGES, /* all of it, as the MTA waits for it */
  STATS_STAGES,
};

typedef enum stats_outcome {
  STATS_UNCHANGED,
  STATS_CHANGED,
  STATS_HELD,
  STATS_REJECTED,
  STATS_ERROR,
  STATS_OUTCOMES,
} StatsOutcome;

/* Upper bounds of the buckets; one more takes what is above the last. */
#define STATS_BOUNDS 16
extern const double stats_bounds_s[STATS_BOUNDS];

typedef struct stats_histogram {
  guint64 buckets[STATS_BOUNDS + 1]; /* not cumulative */
  guint64 count;
  double sum_s;
} StatsHistogram;

typedef struct stats_counts {
  guint64 outcomes[STATS_OUTCOMES];
  guint64 poison; /* of the held ones */
  StatsHistogram stages[STATS_STAGES];
} StatsCounts;

typedef struct stats Stats;

Stats *stats_new(void);
void stats_free(Stats *stats);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Stats, stats_free)

/* A letter is done with. outcome as in events; one that is none of these is an error. us: how long
 * it took, or -1 if it was not begun. event: the worker's, for its "stages_us", or NULL; a stage
 * that it does not name is not counted, and no stage of it longer than us. */
void stats_note(Stats *stats, const char *outcome, gint64 us, const char *event);
void stats_note_poison(Stats *stats);

void stats_read(Stats *stats, StatsCounts *counts);

const char *stats_stage_name(int stage);              /* "mime" … "letter" */
const char *stats_outcome_name(StatsOutcome outcome); /* "unchanged" … */

/* Seconds below which so many of a histogram's entries lie (0.5 is the median), as the bound of a
 * bucket; 0 if it is empty. */
double stats_quantile(const StatsHistogram *histogram, double part);

#endif
