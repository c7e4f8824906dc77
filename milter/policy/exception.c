/* exception.c - one exception: its state, its times, and what is wrong with it. */
#include <stdio.h>
#include <string.h>

#include "exception_line.h"
#include "names.h"
#include "people.h"

ExceptionState
exception_state(const Exception *exception, gint64 when)
{
  if (exception->revoked && when >= exception->revoked)
    return EXCEPTION_REVOKED;
  if (when >= exception->end)
    return EXCEPTION_ENDED;
  if (exception->two_person && !exception->second)
    return EXCEPTION_PENDING;
  return when < exception->start ? EXCEPTION_WAITING : EXCEPTION_HOLDS;
}

const char *
exception_state_name(ExceptionState state)
{
  static const char *const names[] = {"pending", "waiting", "holds", "ended", "revoked"};
  return names[state];
}

const char *
exception_address(const Exception *exception)
{
  return exception->user ? exception->user : exception->mailbox;
}

char *
exception_subject(const Exception *exception)
{
  if (exception->group)
    return g_strconcat("group ", exception->group, NULL);
  if (exception->mailbox)
    return g_strconcat("mailbox ", exception->mailbox, NULL);
  return g_strdup(exception->user ? exception->user : "?");
}

char *
exception_target(const Exception *exception)
{
  if (exception->service)
    return g_strdup_printf("service %s", exception->service);
  if (exception->class_name)
    return g_strdup_printf("class %s", exception->class_name);
  return g_strdup_printf("host %s", exception->host ? exception->host : "?");
}

char *
exception_scope(const Exception *exception)
{
  g_autofree char *target = exception_target(exception);
  return g_strdup_printf("%s%s%s", target, exception->sender ? " from " : "",
                         exception->sender ? exception->sender : "");
}

void
exception_clear(Exception *exception)
{
#define X(member, name, needed) g_free(exception->member);
  EXCEPTION_TEXTS(X)
#undef X
  g_free(exception->revoked_by);
  g_free(exception->revoked_why);
  *exception = (Exception){0};
}

static void
lower(char **text)
{
  char *low = *text ? g_ascii_strdown(*text, -1) : NULL;
  g_free(*text);
  *text = low;
}

void
exception_lower(Exception *exception)
{
  lower(&exception->user);
  lower(&exception->mailbox);
  lower(&exception->host);
  lower(&exception->sender);
}

/* --- times --- */

/* Of 1970-01-01, as GDate counts days. */
#define EPOCH_DAY     719163
#define SECONDS_A_DAY 86400

char *
exception_time(gint64 when)
{
  GDate date;
  gint64 day = when / SECONDS_A_DAY, second = when % SECONDS_A_DAY;
  g_date_clear(&date, 1);
  g_date_set_julian(&date, (guint32)(day + EPOCH_DAY));
  return g_strdup_printf("%04u-%02u-%02uT%02d:%02d:%02dZ", g_date_get_year(&date),
                         g_date_get_month(&date), g_date_get_day(&date), (int)(second / 3600),
                         (int)(second / 60 % 60), (int)(second % 60));
}

gint64
exception_time_read(const char *text)
{
  unsigned year, month, day, hour, minute, second;
  int end = 0;
  if (strlen(text) != strlen("2026-11-02T01:15:00Z") ||
      sscanf(text, "%4u-%2u-%2uT%2u:%2u:%2uZ%n", &year, &month, &day, &hour, &minute, &second,
             &end) != 6 ||
      text[end] != '\0' || end == 0)
    return -1;
  if (year < 1970 || month > 12 || hour > 23 || minute > 59 || second > 59 ||
      !g_date_valid_dmy((GDateDay)day, (GDateMonth)month, (GDateYear)year))
    return -1;
  GDate date;
  g_date_clear(&date, 1);
  g_date_set_dmy(&date, (GDateDay)day, (GDateMonth)month, (GDateYear)year);
  return (gint64)(g_date_get_julian(&date) - EPOCH_DAY) * SECONDS_A_DAY + hour * 3600 +
         minute * 60 + second;
}

/* --- what is wrong with one --- */

gboolean
exception_lacks(const char *text)
{
  return !text || !*text || strspn(text, " \t") == strlen(text);
}

/* Nobody has approved in an emergency yet; that is what ratifying is for. */
static gboolean
is_excused(const Exception *exception, const char *name)
{
  static const char *const later[] = {"approver", "post", "approval", NULL};
  return exception->break_glass && !exception->ratified && name_index(later, name) >= 0;
}

