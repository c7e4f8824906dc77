#include "when.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

const char *const day_names[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun", NULL};

#define MINUTES_A_DAY (24 * 60)

gboolean
when_asks(const When *when)
{
  return when->from || when->until || when->days || when->start || when->end;
}

/* Hours over midnight belong to the day on which they began. */
static gboolean
day_holds(const When *when, const struct tm *local, gboolean yesterday)
{
  int day = (local->tm_wday + 6 - (yesterday ? 1 : 0)) % 7; /* Monday is 0 */
  return !when->days || (when->days & (1u << day)) != 0;
}

static gboolean
hours_hold(const When *when, const struct tm *local)
{
  int minute = local->tm_hour * 60 + local->tm_min;
  if (when->start == when->end)
    return day_holds(when, local, FALSE);
  if (when->start < when->end)
    return minute >= when->start && minute < when->end && day_holds(when, local, FALSE);
  return (minute >= when->start && day_holds(when, local, FALSE)) ||
         (minute < when->end && day_holds(when, local, TRUE));
}

gboolean
when_holds(const When *when, gint64 time)
{
  const time_t seconds = (time_t)time;
  struct tm local;
  if ((when->from && time < when->from) || (when->until && time >= when->until))
    return FALSE;
  if (!when->days && when->start == when->end)
    return TRUE;
  return localtime_r(&seconds, &local) && hours_hold(when, &local);
}

gint64
when_date(const char *text, gboolean through)
{
  unsigned year, month, day;
  int end = 0;
  if (sscanf(text, "%4u-%2u-%2u%n", &year, &month, &day, &end) != 3 || text[end] ||
      end != (int)strlen("2026-10-31") || year < 1970 || month > 12 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return 0;
  struct tm local = {.tm_year = (int)year - 1900,
                     .tm_mon = (int)month - 1,
                     .tm_mday = (int)day + (through ? 1 : 0),
                     .tm_isdst = -1};
  return (gint64)mktime(&local);
}

gboolean
when_hours(const char *text, int *start, int *end)
{
  unsigned hour, minute, to_hour, to_minute;
  int length = 0;
  if (sscanf(text, "%2u:%2u-%2u:%2u%n", &hour, &minute, &to_hour, &to_minute, &length) != 4 ||
      text[length] || hour > 23 || minute > 59 || to_minute > 59 ||
      to_hour * 60 + to_minute > MINUTES_A_DAY)
    return FALSE;
  *start = (int)(hour * 60 + minute);
  *end = (int)(to_hour * 60 + to_minute);
  return *start != *end;
}
