#include "people.h"

#include <string.h>

#include "when.h"

#define SECONDS_A_DAY 86400

static char *
folded(const char *text)
{
  return g_strstrip(g_utf8_casefold(text, -1));
}

gboolean
names_agree(const char *a, const char *b)
{
  g_autofree char *first = a ? folded(a) : NULL;
  g_autofree char *second = b ? folded(b) : NULL;
  return first && second && strcmp(first, second) == 0;
}

gboolean
post_is_among(char **posts, const char *post)
{
  for (; *posts; posts++)
    if (names_agree(*posts, post))
      return TRUE;
  return FALSE;
}

gboolean
term_holds(const Term *term, gint64 when)
{
  return when >= term->from && when < term->until;
}

char *
term_last_day(const Term *term)
{
  g_autoptr(GDateTime) last = g_date_time_new_from_unix_local(term->until - 1);
  return last ? g_date_time_format(last, "%Y-%m-%d") : g_strdup("?");
}

static gint64
read_date(const Section *section, const char *kind, const char *name, gboolean through,
          Problems *problems)
{
  const Option *option = section_option(section, name);
  if (!option) {
    problems_add(problems, section_place(section), "%s \"%s\" has no %s; write one, \"2026-12-31\"",
                 kind, section->title, name);
    return 0;
  }
  const Value *value = option_value(option, 0);
  gint64 time = when_date(value->text, through);
  if (!time)
    problems_add(problems, value_place(section, value),
                 "\"%s\" is not right for %s; write a date, \"2026-10-31\"", value->text, name);
  return time;
}

Term
term_read(const Section *section, const char *kind, unsigned days_max, Problems *problems)
{
  const Term term = {read_date(section, kind, "from-date", FALSE, problems),
                     read_date(section, kind, "until-date", TRUE, problems)};
  if (!term.from || !term.until)
    return term;
  if (term.until <= term.from)
    problems_add(problems, section_place(section),
                 "%s \"%s\" ends before it begins; correct its from-date or until-date", kind,
                 section->title);
  else if (term.until - term.from > (gint64)days_max * SECONDS_A_DAY + SECONDS_A_DAY / 2)
    problems_add(problems, section_place(section),
                 "%s \"%s\" is for more than %u days; give it an earlier until-date and renew it "
                 "then",
                 kind, section->title, days_max);
  return term;
}

char *
section_needed(const Section *section, const char *kind, const char *name, const char *meaning,
               Problems *problems)
{
  const char *text = section_text(section, name);
  if (text && *text)
    return g_strdup(text);
  problems_add(problems, section_place(section), "%s \"%s\" has no %s; add %s", kind,
               section->title, name, meaning);
  return g_strdup("");
}