static char *
fault_of_subject(const Exception *exception)
{
  const char *address = exception_address(exception);
  const char *at = address ? strrchr(address, '@') : NULL;
  if (!!exception->user + !!exception->mailbox + !!exception->group != 1)
    return g_strdup("it is for a user, a mailbox or a group: name exactly one");
  if (exception->group && exception_lacks(exception->group))
    return g_strdup("group is missing");
  if (address && (!at || at == address || !at[1] || strpbrk(address, "* <>,;")))
    return g_strdup_printf("\"%s\" is not one mailbox; an exception is for a person: "
                           "name@dept.example",
                           address);
  return NULL;
}

static char *
fault_of_texts(const Exception *exception)
{
#define X(member, name, needed)                                                                    \
  if (needed && exception_lacks(exception->member) && !is_excused(exception, name))                \
    return g_strdup(name " is missing");
  EXCEPTION_TEXTS(X)
#undef X
  if (!!exception->service + !!exception->class_name + !!exception->host != 1)
    return g_strdup("it is for a service, a class or a host: name exactly one");
  if (name_index(direction_names, exception->direction) < 0 &&
      strcmp(exception->direction, "any") != 0)
    return g_strdup("direction is inbound, outbound, internal or any");
  return NULL;
}

/* Who sends from inside or to the outside is known by other means than DMARC. */
static char *
fault_of_sender(const Exception *exception)
{
  if (!exception->sender)
    return NULL;
  const char *at = strchr(exception->sender, '@');
  if (!at || !strchr(at, '.') || strchr(at + 1, '@') || at[1] == '.' ||
      strpbrk(exception->sender, "* <>,;"))
    return g_strdup_printf("\"%s\" is no sender; write name@vendor.example, or @vendor.example for "
                           "one domain",
                           exception->sender);
  if (strcmp(exception->direction, "inbound") != 0)
    return g_strdup("an exception of a sender is for direction inbound");
  return NULL;
}

static char *
fault_of_people(const Exception *exception)
{
  const struct {
    const char *a, *b, *words;
  } pairs[] = {
      {exception->requester, exception->approver, "the requester cannot be the approver"},
      {exception->implementer, exception->approver, "the implementer cannot be the approver"},
      {exception->requester, exception->implementer, "the requester cannot be the implementer"},
      {exception->second, exception->approver, "the second approver is the first one again"},
      {exception->second, exception->requester, "the requester cannot be the second approver"},
      {exception->second, exception->implementer, "the implementer cannot be the second approver"},
      {exception->user, exception->approver, "nobody approves an exception for themselves"},
      {exception->user, exception->second, "nobody approves an exception for themselves"},
  };
  for (size_t i = 0; i < G_N_ELEMENTS(pairs); i++)
    if (names_agree(pairs[i].a, pairs[i].b))
      return g_strdup(pairs[i].words);
  if (!exception_lacks(exception->second) && exception_lacks(exception->second_post))
    return g_strdup("second-post is missing");
  return NULL;
}

static char *
fault_of_times(const Exception *exception, gint64 now)
{
  gboolean excused = exception->break_glass && !exception->ratified;
  if (exception->start <= 0 || exception->end <= 0)
    return g_strdup(exception->end <= 0 ? "end is missing" : "start is missing");
  if (exception->end <= exception->start)
    return g_strdup("the end is not after the start");
  if (exception->end <= now)
    return g_strdup("the end has passed already");
  if (excused && exception->end - exception->start > EXCEPTION_BREAK_GLASS)
    return g_strdup("break-glass ends within 24 hours");
  if (exception->approved <= 0 && !excused)
    return g_strdup("the date of approval is missing");
  if (exception->approved > now)
    return g_strdup("the date of approval lies in the future");
  if (exception->review <= 0 && !excused)
    return g_strdup("the date of review is missing");
  if (exception->review > exception->end)
    return g_strdup("the review comes after the end");
  return NULL;
}

char *
exception_fault(const Exception *exception, gint64 now)
{
  char *fault = fault_of_texts(exception);
  if (!fault)
    fault = fault_of_subject(exception);
  if (!fault)
    fault = fault_of_sender(exception);
  if (!fault)
    fault = fault_of_people(exception);
  return fault ? fault : fault_of_times(exception, now);
}

Exception
exception_ratified(const Exception *kept, const Exception *by, gint64 when)
{
  Exception whole = *kept;
#define X(member) whole.member = by->member;
  EXCEPTION_APPROVAL(X)
#undef X
  whole.two_person |= by->two_person;
  whole.ratified = when;
  whole.approved = by->approved;
  whole.end = by->end;
  whole.review = by->review;
  return whole;
}

Exception
exception_seconded(const Exception *kept, const Exception *by, gint64 when)
{
  Exception whole = *kept;
#define X(member) whole.member = by->member;
  EXCEPTION_SECOND(X)
#undef X
  whole.seconded = when;
  return whole;
}
