/* when.h - the times at which a rule is there at all, and at which its mode changes. In local time.
 */
#ifndef CORDON_POLICY_WHEN_H
#define CORDON_POLICY_WHEN_H

#include <glib.h>

typedef struct when {
  gint64 from, until; /* Unix seconds, from <= t < until; 0: not given */
  unsigned days;      /* bits, Monday is 1; 0: every day */
  int start, end;     /* minutes of the day, start <= t < end, over midnight if end <= start;
                         both 0: all day */
} When;

extern const char *const day_names[]; /* "mon" to "sun" */

/* Is any of it given? */
gboolean when_asks(const When *when);

/* Does it hold at a time, in Unix seconds? */
gboolean when_holds(const When *when, gint64 time);

/* "2026-10-31": its first second or, with `through`, the first one after it. 0: no such date. */
gint64 when_date(const char *text, gboolean through);

/* "08:30-18:00". FALSE if it is not so written. */
gboolean when_hours(const char *text, int *start, int *end);

#endif
